import { pageCount } from '../common/tree/shape.ts';
import { AccessPattern } from './access-pattern.ts';
import type { VerifiedCache } from './cache.ts';
import { type ComparedSegment, type CompareOptions, compareLocal } from './local-comparison.ts';
import type { LocalCopy } from './local-copy.ts';
import { NodeWarmer } from './node-warmer.ts';
import { Release } from './outdated.ts';
import { type PageRun, type StreamOptions, streamPages } from './page-stream.ts';
import type { Predecessor } from './predecessor.ts';
import { pageReader, type ReadMode, type ReadPages } from './read-mode.ts';
import type { RemoteObject } from './remote-object.ts';

/** Most bytes that one request of a read asks for, if pages are not larger. */
const READ_BYTES = 262_144;

/** How a file is opened. */
export interface FileOptions {
  /** How its tree is fetched. Default `auto`. */
  readonly mode?: ReadMode;
}

/** A file of a volume, at one version for ever. */
export class RemoteFile {
  readonly object: RemoteObject;
  readonly mode: ReadMode;
  readonly #cache: VerifiedCache;
  readonly #predecessors: readonly Predecessor[];
  readonly #release = new Release();
  readonly #readPages: ReadPages;
  readonly #pattern = new AccessPattern();
  /** Only in the mode that chooses by itself. */
  readonly #warmer: NodeWarmer | undefined;

  /** @param options.predecessors - Files of which pages and nodes may be cached that this one still has. */
  constructor(
    object: RemoteObject,
    cache: VerifiedCache,
    options: FileOptions & { readonly predecessors?: readonly Predecessor[] } = {},
  ) {
    this.object = object;
    this.mode = options.mode ?? 'auto';
    this.#cache = cache;
    this.#predecessors = options.predecessors ?? [];
    this.#readPages = pageReader(object, this.mode);
    if (this.mode === 'auto') this.#warmer = new NodeWarmer(object);
  }

  /** Bytes. */
  get size(): number {
    return this.object.shape.size;
  }

  /**
   * Reads bytes at a position, as `pread` does.
   *
   * @returns Verified bytes owned by the caller; fewer than `length` only at the end of the file.
   * @throws {RangeError} If `position` or `length` is negative or no safe integer.
   * @throws {IntegrityError | ProtocolError} If what the server sent is not what was signed.
   * @throws {RequestError | TransportError} If the server refuses or stays silent.
   * @throws {StaleError} `ERR_STALE` if the server no longer has the file, which has released bytes.
   */
  async read(
    position: number,
    length: number,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    if (!Number.isSafeInteger(position) || !Number.isSafeInteger(length)) {
      throw new RangeError('position and length are safe integers');
    }
    if (position < 0 || length < 0) throw new RangeError('position and length are not negative');
    options.signal?.throwIfAborted();
    const end = Math.min(position + length, this.size);
    if (end <= position) return new Uint8Array();
    const { pageSize } = this.object.shape;
    const first = Math.floor(position / pageSize);
    const last = Math.floor((end - 1) / pageSize);
    const { signal } = options;
    try {
      for (const older of this.#predecessors) await older.adopt(first, last + 1);
      return this.#release.mark(await this.#fetch(first, last, position, end, signal));
    } catch (error) {
      throw this.#release.failure(error);
    }
  }

  async #fetch(
    first: number,
    last: number,
    position: number,
    end: number,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const sequence = this.#pattern.observe(position, end);
    if (this.#missingEnd(first, last + 1) <= last) {
      const result = new Uint8Array(end - position);
      const missing = this.#assemble(first, last, result, position, signal);
      if (missing.length > 0) this.#warmer?.observe(sequence, first, last + 1);
      await Promise.all(missing);
      return result;
    }
    // one request brings it all: no copy
    const fetched = this.#readPages(first, last + 1, { signal });
    this.#warmer?.observe(sequence, first, last + 1); // after the request of the read itself
    const data = await fetched;
    const from = position - first * this.object.shape.pageSize;
    this.#keep(first, last + 1, data, data.length === end - position);
    return data.subarray(from, from + end - position);
  }

