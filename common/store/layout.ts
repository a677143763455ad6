import { compareBytes, concat, equalBytes, fromUtf8, toHex, utf8 } from '../bytes.ts';
import { type Descriptor, decodeDescriptor, encodeDescriptor, objectId } from '../descriptor.ts';
import { StoreError } from '../errors.ts';
import { digest } from '../hash.ts';
import { DESCRIPTOR_LENGTH, HASH_LENGTH } from '../limits.ts';
import { isOrigin, parseVersion } from '../statement.ts';

/**
 * Names within a store, and the codec of what they hold.
 *
 * A store is a folder:
 *
 * | name | holds |
 * |---|---|
 * | `store.json` | format, origin, the source, and whether contents are copied or read in place |
 * | `lock` | the process that is changing the store, while it is |
 * | `statements/N` | the statement of version N: a signed note, or the bare text until it is signed |
 * | `versions/N/index` | one record per object that version N reaches, sorted by object id |
 * | `versions/N/digests` | fs-verity digest and object id of each `fsverity-sha256` object, sorted |
 * | `versions/N/packs` | the numbers of the packs that `index` refers to, and a checksum: what is not listed is removed |
 * | `versions/N/scan` | what files were like when they were read, so that the next seal can skip them |
 * | `packs/P/directories` | the bytes of directory objects, one after the other |
 * | `packs/P/trees` | the trees of objects of more than one page, as `TileLayout` lays them out |
 * | `packs/P/paths` | UTF-8 paths of files in place, relative to the source |
 * | `contents/xx/ID` | the bytes of a copied file: its object id in hexadecimal, `xx` its first byte |
 *
 * A pack holds what one run wrote; versions share packs. N and P are decimals, and P is above that of
 * every pack there is. Packs, versions and contents appear complete and durable, by rename(2), and
 * never change; what refers to something appears after it, `statements/N` last. A version without a
 * statement, a pack or contents that no version refers to and a name with `.tmp-` in it are leftovers.
 * A statement without a version is of one that is no longer retained.
 *
 * `index` and `packs` alone may be replaced by rename(2), to refer to other packs; `packs` may name
 * too many, never too few. `scan` is a cache, and may be missing; what it says of packs that `packs`
 * does not name is ignored. Its format is publisher/scan-format.ts.
 */
export const STORE_CONFIG = 'store.json';
export const STORE_LOCK = 'lock';
export const STATEMENTS = 'statements';
export const VERSIONS = 'versions';
export const PACKS = 'packs';
export const CONTENTS = 'contents';
export const INDEX = 'index';
export const DIGESTS = 'digests';
export const VERSION_PACKS = 'packs';
export const SCAN = 'scan';
export const DIRECTORIES = 'directories';
export const TREES = 'trees';
export const PATHS = 'paths';

/** What a store is of. */
export interface StoreConfig {
  readonly origin: string;
  /** Absolute path of the sealed directory or file. */
  readonly source: string;
  /** Whether contents are copied into the store; otherwise they stay in the source. */
  readonly copies: boolean;
}

const FORMAT = 'pageseal.store/2';

/** Most bytes of `store.json`. */
export const MAX_CONFIG_LENGTH = 65_536;
/** Most bytes of `packs`: some million numbers. */
export const MAX_PACKS_LENGTH = 16_777_216;

/** Writes `store.json`. */
export function formatStoreConfig({ origin, source, copies }: StoreConfig): Uint8Array {
  return utf8(`${JSON.stringify({ format: FORMAT, origin, source, copies }, null, 2)}\n`);
}

/**
 * Parses `store.json`.
 *
 * @throws {StoreError} `ERR_STORE` if it is not of this format.
 */
export function parseStoreConfig(bytes: Uint8Array): StoreConfig {
  if (bytes.length > MAX_CONFIG_LENGTH) {
    throw new StoreError('ERR_STORE', `${STORE_CONFIG} is longer than ${MAX_CONFIG_LENGTH} bytes`);
  }
  const config = parseJson(fromUtf8(bytes) ?? '');
  const { format, origin, source, copies } = config;
  if (format !== FORMAT) throw new StoreError('ERR_STORE', `${STORE_CONFIG} is not of ${FORMAT}`);
  if (typeof origin !== 'string' || !isOrigin(origin) || typeof source !== 'string') {
    throw new StoreError('ERR_STORE', `${STORE_CONFIG} has no valid origin and source`);
  }
  if (typeof copies !== 'boolean') {
    throw new StoreError('ERR_STORE', `${STORE_CONFIG} does not say whether contents are copied`);
  }
  return { origin, source, copies };
}

function parseJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (cause) {
    throw new StoreError('ERR_STORE', `${STORE_CONFIG} is not JSON`, { cause });
  }
}

/** Returns where a copied file is, relative to the store; `id` is 32 bytes. */
export function contentPath(id: Uint8Array): string {
  const hex = toHex(id);
  return `${CONTENTS}/${hex.slice(0, 2)}/${hex}`;
}

/** Returns where a pack is, relative to the store. */
export function packPath(pack: number): string {
  return `${PACKS}/${pack}`;
}

/** Where an object's bytes and tree are. */
export interface ObjectRecord {
  /** 32 bytes. */
  readonly id: Uint8Array;
  readonly descriptor: Descriptor;
  readonly content: Content;
  /** The pack that offsets refer to; 0 if `usesPack` says that there is none. */
  readonly pack: number;
  /** Byte of the pack's `trees` at which the tree starts; of no meaning for at most one page. */
  readonly treeOffset: number;
}

/** The bytes of an object. */
export type Content =
  /** In the pack's `directories` from `offset` on. */
  | { readonly kind: 'directory'; readonly offset: number }
  /** A file of the source: its path stands in the pack's `paths`; an empty one is the source itself. */
  | { readonly kind: 'inPlace'; readonly pathOffset: number; readonly pathLength: number }
  /** A file at `contentPath`. */
  | { readonly kind: 'copied' };

/** Tells whether anything of an object is in a pack: its tree, its bytes or its path. */
export function usesPack({
  descriptor,
  content,
}: Pick<ObjectRecord, 'descriptor' | 'content'>): boolean {
  if (descriptor.size > descriptor.pageSize) return true;
  if (content.kind === 'inPlace') return content.pathLength > 0;
  return content.kind === 'directory' && descriptor.size > 0;
}

/** Length of one record of `index`. */
export const RECORD_LENGTH = 104;
/** Length of one record of `digests`. */
export const DIGEST_RECORD_LENGTH = 64;

const KINDS = ['directory', 'inPlace', 'copied'] as const;

/**
 * Encodes a record of `index`; new bytes.
 *
 * Object id (32), descriptor (48), kind (u8), zero (u8), pack (u32), path length (u16), offset of the
 * content or of its path (u64), offset of the tree (u64).
 */
export function encodeRecord(record: Omit<ObjectRecord, 'id'>): Uint8Array {
  const descriptor = encodeDescriptor(record.descriptor);
  const bytes = concat(objectId(descriptor), descriptor, new Uint8Array(24));
  const view = new DataView(bytes.buffer);
  const { content } = record;
  view.setUint8(80, KINDS.indexOf(content.kind) + 1);
  view.setUint32(82, record.pack);
  if (content.kind === 'inPlace') {
    view.setUint16(86, content.pathLength);
    view.setBigUint64(88, BigInt(content.pathOffset));
  } else if (content.kind === 'directory') view.setBigUint64(88, BigInt(content.offset));
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
    content: contentOf(kind, offset, pathLength),
    pack: view.getUint32(82),
    treeOffset,
  };
  const safe = Number.isSafeInteger(offset) && Number.isSafeInteger(treeOffset);
  if (!safe || usesPack(record) !== record.pack > 0) throw damaged(bytes);
  if (!equalBytes(encodeRecord(record), bytes)) throw damaged(bytes);
  return record;
}

function contentOf(kind: Content['kind'], offset: number, pathLength: number): Content {
  if (kind === 'directory') return { kind, offset };
  return kind === 'inPlace' ? { kind, pathOffset: offset, pathLength } : { kind };
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

/**
 * Writes `packs` of a version: a line for each number, and one with the SHA-256 of these lines, in
 * hexadecimal.
 *
 * @param packs - Ascending.
 */
export function formatPacks(packs: readonly number[]): Uint8Array {
  const lines = utf8(packs.map((pack) => `${pack}\n`).join(''));
  return concat(lines, utf8(`${toHex(digest(lines))}\n`));
}

/**
 * Parses `packs` of a version.
 *
 * @throws {StoreError} `ERR_STORE_DAMAGED` if no such list was ever written.
 */
export function parsePacks(bytes: Uint8Array): readonly number[] {
  const text = bytes.length > MAX_PACKS_LENGTH ? undefined : fromUtf8(bytes);
  const lines = (text ?? '').split('\n').slice(0, -2);
  const packs = lines.map((line) => parseVersion(line) ?? 0);
  const ascend = packs.every((pack, i) => pack > (packs[i - 1] ?? 0));
  if (ascend && equalBytes(formatPacks(packs), bytes)) return packs;
  throw new StoreError('ERR_STORE_DAMAGED', 'list of packs is damaged');
}
