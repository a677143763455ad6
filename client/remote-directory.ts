import { compareUtf8, utf8 } from '../common/bytes.ts';
import {
  checkPages,
  type DirectoryPage,
  decodeDirectoryPage,
  type Entry,
  encodeDirectoryPage,
  type PlacedPage,
} from '../common/directory.ts';
import { IntegrityError, PathError, RequestError } from '../common/errors.ts';
import { MAX_NAME_LENGTH } from '../common/limits.ts';
import { pageCount, pagesLength } from '../common/tree/shape.ts';
import type { VerifiedCache } from './cache.ts';
import type { Channel } from './channel.ts';
import type { FailedDirectory } from './failed-check.ts';
import type { RemoteObject } from './remote-object.ts';

/** Directories of at most so many pages are searched without asking for a hint. */
const PAGES_WITHOUT_HINT = 2;
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

/** A directory of a volume, at one version for ever. */
export class RemoteDirectory {
  readonly object: RemoteObject;
  readonly #connection: Channel;
  readonly #cache: VerifiedCache;

  constructor(object: RemoteObject, connection: Channel, cache: VerifiedCache) {
    this.object = object;
    this.#connection = connection;
    this.#cache = cache;
  }

  /**
   * Finds an entry, or proves that there is none.
   *
   * @throws {PathError} `ERR_NOT_FOUND` if the name is absent; that is proven.
   * @throws {IntegrityError} `ERR_DIRECTORY` if the directory is malformed.
   * @see SPEC.md, V20 to V22
   */
  async lookup(name: string, signal?: AbortSignal): Promise<Entry> {
    const { entry } = await this.find(name, signal);
    if (entry === undefined) throw absent(name);
    return entry;
  }

  /**
   * As `lookup`, and tells which pages prove it.
   *
   * @throws {IntegrityError} `ERR_DIRECTORY` if the directory is malformed.
   */
  async find(name: string, signal?: AbortSignal): Promise<Sought> {
    const seen = new SeenPages((before, after) => this.#checkOrder(before, after));
    const count = pageCount(this.object.shape);
    let low = 0; // every page below has been passed: its names, at least the last one's, are smaller
    let high = count; // every page from here on has greater names
    let probe = await this.#hint(name, signal);
    while (low < high) {
      const page = await this.#page(probe, signal);
      seen.add({ index: probe, page });
      const isFirst = low === 0 && high === count;
      if (compareUtf8(name, firstName(page)) < 0) high = probe;
      else if (compareUtf8(name, lastName(page)) > 0) low = probe + 1;
      else return { first: probe, end: probe + 1, entry: find(page, name) };
      // a hint that misses misses by one, unless it lies
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

  /** Verifies the first page, if there is one. */
  async open(signal?: AbortSignal): Promise<void> {
    if (pageCount(this.object.shape) > 0) await this.#page(0, signal);
  }

  async #page(index: number, signal?: AbortSignal): Promise<DirectoryPage> {
    const key = this.object.firstNumber + index;
    const cached = this.#cache.directories.get(key);
    if (cached !== undefined) return cached;
    const bytes = await this.object.readPages(index, index + 1, { signal });
    const page = this.#decode(index, bytes);
    this.#cache.directories.set(key, page);
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
    this.#connection.report({ check: 'directory', error, descriptor, pages });
  }

  /** Chooses the page to look at first; what the server says of it is only a hint. */
  async #hint(name: string, signal?: AbortSignal): Promise<number> {
    const count = pageCount(this.object.shape);
    const bytes = utf8(name);
    if (count <= PAGES_WITHOUT_HINT || bytes.length > MAX_NAME_LENGTH) return 0;
    try {
      const page = await this.#connection.request(
        {
          message: { type: 'locate', object: this.object.id, name: bytes },
          answer: 'location',
          accept: (location) => location.page,
        },
        signal,
      );
      if (page < count) return page;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    }
    return Math.floor(count / 2);
  }
}

/** Chooses the page in `[low, high)` next to `probe`. */
function nearest(probe: number, low: number, high: number): number {
  return probe < low ? low : high - 1;
}

function find(page: DirectoryPage, name: string): Entry | undefined {
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

function absent(name: string): PathError {
  return new PathError('ERR_NOT_FOUND', `no entry ${JSON.stringify(name)}`);
}

function firstName(page: DirectoryPage): string {
  return page.entries[0]?.name ?? '';
}

function lastName(page: DirectoryPage): string {
  return page.entries.at(-1)?.name ?? '';
}
