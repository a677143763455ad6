import { AccessPattern } from './access-pattern.ts';
import type { NodeWarmer } from './node-warmer.ts';
import type { PageCache } from './page-cache.ts';
import type { Predecessor } from './predecessor.ts';
import type { ReadPages } from './read-mode.ts';
import { ReadTarget } from './read-target.ts';
import { type AheadRun, MAX_WINDOW, Readahead } from './readahead.ts';
import { type PageOptions, put, type RemoteObject } from './remote-object.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Most bytes that one request of a read asks for, if pages are not larger. */
const READ_BYTES = 262_144;

/** What reading takes note of, beside pages. */
interface FilePagesOptions {
  /** Files of which pages and nodes may be cached that this one still has. */
  readonly predecessors: readonly Predecessor[];
  /** Told of each read. */
  readonly warmer: NodeWarmer | undefined;
}

/** How bytes are read. */
export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** What the bytes are put into once they are proven, at least as long; default: new memory. */
  readonly into?: Uint8Array | undefined;
}

/** Reads bytes of one file from its pages: those in the cache, those on their way, and the others. */
export class FilePages {
  readonly #object: RemoteObject;
  readonly #cache: PageCache;
  readonly #readPages: ReadPages;
  readonly #predecessors: readonly Predecessor[];
  readonly #warmer: NodeWarmer | undefined;
  readonly #pattern = new AccessPattern();
  /** Only if the cache has room for what is read ahead. */
  readonly #readahead: Readahead | undefined;

  /** @param readPages - How pages that are missing are fetched. */
  constructor(
    object: RemoteObject,
    cache: PageCache,
    readPages: ReadPages,
    { predecessors, warmer }: FilePagesOptions,
  ) {
    this.#object = object;
    this.#cache = cache;
    this.#readPages = readPages;
    this.#predecessors = predecessors;
    this.#warmer = warmer;
    const window = Math.max(MAX_WINDOW, object.shape.pageSize);
    if (cache.worthKeeping(window)) this.#readahead = this.#startReadahead();
  }

