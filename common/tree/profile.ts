import { digest } from '../hash.ts';
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

/** The default: binary trees. @see RFC 9162 section 2.1 */
export const RFC9162: Profile = {
  name: 'rfc9162-sha256',
  number: 1,
  maxPageSize: MAX_PAGE_SIZE,
  arity: () => 2,
  prefixed: true,
  emptyRoot: digest(new Uint8Array()),
};

/** The trees of Linux fs-verity with SHA-256 and no salt. */
export const FSVERITY: Profile = {
  name: 'fsverity-sha256',
  number: 2,
  maxPageSize: MAX_FSVERITY_PAGE_SIZE,
  arity: (pageSize) => pageSize / 32,
  prefixed: false,
  emptyRoot: new Uint8Array(32),
};

/** All profiles, in the order of their numbers. */
export const PROFILES: readonly Profile[] = [RFC9162, FSVERITY];
