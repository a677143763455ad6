import { compareBytes, concat, equalBytes, fromUtf8, toHex, utf8 } from '../bytes.ts';
import { type Descriptor, decodeDescriptor, encodeDescriptor, objectId } from '../descriptor.ts';
import { StoreError } from '../errors.ts';
import { DESCRIPTOR_LENGTH, HASH_LENGTH } from '../limits.ts';
import { isOrigin } from '../statement.ts';

/**
 * Names within a store, and the codec of what they hold.
 *
 * A store is a folder:
 *
 * | name | holds |
 * |---|---|
 * | `store.json` | format, origin, and the source that contents are read from in place |
 * | `lock` | the process that is sealing, while it is |
 * | `statements/N` | the statement of version N: a signed note, or the bare text until it is signed |
 * | `versions/N/index` | one record per object that version N reaches, sorted by object id |
 * | `versions/N/digests` | fs-verity digest and object id of each `fsverity-sha256` object, sorted |
 * | `versions/N/directories` | the bytes of directory objects, one after the other |
 * | `versions/N/trees` | the trees of objects of more than one page, as `TileLayout` lays them out |
 * | `versions/N/paths` | UTF-8 paths of files in place, relative to the source |
 *
 * `versions/N` is complete and durable before `statements/N` appears; without it, it is a leftover.
 */
export const STORE_CONFIG = 'store.json';
export const STORE_LOCK = 'lock';
export const STATEMENTS = 'statements';
export const VERSIONS = 'versions';
export const INDEX = 'index';
export const DIGESTS = 'digests';
export const DIRECTORIES = 'directories';
export const TREES = 'trees';
export const PATHS = 'paths';

/** What a store is of. */
export interface StoreConfig {
  readonly origin: string;
  /** Absolute path of the sealed directory or file. */
  readonly source: string;
}

const FORMAT = 'pageseal.store/1';

/** Writes `store.json`. */
export function formatStoreConfig({ origin, source }: StoreConfig): Uint8Array {
  return utf8(`${JSON.stringify({ format: FORMAT, origin, source }, null, 2)}\n`);
}

/**
 * Parses `store.json`.
 *
 * @throws {StoreError} `ERR_STORE` if it is not of this format.
 */
export function parseStoreConfig(bytes: Uint8Array): StoreConfig {
  const config = parseJson(fromUtf8(bytes) ?? '');
  const { format, origin, source } = config;
  if (format !== FORMAT) throw new StoreError('ERR_STORE', `${STORE_CONFIG} is not of ${FORMAT}`);
  if (typeof origin !== 'string' || !isOrigin(origin) || typeof source !== 'string') {
    throw new StoreError('ERR_STORE', `${STORE_CONFIG} has no valid origin and source`);
  }
  return { origin, source };
}

function parseJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (cause) {
    throw new StoreError('ERR_STORE', `${STORE_CONFIG} is not JSON`, { cause });
  }
}

/** Where an object's bytes and tree are. */
export interface ObjectRecord {
  /** 32 bytes. */
  readonly id: Uint8Array;
  readonly descriptor: Descriptor;
  readonly content: Content;
  /** Byte of `trees` at which the tree starts; of no meaning for at most one page. */
  readonly treeOffset: number;
}

/** The bytes of an object: in `directories` from `offset` on, or in a file of the source. */
export type Content =
  | { readonly kind: 'directory'; readonly offset: number }
  /** The path's UTF-8 bytes stand in `paths`; an empty path is the source itself. */
  | { readonly kind: 'inPlace'; readonly pathOffset: number; readonly pathLength: number };

/** Length of one record of `index`. */
export const RECORD_LENGTH = 104;
/** Length of one record of `digests`. */
export const DIGEST_RECORD_LENGTH = 64;

const KINDS = ['directory', 'inPlace'] as const;

/**
 * Encodes a record of `index`; new bytes.
 *
 * Object id (32), descriptor (48), kind (u8), zero (5), path length (u16), offset of the content or
 * of its path (u64), offset of the tree (u64).
 */
export function encodeRecord(record: Omit<ObjectRecord, 'id'>): Uint8Array {
  const descriptor = encodeDescriptor(record.descriptor);
  const bytes = concat(objectId(descriptor), descriptor, new Uint8Array(24));
  const view = new DataView(bytes.buffer);
  const { content } = record;
  view.setUint8(80, KINDS.indexOf(content.kind) + 1);
  view.setUint16(86, content.kind === 'inPlace' ? content.pathLength : 0);
  const offset = content.kind === 'inPlace' ? content.pathOffset : content.offset;
  view.setBigUint64(88, BigInt(offset));
  view.setBigUint64(96, BigInt(record.treeOffset));
  return bytes;
}

/**
 * Decodes a record of `index`.
 *
 * @throws {StoreError} `ERR_STORE_DAMAGED` if no such record was ever written.
 */
export function decodeRecord(bytes: Uint8Array): ObjectRecord {
  if (bytes.length !== RECORD_LENGTH) throw damaged(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = KINDS[view.getUint8(80) - 1];
  const offset = Number(view.getBigUint64(88));
  const treeOffset = Number(view.getBigUint64(96));
  const pathLength = view.getUint16(86);
  if (kind === undefined) throw damaged(bytes);
  const record: ObjectRecord = {
    id: bytes.slice(0, HASH_LENGTH),
    descriptor: decodeStored(bytes),
    content: kind === 'directory' ? { kind, offset } : { kind, pathOffset: offset, pathLength },
    treeOffset,
  };
  const safe = Number.isSafeInteger(offset) && Number.isSafeInteger(treeOffset);
  if (!safe || !equalBytes(encodeRecord(record), bytes)) throw damaged(bytes);
  return record;
}

/** Decodes a record's descriptor; its own error would blame a publisher. */
function decodeStored(record: Uint8Array): Descriptor {
  try {
    return decodeDescriptor(record.subarray(HASH_LENGTH, HASH_LENGTH + DESCRIPTOR_LENGTH));
  } catch (cause) {
    throw damaged(record, { cause });
  }
}

function damaged(record: Uint8Array, options?: ErrorOptions): StoreError {
  const what = `record of ${toHex(record.subarray(0, 8))} is damaged`;
  return new StoreError('ERR_STORE_DAMAGED', what, options);
}

/**
 * Finds a record by the 32 bytes it starts with.
 *
 * @param count - Records, sorted by these bytes.
 * @param read - Returns the record at an index; at least its first 32 bytes.
 * @returns The index of the first such record, or -1.
 */
export function findRecord(
  count: number,
  key: Uint8Array,
  read: (index: number) => Uint8Array,
): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (compareBytes(read(middle).subarray(0, HASH_LENGTH), key) < 0) low = middle + 1;
    else high = middle;
  }
  return low < count && compareBytes(read(low).subarray(0, HASH_LENGTH), key) === 0 ? low : -1;
}
