import { encodeBundle, type Section } from '../common/bundle.ts';
import { concat, utf8 } from '../common/bytes.ts';
import { pagesCost } from '../common/cost.ts';
import type { Entry } from '../common/directory.ts';
import { PathError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { HASH_LENGTH, MAX_BUNDLE_LENGTH, MAX_BUNDLE_SECTIONS } from '../common/limits.ts';
import { type NodeRun, siblingRuns } from '../common/tree/range-proof.ts';
import { pagesLength } from '../common/tree/shape.ts';
import { verifyPages } from '../common/tree/verify-range.ts';
import type { Answer } from './channel.ts';
import type { ObjectOpener } from './object-opener.ts';
import { claimSections, isPlainPath } from './proof-bundle.ts';
import { RemoteDirectory } from './remote-directory.ts';
import { checkLength, type RemoteObject } from './remote-object.ts';
import { componentsOf, type Found, quotePath, resolvePath } from './resolve-path.ts';

/** Bytes of a file, as in `subarray`. */
export interface ProofRange {
  /** Default 0. */
  readonly start?: number;
  /** Default: the end of the file. */
  readonly end?: number;
}

/** What a proof is made of: a volume's statement and root, and where its objects are read. */
export interface ProofSource {
  readonly note: Uint8Array;
  readonly root: Entry;
  readonly opener: ObjectOpener;
  readonly signal: AbortSignal | undefined;
}

/** Collects the pages and range proofs that lead from a statement to what is to be proven. */
export class Prover {
  readonly #source: ProofSource;
  readonly #sections: Section[] = [];
  /** Bytes of the bundle so far, and more than its lines will take. */
  #length = 0;

  constructor(source: ProofSource) {
    this.#source = source;
  }

  /**
   * Proves bytes of a file.
   *
   * @returns A bundle.
   * @throws {RangeError} If the path is not plain, the range is none of the file's, or the bundle
   *   would be too long.
   * @throws {PathError} `ERR_NOT_FILE` if the path leads to a directory.
   * @see SPEC.md, "Bundles", "Proofs"
   */
  async bytes(path: string, range: ProofRange): Promise<Uint8Array> {
    const asked = plainPath(path);
    const { entry } = await this.#resolve(asked);
    if (entry.type !== 'file') throw new PathError('ERR_NOT_FILE', `${quotePath(path)} is no file`);
    const object = this.#source.opener.open(entry.descriptor);
    const { pageSize, size } = entry.descriptor;
    const { start = 0, end = size } = range;
    const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0;
    if (!isRange || end > size || (start >= end && size > 0)) {
      throw new RangeError(`no bytes [${start}, ${end}) in a file of ${size}`);
    }
    await this.#addPages(object, Math.floor(start / pageSize), Math.ceil(end / pageSize));
    return this.#finish(asked, { type: 'bytes', start, end });
  }

  /**
   * Proves that there is nothing at a path.
   *
   * @returns A bundle; `undefined` if there is something.
   * @throws {RangeError} If the path is not plain, or the bundle would be too long.
   */
  async absence(path: string): Promise<Uint8Array | undefined> {
    const asked = plainPath(path);
    try {
      await this.#resolve(asked);
    } catch (error) {
      if (!(error instanceof PathError && error.code === 'ERR_NOT_FOUND')) throw error;
      return this.#finish(asked, { type: 'absence' });
    }
    return undefined;
  }

  #finish(path: string, claim: Parameters<typeof claimSections>[2]): Uint8Array {
    return encodeBundle('proof', [
      ...claimSections(this.#source.note, path, claim),
      ...this.#sections,
    ]);
  }

  #resolve(path: string): Promise<Found> {
    return resolvePath(this.#source.root, path, true, (found, name, next) =>
      this.#lookup(found, name, next),
    );
  }

  async #lookup({ path, entry }: Found, name: string, next: readonly string[]): Promise<Entry> {
    if (entry.type !== 'directory') {
      throw new PathError('ERR_NOT_DIRECTORY', `${quotePath(path)} is no directory`);
    }
    const { opener, signal } = this.#source;
    const object = opener.open(entry.descriptor);
    const directory = new RemoteDirectory(object, opener);
    const { first, end, entry: child } = await directory.find(name, { signal, next });
    this.#sections.push({ name: 'directory', data: utf8(`${first}`) });
    await this.#addPages(object, first, end);
    if (child === undefined) throw new PathError('ERR_NOT_FOUND', `no entry ${quote(name)}`);
    return child;
  }

  /** Adds pages with their range proof up to the root. */
  async #addPages(object: RemoteObject, start: number, end: number): Promise<void> {
    this.#reserve(pagesLength(object.shape, start, end));
    const { data, siblings } = await this.#readProven(object, start, end);
    this.#sections.push({ name: 'siblings', data: siblings }, { name: 'pages', data });
  }

  /** @throws {RangeError} If the bundle would be too long with so many bytes more. */
  #reserve(length: number): void {
    this.#length += length;
    const sections = this.#sections.length + 3 * 2; // those of the claim, and what is about to come
    if (this.#length <= MAX_BUNDLE_LENGTH && sections <= MAX_BUNDLE_SECTIONS) return;
    throw new RangeError('bundle would be too long');
  }

  async #readProven(object: RemoteObject, start: number, end: number) {
    const { shape, affordablePages } = object;
    const data = new Uint8Array(pagesLength(shape, start, end));
    if (start === end) return { data, siblings: new Uint8Array() };
    const ends: NodeRun[] = [];
    for (let from = start; from < end; from += affordablePages) {
      const to = Math.min(from + affordablePages, end);
      const read = await this.#readChunk(object, from, to);
      data.set(read.data, (from - start) * shape.pageSize);
      // siblings on the left are in the proof of the first chunk, those on the right in that of the last
      if (from === start || to === end) ends.push(...read.runs);
    }
    const range = { level: 0, start, end, anchorLevel: shape.height };
    const parts = siblingRuns(shape, range).map((run) => nodesIn(ends, run));
    return { data, siblings: concat(...parts) };
  }

  /** Reads pages in one request, verified up to the root, whatever is known already. */
  #readChunk(object: RemoteObject, start: number, end: number) {
    const { shape, descriptor } = object;
    const { opener, signal } = this.#source;
    const range = { level: 0, start, end, anchorLevel: shape.height };
    const accept = ({ data, siblings }: Answer<'pages'>) => {
      checkLength(data, pagesLength(shape, start, end));
      const runs = verifyPages(shape, range, data, siblings, descriptor.root);
      return { data: data.slice(), runs: runs.map(ownRun) };
    };
    const bounds = { first: start, count: end - start, anchorLevel: shape.height };
    const message = { type: 'readPages', object: object.id, ...bounds } as const;
    const basis = { descriptor, anchors: descriptor.root };
    const cost = pagesCost(shape, range);
    return opener.connection.request({ message, answer: 'pages', cost, basis, accept }, signal);
  }
}

/** @throws {RangeError} If a component is `..` or no name, or they are too many. */
function plainPath(path: string): string {
  const plain = componentsOf(path).join('/');
  if (isPlainPath(plain)) return plain;
  throw new RangeError(`${quotePath(path)} has a component that is no name, or too many`);
}

function ownRun(run: NodeRun): NodeRun {
  return { ...run, hashes: run.hashes.slice() };
}

/** Finds nodes that one of the runs holds. */
function nodesIn(
  runs: readonly NodeRun[],
  {
    level,
    start,
    count,
  }: { readonly level: number; readonly start: number; readonly count: number },
): Uint8Array {
  for (const run of runs) {
    const from = (start - run.start) * HASH_LENGTH;
    const to = from + count * HASH_LENGTH;
    if (run.level === level && from >= 0 && to <= run.hashes.length) {
      return run.hashes.subarray(from, to);
    }
  }
  throw new RangeError(`no nodes [${start}, ${start + count}) of level ${level}`);
}
