import { utf8 } from '../../../common/bytes.ts';
import { type Descriptor, decodeDescriptor, encodeDescriptor } from '../../../common/descriptor.ts';
import { digest } from '../../../common/hash.ts';
import { DESCRIPTOR_LENGTH } from '../../../common/limits.ts';
import { isOrigin } from '../../../common/statement.ts';
import type { Place } from '../../durable-cache.ts';
import { HEADER_LENGTH } from './kept-layout.ts';

const MAGIC = utf8('pageseal cache 1\n');
/** Of the path, the longest part that is kept; it is only shown. */
const MAX_PATH_LENGTH = 3072;
const DESCRIPTOR_AT = MAGIC.length;
const ORIGIN_AT = DESCRIPTOR_AT + DESCRIPTOR_LENGTH;
const HASH_AT = HEADER_LENGTH - 32;

/** What a file of the cache says it is about; it is shown and counted, and no read rests on it. */
export interface KeptHeader {
  readonly place: Place;
  /** Of the object that was read there last. */
  readonly descriptor: Descriptor;
}

/** Encodes a header: magic, descriptor, origin, LF, path, zeros, and the SHA-256 of all before it. */
export function encodeHeader({ place, descriptor }: KeptHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_LENGTH);
  bytes.set(MAGIC);
  bytes.set(encodeDescriptor(descriptor), DESCRIPTOR_AT);
  const path = utf8(place.path).subarray(0, MAX_PATH_LENGTH);
  bytes.set(utf8(`${place.origin}\n`), ORIGIN_AT);
  bytes.set(path, ORIGIN_AT + place.origin.length + 1);
  bytes.set(digest(bytes.subarray(0, HASH_AT)), HASH_AT);
  return bytes;
}

/** Decodes a header; `undefined` if it is none, or damaged. */
export function decodeHeader(bytes: Uint8Array): KeptHeader | undefined {
  if (bytes.length !== HEADER_LENGTH) return undefined;
  const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!found.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if (!found.subarray(HASH_AT).equals(digest(bytes.subarray(0, HASH_AT)))) return undefined;
  const text = found.toString('utf8', ORIGIN_AT, HASH_AT).replace(/\0+$/, '');
  const [origin = '', ...rest] = text.split('\n');
  if (!isOrigin(origin)) return undefined;
  try {
    const descriptor = decodeDescriptor(bytes.slice(DESCRIPTOR_AT, ORIGIN_AT));
    return { place: { origin, path: rest.join('\n') }, descriptor };
  } catch {
    return undefined;
  }
}
