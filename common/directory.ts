import { compareUtf8, equalBytes, fromUtf8, utf8 } from './bytes.ts';
import { type Descriptor, decodeDescriptor, encodeDescriptor } from './descriptor.ts';
import { IntegrityError } from './errors.ts';
import { DESCRIPTOR_LENGTH, MAX_NAME_LENGTH, MAX_SYMLINK_LENGTH } from './limits.ts';

/** Time of the last modification, as the publisher chose to record it. */
export interface Mtime {
  /** Since 1970-01-01T00:00:00Z; may be negative. */
  readonly seconds: number;
  /** 0 to 999,999,999, added to `seconds`. */
  readonly nanoseconds: number;
}

interface EntryBase {
  /** 1 to 255 bytes of UTF-8; may hold control characters. */
  readonly name: string;
  /** Permission bits, 0 to 0o777. */
  readonly mode: number;
  /** Absent if it was not recorded. */
  readonly mtime?: Mtime;
}

/** An entry that holds a descriptor. */
export interface ObjectEntry extends EntryBase {
  readonly type: 'file' | 'directory';
  readonly descriptor: Descriptor;
}

/** An entry that holds a target. */
export interface SymlinkEntry extends EntryBase {
  readonly type: 'symlink';
  /** 1 to 4,095 bytes of UTF-8; may point anywhere. */
  readonly target: string;
}

/**
 * One named child of a directory.
 *
 * @see SPEC.md, "Directory"
 */
export type Entry = ObjectEntry | SymlinkEntry;

const TYPES = ['file', 'directory', 'symlink'] as const;
const FIXED_LENGTH = 18;
const NOT_RECORDED = 0xffff_ffff;
const MAX_NANOSECONDS = 999_999_999;
const SYMLINK_MODE = 0o777;

/**
 * Says what is wrong with a name; `undefined` if nothing is.
 *
 * @see SPEC.md, "Directory"
 */
export function nameFault(name: string): string | undefined {
  const length = utf8(name).length;
  if (length < 1 || length > MAX_NAME_LENGTH) return `is ${length} bytes long`;
  if (name === '.' || name === '..') return `is "${name}"`;
  if (name.includes('/')) return 'holds a slash';
  if (name.includes('\0')) return 'holds a NUL';
  return undefined;
}

/** Returns the length in bytes of an entry when it is encoded. */
export function entryLength(entry: Entry): number {
  const rest = entry.type === 'symlink' ? utf8(entry.target).length : DESCRIPTOR_LENGTH;
  return FIXED_LENGTH + utf8(entry.name).length + rest;
}

/** Encodes a valid entry; new bytes, at most 4,368. */
export function encodeEntry(entry: Entry): Uint8Array {
  const name = utf8(entry.name);
  const symlink = entry.type === 'symlink';
  const rest = symlink ? utf8(entry.target) : encodeDescriptor(entry.descriptor);
  const bytes = new Uint8Array(FIXED_LENGTH + name.length + rest.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, bytes.length);
  view.setUint8(2, TYPES.indexOf(entry.type) + 1);
  view.setUint8(3, name.length);
  view.setUint16(4, entry.mode);
  view.setUint32(6, entry.mtime?.nanoseconds ?? NOT_RECORDED);
  view.setBigInt64(10, BigInt(entry.mtime?.seconds ?? 0));
  bytes.set(symlink ? name : rest, FIXED_LENGTH);
  bytes.set(symlink ? rest : name, FIXED_LENGTH + (symlink ? name : rest).length);
  return bytes;
}

/**
 * Packs entries into the pages of a directory, one page in memory at a time.
 *
 * The caller gives the entries sorted by the UTF-8 bytes of their names.
 */
export class DirectoryEncoder {
  readonly #page: Uint8Array;
  readonly #sink: (page: Uint8Array) => void;
  #used = 0;
  #last: string | undefined;
  /** Bytes of the directory so far. */
  size = 0;

  /** @param sink - Receives each finished page as a view valid for this call; only the last is short. */
  constructor(pageSize: number, sink: (page: Uint8Array) => void) {
    this.#page = new Uint8Array(pageSize);
    this.#sink = sink;
  }

  /** @throws {RangeError} If the entry does not follow the last one. */
  add(entry: Entry): void {
    if (this.#last !== undefined && compareUtf8(this.#last, entry.name) >= 0) {
      throw new RangeError('entries are not sorted');
    }
    this.#last = entry.name;
    const bytes = encodeEntry(entry);
    if (this.#used + bytes.length > this.#page.length) {
      this.#page.fill(0, this.#used);
      this.#sink(this.#page);
      this.size += this.#page.length - this.#used;
      this.#used = 0;
    }
    this.#page.set(bytes, this.#used);
    this.#used += bytes.length;
    this.size += bytes.length;
  }

