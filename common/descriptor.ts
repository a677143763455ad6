import { concat, equalBytes, toHex, utf8 } from './bytes.ts';
import { IntegrityError } from './errors.ts';
import { digest } from './hash.ts';
import {
  DESCRIPTOR_LENGTH,
  MAX_PAGE_COUNT,
  MAX_SIZE,
  MIN_DIRECTORY_PAGE_SIZE,
  MIN_PAGE_SIZE,
} from './limits.ts';
import { FSVERITY, PROFILES, type Profile, RFC9162 } from './tree/profile.ts';

/**
 * What identifies an object: its profile, page size, size and root together.
 *
 * @see SPEC.md, "Descriptor and object id"
 */
export interface Descriptor {
  readonly profile: Profile;
  /** Bytes; a power of two. */
  readonly pageSize: number;
  /** Bytes. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** What an object is, which only a statement or an entry can say. */
export type ObjectType = 'file' | 'directory';

const VERSION = 1;
const ID_PREFIX = utf8('pageseal.v1 object\n');

/** Encodes a descriptor that has been checked; 48 new bytes. */
export function encodeDescriptor(descriptor: Descriptor): Uint8Array {
  const bytes = new Uint8Array(DESCRIPTOR_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, descriptor.profile.number);
  view.setUint8(2, Math.log2(descriptor.pageSize));
  view.setBigUint64(8, BigInt(descriptor.size));
  bytes.set(descriptor.root, 16);
  return bytes;
}

/**
 * Decodes a descriptor strictly.
 *
 * @param bytes - 48 bytes, attacker-controlled; not retained.
 * @param type - What a statement or entry says the object is; without it both types' bounds fit.
 * @throws {IntegrityError} `ERR_DESCRIPTOR` for anything that SPEC.md does not allow.
 * @see SPEC.md, V10
 */
export function decodeDescriptor(bytes: Uint8Array, type?: ObjectType): Descriptor {
  if (bytes.length !== DESCRIPTOR_LENGTH) {
    throw malformed(`is ${bytes.length} bytes long, want ${DESCRIPTOR_LENGTH}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== VERSION) throw malformed(`has version ${view.getUint8(0)}, want 1`);
  if (bytes.subarray(3, 8).some((byte) => byte !== 0)) throw malformed('has a non-zero filler');
  const profile = PROFILES.find(({ number }) => number === view.getUint8(1));
  if (profile === undefined) throw malformed(`has unknown profile ${view.getUint8(1)}`);
  const descriptor = {
    profile,
    pageSize: 2 ** view.getUint8(2),
    size: Number(view.getBigUint64(8)), // above 2^53 - 1 it is rounded, but stays above
    root: bytes.slice(16),
  };
  checkDescriptor(descriptor, type);
  return descriptor;
}

/**
 * Checks the bounds of a descriptor's fields.
 *
 * @throws {IntegrityError} `ERR_DESCRIPTOR` if one is outside them.
 * @see SPEC.md, V10
 */
export function checkDescriptor(descriptor: Descriptor, type?: ObjectType): void {
  const { profile, pageSize, size, root } = descriptor;
  if (type === 'directory' && profile !== RFC9162) {
    throw malformed(`of a directory has profile ${profile.name}`);
  }
  const least = type === 'directory' ? MIN_DIRECTORY_PAGE_SIZE : MIN_PAGE_SIZE;
  const isPower = Number.isInteger(Math.log2(pageSize));
  if (!isPower || pageSize < least || pageSize > profile.maxPageSize) {
    throw malformed(`has page size ${pageSize}, want a power of two from ${least}`);
  }
  if (!(size >= 0 && size <= MAX_SIZE)) throw malformed(`has a size above ${MAX_SIZE}`);
  if (Math.ceil(size / pageSize) > MAX_PAGE_COUNT) {
    throw malformed(`has more than ${MAX_PAGE_COUNT} pages`);
  }
  if (size === 0 && !equalBytes(root, profile.emptyRoot)) {
    throw malformed('of an empty object has another root than its profile gives');
  }
}

function malformed(what: string): IntegrityError {
  return new IntegrityError('ERR_DESCRIPTOR', `descriptor ${what}`);
}

/** Tells whether two descriptors are of the same object. */
export function equalDescriptors(a: Descriptor, b: Descriptor): boolean {
  const sameShape = a.profile === b.profile && a.pageSize === b.pageSize && a.size === b.size;
  return sameShape && equalBytes(a.root, b.root);
}

/** Returns the object id of an encoded descriptor; 32 new bytes. */
export function objectId(encoded: Uint8Array): Uint8Array {
  return digest(concat(ID_PREFIX, encoded));
}

/** Returns the object id of a descriptor as hexadecimal. */
export function objectIdHex(descriptor: Descriptor): string {
  return toHex(objectId(encodeDescriptor(descriptor)));
}

/**
 * Returns the digest that `fsverity digest` prints for the same file; `undefined` for an object of
 * another profile.
 *
 * @see SPEC.md, "Profile fsverity-sha256"; Linux `struct fsverity_descriptor`, little-endian.
 */
export function fsverityDigest(descriptor: Descriptor): Uint8Array | undefined {
  if (descriptor.profile !== FSVERITY) return undefined;
  const bytes = new Uint8Array(256);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 1);
  view.setUint8(1, 1);
  view.setUint8(2, Math.log2(descriptor.pageSize));
  view.setBigUint64(8, BigInt(descriptor.size), true);
  bytes.set(descriptor.root, 16);
  return digest(bytes);
}