  /**
   * Reads pages in order, in runs of one or more whole pages; only the file's last page is short.
   *
   * @returns Verified bytes, owned by the caller unless `options.reuse` is set.
   * @throws As `read`.
   */
  async *pages(options: StreamOptions = {}): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const { data } of this.runs(options)) yield data;
  }

  /** As `pages`, with the place of each run. */
  runs(options: StreamOptions = {}): AsyncGenerator<PageRun, void, undefined> {
    const count = pageCount(this.object.shape);
    const { start = 0, end = count } = options;
    if (!(start >= 0 && start <= end && end <= count)) {
      throw new RangeError(`no pages [${start}, ${end}) in a file of ${count}`);
    }
    const read = this.mode === 'auto' ? undefined : this.#readPages;
    return this.#release.over(streamPages(this.object, options, read));
  }

  /**
   * Compares the file with bytes that the reader already has, so that only changed pages are fetched.
   *
   * @param options.end - As a segment of an earlier call has started.
   * @throws As `read`, and what the copy throws.
   */
  async *compare(
    copy: LocalCopy,
    options: CompareOptions = {},
  ): AsyncGenerator<ComparedSegment, void, undefined> {
    const segments = compareLocal(this.object, copy, options);
    for await (const segment of this.#release.overParts(segments)) {
      yield { ...segment, runs: () => this.#release.over(segment.runs()) };
    }
  }

  #key(page: number): number {
    return this.object.firstNumber + page;
  }

  /**
   * Ends the run of pages from `start` on that are not cached and fit one request.
   *
   * @returns `start` if the page there is cached.
   */
  #missingEnd(start: number, last: number): number {
    const { pageSize } = this.object.shape;
    const { affordablePages } = this.object;
    const run = Math.max(1, Math.min(Math.floor(READ_BYTES / pageSize), affordablePages));
    const most = Math.min(last, start + run);
    let end = start;
    while (end < most && !this.#cache.pages.has(this.#key(end))) end += 1;
    return end;
  }

  /**
   * Fills `result` with the bytes from `position` on, from the cache and from the server.
   *
   * @returns What is to be waited for.
   */
  #assemble(
    first: number,
    last: number,
    result: Uint8Array,
    position: number,
    signal?: AbortSignal,
  ): readonly Promise<void>[] {
    const { pageSize } = this.object.shape;
    const keeps = this.#cache.pages.worthKeeping(result.length);
    const fetch = async (start: number, end: number) => {
      const data = await this.#readPages(start, end, { signal });
      place(result, data, start * pageSize - position);
      if (keeps) this.#keep(start, end, data, false);
    };
    const missing: Promise<void>[] = [];
    for (let page = first; page <= last; ) {
      const cached = this.#cache.pages.get(this.#key(page));
      const next = cached ? page + 1 : Math.max(page + 1, this.#missingEnd(page, last + 1));
      if (cached) place(result, cached, page * pageSize - position);
      else missing.push(fetch(page, next));
      page = next;
    }
    return missing;
  }

  /**
   * Adds pages to the cache.
   *
   * @param whole - Whether the reader is given all of them.
   */
  #keep(start: number, end: number, data: Uint8Array, whole: boolean): void {
    const { pageSize } = this.object.shape;
    const { pages } = this.#cache;
    for (let page = start; page < end; page += 1) {
      const at = (page - start) * pageSize;
      const bytes = data.subarray(at, at + pageSize);
      if (whole) pages.offer(this.#key(page), bytes);
      else pages.add(this.#key(page), bytes);
    }
  }
}

/** Copies the part of `data` that overlaps `result`, where `data` starts at `at` in it. */
function place(result: Uint8Array, data: Uint8Array, at: number): void {
  const from = Math.max(0, -at);
  const to = Math.min(data.length, result.length - at);
  if (to > from) result.set(data.subarray(from, to), at + from);
}