  /** Hands out the last page, if there is one. */
  finish(): void {
    if (this.#used > 0) this.#sink(this.#page.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** A verified page of a directory, decoded. */
export interface DirectoryPage {
  /** At least one, strictly ascending. */
  readonly entries: readonly Entry[];
  /** Bytes that the entries take; the rest of the page is zeros. */
  readonly used: number;
}

/**
 * Decodes one page of a directory strictly.
 *
 * @param page - The page's bytes, proven to be what the publisher signed; not retained.
 * @param isLast - Whether this is the directory's last page, which has no fill.
 * @throws {IntegrityError} `ERR_DIRECTORY`, or `ERR_DESCRIPTOR` if the fault lies in an entry's descriptor.
 * @see SPEC.md, V20
 */
export function decodeDirectoryPage(page: Uint8Array, isLast: boolean): DirectoryPage {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const entries: Entry[] = [];
  let at = 0;
  while (at + 2 <= page.length && view.getUint16(at) !== 0) {
    const entry = decodeEntry(page, view, at);
    const last = entries.at(-1);
    if (last !== undefined && compareUtf8(last.name, entry.name) >= 0) {
      throw malformed(`entry at ${at} is out of order`);
    }
    entries.push(entry);
    at += view.getUint16(at);
  }
  if (entries.length === 0) throw malformed('page has no entries');
  if (isLast && at !== page.length) throw malformed(`last page has ${page.length - at} bytes more`);
  if (page.subarray(at).some((byte) => byte !== 0)) throw malformed('fill is not zero');
  return { entries, used: at };
}

/** Bytes at the start of a page that are enough for `firstName`. */
export const FIRST_NAME_END: number = FIXED_LENGTH + DESCRIPTOR_LENGTH + MAX_NAME_LENGTH;

/**
 * Finds the descriptor of a subdirectory without checking the page; for a server that leads down a path.
 *
 * @param page - As it is stored.
 * @returns A view of the page, 48 bytes; `undefined` if it has no directory of that name.
 */
export function childDirectory(page: Uint8Array, name: Uint8Array): Uint8Array | undefined {
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  for (let at = 0; at + FIXED_LENGTH <= page.length; ) {
    const length = view.getUint16(at);
    if (length < FIXED_LENGTH) return undefined; // fill, or damage
    const entry = page.subarray(at, at + length);
    if (equalBytes(firstName(entry), name)) {
      const isDirectory = entry[2] === TYPES.indexOf('directory') + 1;
      return isDirectory
        ? entry.subarray(FIXED_LENGTH, FIXED_LENGTH + DESCRIPTOR_LENGTH)
        : undefined;
    }
    at += length;
  }
  return undefined;
}

/** Finds the entry of a name in a page. */
export function findEntry(page: DirectoryPage, name: string): Entry | undefined {
  let low = 0;
  let high = page.entries.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = page.entries[middle];
    const order = entry === undefined ? 1 : compareUtf8(entry.name, name);
    if (order === 0 && entry) return entry;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}

/**
 * Returns the name of a page's first entry without checking the page; for a server that looks for a name.
 *
 * @param page - Its first `FIRST_NAME_END` bytes are enough.
 * @returns A view of the page; empty if there is no entry.
 */
export function firstName(page: Uint8Array): Uint8Array {
  const start =
    page[2] === TYPES.indexOf('symlink') + 1 ? FIXED_LENGTH : FIXED_LENGTH + DESCRIPTOR_LENGTH;
  return page.subarray(start, start + (page[3] ?? 0));
}

/** Decodes the entry at `at`, where at least two bytes are left. */
function decodeEntry(page: Uint8Array, view: DataView, at: number): Entry {
  const length = view.getUint16(at);
  if (length < FIXED_LENGTH || at + length > page.length) {
    throw malformed(`entry at ${at} is ${length} bytes long`);
  }
  const type = TYPES[view.getUint8(at + 2) - 1];
  if (type === undefined) throw malformed(`entry at ${at} has type ${view.getUint8(at + 2)}`);
  const nameLength = view.getUint8(at + 3);
  const body = page.subarray(at + FIXED_LENGTH, at + length);
  const nameAt = type === 'symlink' ? 0 : DESCRIPTOR_LENGTH;
  const shortest = nameAt + nameLength + (type === 'symlink' ? 1 : 0);
  if (body.length < shortest || (type !== 'symlink' && body.length > shortest)) {
    throw malformed(`entry at ${at} is ${length} bytes long for its name`);
  }
  const name = fromUtf8(body.subarray(nameAt, nameAt + nameLength));
  const fault = name === undefined ? 'is not UTF-8' : nameFault(name);
  if (name === undefined || fault !== undefined) throw malformed(`name at ${at} ${fault}`);
  const mode = view.getUint16(at + 4);
  if (mode > 0o777) throw malformed(`entry at ${at} has mode 0o${mode.toString(8)}`);
  const base = { name, mode, ...decodeMtime(view, at) };
  if (type !== 'symlink') {
    return { type, ...base, descriptor: decodeDescriptor(body.subarray(0, nameAt), type) };
  }
  if (mode !== SYMLINK_MODE) throw malformed(`symlink at ${at} has mode 0o${mode.toString(8)}`);
  return { type, ...base, target: decodeTarget(body.subarray(nameLength), at) };
}

function decodeMtime(view: DataView, at: number): { readonly mtime?: Mtime } {
  const nanoseconds = view.getUint32(at + 6);
  const seconds = Number(view.getBigInt64(at + 10));
  if (nanoseconds === NOT_RECORDED) {
    if (seconds !== 0) throw malformed(`entry at ${at} has seconds but no modification time`);
    return {};
  }
  if (nanoseconds > MAX_NANOSECONDS || !Number.isSafeInteger(seconds)) {
    throw malformed(`entry at ${at} has an impossible modification time`);
  }
  return { mtime: { seconds, nanoseconds } };
}

function decodeTarget(bytes: Uint8Array, at: number): string {
  const target = bytes.length <= MAX_SYMLINK_LENGTH ? fromUtf8(bytes) : undefined;
  if (target === undefined || target.includes('\0')) {
    throw malformed(`symlink at ${at} has an impossible target`);
  }
  return target;
}

function malformed(what: string): IntegrityError {
  return new IntegrityError('ERR_DIRECTORY', `directory ${what}`);
}

/**
 * Checks two neighbouring pages of a directory against each other.
 *
 * @throws {IntegrityError} `ERR_DIRECTORY` if their names are out of order, or the second page's
 *   first entry would have fitted on the first page.
 * @see SPEC.md, V21
 */
export function checkNeighbours(
  before: DirectoryPage,
  after: DirectoryPage,
  pageSize: number,
): void {
  checkOrder(before, after);
  const [first] = after.entries;
  if (first !== undefined && before.used + entryLength(first) <= pageSize) {
    throw malformed('page is packed loosely');
  }
}

function checkOrder(low: DirectoryPage, high: DirectoryPage): void {
  const [last, first] = [low.entries.at(-1), high.entries[0]];
  if (last && first && compareUtf8(last.name, first.name) >= 0) {
    throw malformed('pages are out of order');
  }
}

/** A page of a directory and where it stands. */
export interface PlacedPage {
  readonly index: number;
  readonly page: DirectoryPage;
}

/**
 * Checks two pages of a directory against each other, wherever they stand.
 *
 * @param low - The one of lower index.
 * @throws {IntegrityError} `ERR_DIRECTORY` if they are out of order, or neighbours as in
 *   `checkNeighbours`.
 * @see SPEC.md, V21
 */
export function checkPages(low: PlacedPage, high: PlacedPage, pageSize: number): void {
  if (low.index + 1 === high.index) checkNeighbours(low.page, high.page, pageSize);
  else checkOrder(low.page, high.page);
}

/** Encodes a page as it was before it was decoded; new bytes, `length` of them. */
export function encodeDirectoryPage(page: DirectoryPage, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const entry of page.entries) {
    const encoded = encodeEntry(entry);
    bytes.set(encoded, at);
    at += encoded.length;
  }
  return bytes;
}

/**
 * Tells whether a symlink stays within its volume.
 *
 * @param depth - Components of the symlink's path above its last.
 * @see SPEC.md, "Directory", V24
 */
export function isContained(target: string, depth: number): boolean {
  if (target.startsWith('/')) return false;
  const components = target.split('/').filter((part) => part !== '' && part !== '.');
  const leading = components.findIndex((part) => part !== '..');
  const ups = leading === -1 ? components.length : leading;
  return ups <= depth && !components.slice(ups).includes('..');
}
