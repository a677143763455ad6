import {
  type Bundle,
  decodeBundle,
  malformedBundle,
  type Section,
  SectionReader,
} from '../common/bundle.ts';
import { compareUtf8, utf8 } from '../common/bytes.ts';
import type { Descriptor } from '../common/descriptor.ts';
import {
  checkNeighbours,
  type DirectoryPage,
  decodeDirectoryPage,
  type Entry,
  nameFault,
  type ObjectEntry,
} from '../common/directory.ts';
import { PathError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { MAX_DEPTH, MAX_NAME_LENGTH } from '../common/limits.ts';
import { parseNote } from '../common/note.ts';
import { claimedOrigin } from '../common/statement.ts';
import { pageCount, pagesLength, shapeOf } from '../common/tree/shape.ts';
import { verifyPages } from '../common/tree/verify-range.ts';
import { type AcceptedStatement, acceptStatement } from './accept.ts';
import { checkLength } from './remote-object.ts';
import { componentsOf, type Found, quotePath, resolvePath } from './resolve-path.ts';
import { checkRevoked } from './revocation.ts';
import type { Trust } from './trust.ts';

/** What a proof bundle says of its path: bytes `[start, end)` of a file, or that nothing is there. */
export type Claim =
  | { readonly type: 'bytes'; readonly start: number; readonly end: number }
  | { readonly type: 'absence' };

interface ProofBase {
  /** The statement that all of it rests on. */
  readonly accepted: AcceptedStatement;
  /** The path that was asked for. */
  readonly path: string;
}

/** Bytes of a file that a publisher signed. */
export interface BytesProof extends ProofBase {
  readonly type: 'bytes';
  /** Where the path leads, through symlinks. */
  readonly found: Found & { readonly entry: ObjectEntry };
  /** The bytes are `[start, end)` of the file. */
  readonly start: number;
  readonly end: number;
  /** A view of the bundle. */
  readonly data: Uint8Array;
}

/** That a volume has nothing at a path. */
export interface AbsenceProof extends ProofBase {
  readonly type: 'absence';
  /** What is missing: the path, or what a symlink on it leads to. */
  readonly missing: string;
}

/** What a proof bundle proves. */
export type Proof = BytesProof | AbsenceProof;

const BYTES = /^bytes (0|[1-9][0-9]{0,15}) (0|[1-9][0-9]{0,15})$/;
const INDEX = /^(?:0|[1-9][0-9]{0,9})$/;
/** Pages that one lookup rests on, at most. */
const LOOKUP_PAGES = 2;

/** Writes the sections that every proof bundle starts with. */
export function claimSections(note: Uint8Array, path: string, claim: Claim): readonly Section[] {
  const said = claim.type === 'bytes' ? `bytes ${claim.start} ${claim.end}` : 'absence';
  return [
    { name: 'note', data: note },
    { name: 'path', data: utf8(path) },
    { name: 'claim', data: utf8(said) },
  ];
}

/** More than any path has that is not deeper than paths can be. */
const MAX_PATH_LENGTH = MAX_DEPTH * (MAX_NAME_LENGTH + 1);

/**
 * Tells whether a path is spelled as proof bundles spell it: at most `MAX_DEPTH` components, none of
 * them empty, `.` or `..`.
 */
export function isPlainPath(path: string): boolean {
  if (path.length > MAX_PATH_LENGTH) return false; // before it is taken apart
  const components = componentsOf(path);
  const names = components.every((name) => nameFault(name) === undefined);
  return names && components.length <= MAX_DEPTH && components.join('/') === path;
}

/**
 * Verifies what a proof bundle proves; no connection is needed.
 *
 * @param bundle - Attacker-controlled bytes, or what `decodeBundle` made of them.
 * @param trust - Whom the reader believes; without an origin, any that the keys speak for.
 * @param now - The time at which the statement has to be valid, in milliseconds since 1970.
 * @throws {BundleError} `ERR_BUNDLE` if it is malformed, or proves something else than it claims.
 * @throws {IntegrityError | ProtocolError | FreshnessError | PathError} As a read of the same bytes.
 * @see SPEC.md, V36
 */
export async function verifyProof(
  bundle: Uint8Array | Bundle,
  trust: Omit<Trust, 'origin'> & { readonly origin?: string },
  now: number,
): Promise<Proof> {
  const decoded = bundle instanceof Uint8Array ? decodeBundle(bundle) : bundle;
  const reader = new SectionReader(decoded, 'proof');
  const note = reader.take('note');
  const origin = trust.origin ?? claimedOrigin(parseNote(note).text) ?? '';
  const accepted = acceptStatement(note, { ...trust, origin }, undefined, now);
  const path = reader.takeText('path');
  if (!isPlainPath(path)) throw malformedBundle('has a path that is not plain');
  const claim = readClaim(reader.takeText('claim'));
  const steps = new ProofSteps(reader, trust.revokedObjects);
  const found = await steps.resolve(rootOf(accepted), path);
  if (claim.type === 'absence' || found === undefined) {
    if (found !== undefined) throw malformedBundle('claims an absence, and has what is there');
    if (claim.type === 'bytes') throw malformedBundle('claims bytes of what is not there');
    reader.end();
    return { type: 'absence', accepted, path, missing: steps.missing };
  }
  const { start, end } = claim;
  const data = steps.takeBytes(found.entry, start, end);
  reader.end();
  return { type: 'bytes', accepted, path, found, start, end, data };
}

/** Returns the entry of a statement's own object, whose name is empty. */
export function rootOf({ statement }: Pick<AcceptedStatement, 'statement'>): ObjectEntry {
  const { type, descriptor } = statement;
  return { type, descriptor, name: '', mode: type === 'directory' ? 0o755 : 0o644 };
}

function readClaim(text: string): Claim {
  if (text === 'absence') return { type: 'absence' };
  const [, startText, endText] = BYTES.exec(text) ?? [];
  const [start, end] = [Number(startText), Number(endText)];
  if (startText !== undefined && start <= end && Number.isSafeInteger(end)) {
    return { type: 'bytes', start, end };
  }
  throw malformedBundle('has an impossible claim');
}

/** The steps from a statement to what it proves, each verified as it is taken from the bundle. */
class ProofSteps {
  readonly #reader: SectionReader;
  readonly #revoked: Trust['revokedObjects'];
  /** The path of the name that was absent, if one was. */
  missing = '';

  constructor(reader: SectionReader, revoked: Trust['revokedObjects']) {
    this.#reader = reader;
    this.#revoked = revoked;
  }

  /**
   * Follows a path to the file it leads to.
   *
   * @returns `undefined` if there is proven to be nothing.
   * @throws {PathError} `ERR_NOT_FILE` if there is something else.
   */
  async resolve(root: Entry, path: string): Promise<BytesProof['found'] | undefined> {
    try {
      const { path: foundPath, entry } = await resolvePath(root, path, true, (at, name) =>
        this.#lookup(at, name),
      );
      if (entry.type === 'file') return { path: foundPath, entry };
    } catch (error) {
      if (error instanceof PathError && error.code === 'ERR_NOT_FOUND') return undefined;
      throw error;
    }
    throw new PathError('ERR_NOT_FILE', `${quotePath(path)} is no file`);
  }

  /** Takes the bytes `[start, end)` of a file, which the pages under them hold. */
  takeBytes({ descriptor }: ObjectEntry, start: number, end: number): Uint8Array {
    const { pageSize, size } = descriptor;
    if (end > size || (start === end && size > 0)) {
      throw malformedBundle(`claims bytes [${start}, ${end}) of a file of ${size}`);
    }
    const first = Math.floor(start / pageSize);
    const pages = this.#takePages(descriptor, first, () => Math.ceil(end / pageSize));
    return pages.subarray(start - first * pageSize, end - first * pageSize);
  }

  /** Finds a name by the pages that are next in the bundle; V20 to V22. */
  async #lookup({ path, entry }: Found, name: string): Promise<Entry> {
    if (entry.type !== 'directory') {
      throw new PathError('ERR_NOT_DIRECTORY', `${quotePath(path)} is no directory`);
    }
    const { descriptor } = entry;
    const { pageSize } = descriptor;
    const count = pageCount(shapeOf(descriptor));
    const index = this.#reader.takeText('directory');
    const first = INDEX.test(index) ? Number(index) : Number.NaN;
    if (!(first < Math.max(1, count))) throw malformedBundle(`has no page ${first} of ${count}`);
    const data = this.#takePages(descriptor, first, (length) =>
      lookupEnd(first, length, pageSize, count),
    );
    const pages = decodePages(data, pageSize, (at) => first + at === count - 1);
    const [page, next] = pages;
    if (page && next) checkNeighbours(page, next, pageSize);
    const found = page?.entries.find((each) => each.name === name);
    if (found !== undefined && next === undefined) return found;
    if (!isAbsent(name, pages, first === 0, first + pages.length === count)) {
      throw malformedBundle(`has other pages than those that tell of ${quote(name)}`);
    }
    this.missing = path === '' ? name : `${path}/${name}`;
    throw new PathError('ERR_NOT_FOUND', `no entry ${quote(name)}`);
  }

  /**
   * Takes the pages `[first, end)` of an object, and verifies them up to its root; V16 to V18.
   *
   * @param endFor - Tells the end, given the length of what is there.
   */
  #takePages(
    descriptor: Descriptor,
    first: number,
    endFor: (length: number) => number,
  ): Uint8Array {
    checkRevoked(descriptor, this.#revoked);
    const siblings = this.#reader.take('siblings');
    const data = this.#reader.take('pages');
    const shape = shapeOf(descriptor);
    const end = endFor(data.length);
    if (first === end) {
      if (data.length + siblings.length > 0) throw malformedBundle('has pages of an empty object');
      return data;
    }
    checkLength(data, pagesLength(shape, first, end));
    const range = { level: 0, start: first, end, anchorLevel: shape.height };
    verifyPages(shape, range, data, siblings, descriptor.root);
    return data;
  }
}

