import { compareUtf8 } from '../common/bytes.ts';
import {
  checkPages,
  type DirectoryPage,
  decodeDirectoryPage,
  type Entry,
  encodeDirectoryPage,
  findEntry,
  type PlacedPage,
} from '../common/directory.ts';
import { IntegrityError, PathError, RequestError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { pageCount, pagesLength } from '../common/tree/shape.ts';
import type { FailedDirectory } from './failed-check.ts';
import type { ObjectOpener } from './object-opener.ts';
import type { RemoteObject } from './remote-object.ts';
import { walk } from './walk.ts';

/** Pages that a listing reads ahead. */
const PAGES_AHEAD = 8;

/** What one search has seen of a directory, in the order of the pages. */
class SeenPages {
  readonly #check: (low: PlacedPage, high: PlacedPage) => void;
  readonly #seen: PlacedPage[] = [];

  /** @param check - Throws if two pages contradict each other; V21. */
  constructor(check: (low: PlacedPage, high: PlacedPage) => void) {
    this.#check = check;
  }

  /** @throws What `check` throws of the page and the pages next to it. */
  add(added: PlacedPage): void {
    const at = this.#seen.findIndex(({ index }) => index > added.index);
    const position = at === -1 ? this.#seen.length : at;
    const before = this.#seen[position - 1];
    const after = this.#seen[position];
    if (before) this.#check(before, added);
    if (after) this.#check(added, after);
    this.#seen.splice(position, 0, added);
  }
}

/** What came of the search for a name. */
export interface Sought {
  /**
   * The pages `[first, end)` prove it: one that has the name or both its neighbours, two between which
   * it would stand, or none of an empty directory.
   */
  readonly first: number;
  readonly end: number;
  /** `undefined` if the name is absent. */
  readonly entry: Entry | undefined;
}

/** How a name is looked up. */
export interface LookupOptions {
  readonly signal?: AbortSignal | undefined;
  /** The names that will be looked up next, each in what the one before leads to; default none. */
  readonly next?: readonly string[];
}

/** A directory of a volume, at one version for ever. */
export class RemoteDirectory {
  readonly object: RemoteObject;
  readonly #opener: ObjectOpener;
  readonly #path: string | undefined;

  /** @param path - Where it stands, if that is known. */
  constructor(object: RemoteObject, opener: ObjectOpener, path?: string) {
    this.object = object;
    this.#opener = opener;
    this.#path = path;
  }

  /**
   * Finds an entry, or proves that there is none.
   *
   * @throws {PathError} `ERR_NOT_FOUND` if the name is absent; that is proven.
   * @throws {IntegrityError} `ERR_DIRECTORY` if the directory is malformed.
   * @see SPEC.md, V20 to V22
   */
  async lookup(name: string, options: LookupOptions = {}): Promise<Entry> {
    const { entry } = await this.find(name, options);
    if (entry === undefined) throw absent(name);
    return entry;
  }

  /**
   * As `lookup`, and tells which pages prove it.
   *
   * @throws {IntegrityError} `ERR_DIRECTORY` if the directory is malformed.
   */
  async find(name: string, { signal, next = [] }: LookupOptions = {}): Promise<Sought> {
    const seen = new SeenPages((before, after) => this.#checkOrder(before, after));
    const count = pageCount(this.object.shape);
    let low = 0; // every page below has been passed: its names, at least the last one's, are smaller
    let high = count; // every page from here on has greater names
    let probe = await this.#firstProbe(name, next, signal);
    while (low < high) {
      const page = await this.#page(probe, signal);
      seen.add({ index: probe, page });
      const isFirst = low === 0 && high === count;
      if (compareUtf8(name, firstName(page)) < 0) high = probe;
      else if (compareUtf8(name, lastName(page)) > 0) low = probe + 1;
      else return { first: probe, end: probe + 1, entry: findEntry(page, name) };
      // what a server leads to misses by one, unless it lies
      probe = isFirst ? nearest(probe, low, high) : Math.floor((low + high) / 2);
    }
    return { first: Math.max(0, low - 1), end: Math.min(count, low + 1), entry: undefined };
  }

  /**
   * Lists all entries in the order of their names.
   *
   * @throws {IntegrityError} `ERR_DIRECTORY` if the directory is malformed.
   */
  async *entries(signal?: AbortSignal): AsyncGenerator<Entry, void, undefined> {
    const stop = new AbortController();
    const all = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const count = pageCount(this.object.shape);
    const ahead: Promise<DirectoryPage>[] = [];
    let next = 0;
    let before: DirectoryPage | undefined;
    try {
      for (let index = 0; index < count; index += 1) {
        for (; next < Math.min(count, index + PAGES_AHEAD); next += 1) {
          const page = this.#page(next, all);
          page.catch(() => undefined); // it is reported when its turn comes
          ahead.push(page);
        }
        const page = await ahead.shift();
        if (page === undefined) return;
        if (before) this.#checkOrder({ index: index - 1, page: before }, { index, page });
        yield* page.entries;
        before = page;
      }
    } finally {
      stop.abort(new DOMException('listing was left', 'AbortError'));
    }
  }

  /**
   * Verifies a page, if there is one.
   *
   * @param names - What will be looked up first, each name in what the one before leads to.
   */
  async open(names: readonly string[], signal?: AbortSignal): Promise<void> {
    if (pageCount(this.object.shape) === 0) return;
    const [name, ...next] = names;
    const page = name === undefined ? 0 : await this.#firstProbe(name, next, signal);
    await this.#page(page, signal);
  }

  async #page(index: number, signal?: AbortSignal): Promise<DirectoryPage> {
    const cached = this.#opener.cache.directories.get(this.object.firstNumber, index);
    if (cached !== undefined) return cached;
    return this.#keep(index, await this.object.readPages(index, index + 1, { signal }));
  }

  #keep(index: number, bytes: Uint8Array): DirectoryPage {
    const page = this.#decode(index, bytes);
    this.#opener.cache.directories.set(this.object.firstNumber, index, page);
    return page;
  }

  #decode(index: number, data: Uint8Array): DirectoryPage {
    try {
      return decodeDirectoryPage(data, index === pageCount(this.object.shape) - 1);
    } catch (error) {
      this.#report(error, [{ index, data }]);
      throw error;
    }
  }

  /** @throws {IntegrityError} `ERR_DIRECTORY` if the pages contradict each other; V21. */
  #checkOrder(low: PlacedPage, high: PlacedPage): void {
    try {
      checkPages(low, high, this.object.shape.pageSize);
    } catch (error) {
      const pages = [low, high].map(({ index, page }) => {
        const length = pagesLength(this.object.shape, index, index + 1);
        return { index, data: encodeDirectoryPage(page, length) };
      });
      this.#report(error, pages);
      throw error;
    }
  }

  #report(error: unknown, pages: FailedDirectory['pages']): void {
    if (!(error instanceof IntegrityError)) return;
    const { descriptor } = this.object;
    this.#opener.connection.report({ check: 'directory', error, descriptor, pages });
  }

  /**
   * Chooses the page to look at first, and fetches it where that needs no more than one round trip.
   *
   * It may be any page: what the server leads to is only a hint.
   */
  async #firstProbe(name: string, next: readonly string[], signal?: AbortSignal): Promise<number> {
    const count = pageCount(this.object.shape);
    const known = this.#known(name);
    if (known !== undefined) return known;
    if (count === 0 || (count === 1 && next.length === 0)) return 0; // a read brings it as well
    await this.#recall(name);
    return (
      this.#known(name) ?? (await this.#walk([name, ...next], signal)) ?? Math.floor(count / 2)
    );
  }

  #known(name: string): number | undefined {
    const { firstNumber, shape } = this.object;
    return this.#opener.cache.directories.pageOf(firstNumber, pageCount(shape), name);
  }

  /** Looks for a name in the pages that are kept durably; those that it reads are known then. */
  async #recall(name: string): Promise<void> {
    const kept = await this.object.keptPages();
    let low = 0; // the page, if it is kept, is one of `kept[low]` to `kept[high - 1]`
    let high = kept.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const index = kept[middle] ?? 0;
      const bytes = await this.object.readKeptPage(index);
      if (bytes === undefined) return; // of another version, or damaged: most others are, too
      const page = this.#keep(index, bytes);
      if (compareUtf8(name, firstName(page)) < 0) high = middle;
      else if (compareUtf8(name, lastName(page)) > 0) low = middle + 1;
      else return;
    }
  }

  /** @returns `undefined` if the server does not lead anywhere. */
  async #walk(names: readonly string[], signal?: AbortSignal): Promise<number | undefined> {
    try {
      const start = { object: this.object, path: this.#path };
      return await walk(start, names, this.#opener, signal);
    } catch (error) {
      if (error instanceof RequestError) return undefined;
      throw error;
    }
  }
}

/** Chooses the page in `[low, high)` next to `probe`. */
function nearest(probe: number, low: number, high: number): number {
  return probe < low ? low : high - 1;
}

function absent(name: string): PathError {
  return new PathError('ERR_NOT_FOUND', `no entry ${quote(name)}`);
}

function firstName(page: DirectoryPage): string {
  return page.entries[0]?.name ?? '';
}

function lastName(page: DirectoryPage): string {
  return page.entries.at(-1)?.name ?? '';
}
