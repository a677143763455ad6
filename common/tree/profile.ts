import { MAX_FSVERITY_PAGE_SIZE, MAX_PAGE_SIZE } from '../limits.ts';

/**
 * The parameters that make one tree algorithm two tree profiles.
 *
 * @see SPEC.md, "Tree profiles"
 */
export interface Profile {
  readonly name: 'rfc9162-sha256' | 'fsverity-sha256';
  /** The profile's number in a descriptor. */
  readonly number: number;
  readonly maxPageSize: number;
  /** Children of a full node. */
  arity(pageSize: number): number;
  /** Whether leaf hashes start with 0x00 and nodes with 0x01, and lone children are carried up. */
  readonly prefixed: boolean;
  /** Root of the empty object; 32 bytes, not to be changed. */
  readonly emptyRoot: Uint8Array;
}

/** SHA-256 of nothing. */
const EMPTY_HASH = Uint8Array.of(
  ...[0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9],
  ...[0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52],
  ...[0xb8, 0x55],
);

export const RFC9162: Profile = {
  name: 'rfc9162-sha256',
  number: 1,
  maxPageSize: MAX_PAGE_SIZE,
  arity: () => 2,
  prefixed: true,
  emptyRoot: EMPTY_HASH,
};

export const FSVERITY: Profile = {
  name: 'fsverity-sha256',
  number: 2,
  maxPageSize: MAX_FSVERITY_PAGE_SIZE,
  arity: (pageSize) => pageSize / 32,
  prefixed: false,
  emptyRoot: new Uint8Array(32),
};

export const PROFILES: readonly Profile[] = [RFC9162, FSVERITY];