  #startReadahead(): Readahead {
    return new Readahead({
      object: this.#object,
      isCached: (page: number) => this.#cache.has(this.#key(page)),
      fetch: (start: number, end: number, options: PageOptions) =>
        this.#predecessors.length > 0
          ? this.#fetchUnadopted(start, end, options)
          : this.#fetchAhead(start, end, options),
    });
  }

  /**
   * Reads bytes.
   *
   * @param end - After the last byte; more than `position`, at most the file's size.
   * @returns Verified bytes owned by the caller, in `options.into` if that is given.
   * @throws As `RemoteObject.readPages`.
   */
  read(position: number, end: number, options: ReadOptions = {}): Promise<Uint8Array> {
    if (this.#predecessors.length === 0) return this.#read(position, end, options);
    const { pageSize } = this.#object.shape;
    const adopted = this.#adopt(Math.floor(position / pageSize), Math.ceil(end / pageSize));
    return adopted.then(() => this.#read(position, end, options));
  }

  /** Takes over what older files have of some pages. */
  async #adopt(start: number, end: number): Promise<void> {
    for (const older of this.#predecessors) await older.adopt(start, end);
  }

  #read(position: number, end: number, { signal, into }: ReadOptions): Promise<Uint8Array> {
    const { pageSize } = this.#object.shape;
    const first = Math.floor(position / pageSize);
    const last = Math.floor((end - 1) / pageSize);
    const sequence = this.#pattern.observe(position, end);
    this.#readahead?.claim(first, last + 1);
    if (this.#missingEnd(first, last + 1) <= last) {
      const bytes = into?.subarray(0, end - position) ?? new Uint8Array(end - position);
      const target = new ReadTarget(bytes, position);
      const { missing, ahead } = this.#assemble(first, last, target, signal);
      if (missing.length > 0) this.#warmer?.observe(sequence, first, last + 1);
      this.#readahead?.observe(sequence, end - position);
      return Promise.all([...missing, ...ahead])
        .then(() => bytes)
        .finally(() => target.close());
    }
    // one request brings it all: no copy
    const isWhole = this.#isWhole(position, end);
    const onProven = (data: Uint8Array) => this.#keep(first, last + 1, data, isWhole);
    const options = { signal, into: isWhole ? into : undefined, onProven };
    const fetched = this.#readPages(first, last + 1, options);
    this.#warmer?.observe(sequence, first, last + 1);
    this.#readahead?.observe(sequence, end - position);
    if (isWhole) return fetched;
    const from = first * pageSize;
    return fetched.then((data) => {
      const part = data.subarray(position - from, end - from);
      return put(part, into) ?? part;
    });
  }

  #key(page: number): number {
    return this.#object.firstNumber + page;
  }

  /**
   * Ends the run of pages from `start` on that are missing and fit one request.
   *
   * @returns `start` if the page there is cached, or on its way.
   */
  #missingEnd(start: number, last: number): number {
    const { pageSize } = this.#object.shape;
    const { affordablePages } = this.#object;
    const run = Math.max(1, Math.min(Math.floor(READ_BYTES / pageSize), affordablePages));
    const most = Math.min(last, start + run);
    let end = start;
    while (end < most && this.#isMissing(end)) end += 1;
    return end;
  }

  #isMissing(page: number): boolean {
    return !this.#cache.has(this.#key(page)) && this.#readahead?.find(page) === undefined;
  }

  /**
   * Fills a target with pages, from the cache and from the server.
   *
   * @returns What is to be waited for: pages that were missing, and those that are read ahead.
   */
  #assemble(
    first: number,
    last: number,
    target: ReadTarget,
    signal?: AbortSignal,
  ): { readonly missing: Promise<void>[]; readonly ahead: Promise<unknown>[] } {
    const { pageSize } = this.#object.shape;
    const { position, bytes } = target;
    const keeps = this.#cache.worthKeeping(bytes.length);
    const whole = this.#isWhole(position, position + bytes.length);
    const handOut = (page: number) => this.#cache.handedOut(this.#key(page), whole);
    const fetch = async (start: number, end: number) => {
      const data = await this.#readPages(start, end, { signal });
      target.place(data, start * pageSize);
      if (keeps) this.#keep(start, end, data, false);
    };
    const join = async (run: AheadRun, start: number, end: number) => {
      const data = await unlessAborted(run.data, signal);
      if (data === undefined) {
        const again = this.#assemble(start, end - 1, target, signal);
        await Promise.all([...again.missing, ...again.ahead]);
        return;
      }
      target.place(data, run.start * pageSize);
      for (let page = start; page < end; page += 1) handOut(page);
    };
    const missing: Promise<void>[] = [];
    const ahead: Promise<void>[] = [];
    for (let page = first; page <= last; ) {
      const cached = this.#cache.get(this.#key(page));
      const run = cached ? undefined : this.#readahead?.find(page);
      let next = page + 1;
      if (cached) {
        target.place(cached, page * pageSize);
        handOut(page);
      } else if (run) {
        next = Math.min(run.end, last + 1);
        ahead.push(join(run, page, next));
      } else {
        next = Math.max(next, this.#missingEnd(page, last + 1));
        missing.push(fetch(page, next));
      }
      page = next;
    }
    return { missing, ahead };
  }

  /** Tells whether bytes are whole pages. */
  #isWhole(start: number, end: number): boolean {
    const { pageSize, size } = this.#object.shape;
    return start % pageSize === 0 && (end % pageSize === 0 || end === size);
  }

  /** Fetches pages that are kept until they are read. */
  async #fetchAhead(start: number, end: number, options: PageOptions): Promise<Uint8Array> {
    const data = await this.#readPages(start, end, options);
    this.#eachPage(start, end, data, (key, page) => {
      if (!this.#cache.has(key)) this.#cache.addUnread(key, page);
    });
    return data;
  }

  /** As `#fetchAhead`, of those pages that no older file has. */
  async #fetchUnadopted(
    start: number,
    end: number,
    options: PageOptions,
  ): Promise<Uint8Array | undefined> {
    await this.#adopt(start, end);
    const isCached = (page: number) => this.#cache.has(this.#key(page));
    let [first, last] = [start, end];
    while (first < last && isCached(first)) first += 1;
    while (first < last && isCached(last - 1)) last -= 1;
    if (first === last) return undefined;
    const data = await this.#fetchAhead(first, last, options);
    return last - first === end - start ? data : undefined;
  }

  /**
   * Adds pages to the cache.
   *
   * @param whole - Whether the reader is given all of them.
   */
  #keep(start: number, end: number, data: Uint8Array, whole: boolean): void {
    this.#eachPage(start, end, data, (key, page) => {
      if (whole) this.#cache.offer(key, page);
      else this.#cache.add(key, page);
    });
  }

  #eachPage(
    start: number,
    end: number,
    data: Uint8Array,
    visit: (key: number, page: Uint8Array) => void,
  ): void {
    const { pageSize } = this.#object.shape;
    for (let page = start; page < end; page += 1) {
      const at = (page - start) * pageSize;
      visit(this.#key(page), end - start === 1 ? data : data.subarray(at, at + pageSize));
    }
  }
}