/** Tells how many pages of a directory are there: one or two, or none of an empty one. */
function lookupEnd(first: number, length: number, pageSize: number, count: number): number {
  const found = Math.ceil(length / pageSize);
  const end = first + found;
  if (found > LOOKUP_PAGES || end > count || (found === 0 && count > 0)) {
    throw malformedBundle(`has ${length} bytes of a directory, want one page or two`);
  }
  return end;
}

function decodePages(
  data: Uint8Array,
  pageSize: number,
  isLast: (at: number) => boolean,
): readonly DirectoryPage[] {
  const count = Math.ceil(data.length / pageSize);
  return Array.from({ length: count }, (_, at) =>
    decodeDirectoryPage(data.subarray(at * pageSize, (at + 1) * pageSize), isLast(at)),
  );
}

/** Tells whether neighbouring pages prove that a name is absent, and no page is one too many; V22. */
function isAbsent(
  name: string,
  pages: readonly DirectoryPage[],
  startsDirectory: boolean,
  endsDirectory: boolean,
): boolean {
  const [page, next] = pages;
  const [first, last] = [page?.entries[0], page?.entries.at(-1)];
  if (!page || !first || !last) return startsDirectory && endsDirectory;
  const isBelow = compareUtf8(name, first.name) < 0;
  const isAbove = compareUtf8(name, last.name) > 0;
  const nextFirst = next?.entries[0];
  if (nextFirst) return isAbove && compareUtf8(name, nextFirst.name) < 0;
  return (startsDirectory || !isBelow) && (endsDirectory || !isAbove);
}
