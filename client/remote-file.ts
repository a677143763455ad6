import { pageCount } from '../common/tree/shape.ts';
import type { VerifiedCache } from './cache.ts';
import { FilePages, type ReadOptions } from './file-pages.ts';
import { type ComparedSegment, type CompareOptions, compareLocal } from './local-comparison.ts';
import type { LocalCopy } from './local-copy.ts';
import { NodeWarmer } from './node-warmer.ts';
import { Release } from './outdated.ts';
import { type PageRun, type StreamOptions, streamPages } from './page-stream.ts';
import type { Predecessor } from './predecessor.ts';
import { pageReader, type ReadMode, type ReadPages } from './read-mode.ts';
import type { RemoteObject } from './remote-object.ts';

/** How a file is opened. */
export interface FileOptions {
  /** How its tree is fetched. Default `auto`. */
  readonly mode?: ReadMode;
}

/** A file of a volume, at one version for ever. */
export class RemoteFile {
  readonly object: RemoteObject;
  readonly mode: ReadMode;
  readonly #readPages: ReadPages;
  readonly #pages: FilePages;
  readonly #release = new Release();

  /** @param options.predecessors - Files of which pages and nodes may be cached that this one still has. */
  constructor(
    object: RemoteObject,
    cache: VerifiedCache,
    options: FileOptions & { readonly predecessors?: readonly Predecessor[] } = {},
  ) {
    this.object = object;
    this.mode = options.mode ?? 'auto';
    this.#readPages = pageReader(object, this.mode);
    this.#pages = new FilePages(object, cache.pages, this.#readPages, {
      predecessors: options.predecessors ?? [],
      // a mode that was chosen leaves nothing to learn
      warmer: this.mode === 'auto' ? new NodeWarmer(object) : undefined,
    });
  }

  /** Bytes. */
  get size(): number {
    return this.object.shape.size;
  }

  /**
   * Reads bytes at a position, as `pread` does.
   *
   * Reads that follow one another are asked for ahead, up to 2 MiB, if the cache has room for four times that.
   *
   * @param options.into - What the bytes are put into, once they are proven; it may be used again when the
   *   read is settled. Default: new memory.
   * @returns Verified bytes owned by the caller, a view of `into` if that is given; fewer than `length` only
   *   at the end of the file.
   * @throws {RangeError} If `position` or `length` is negative or no safe integer, or `into` is shorter than
   *   `length`, or has become that: its memory was transferred, or resized.
   * @throws {TypeError} If `into` is no `Uint8Array`.
   * @throws {IntegrityError | ProtocolError} If what the server sent is not what was signed.
   * @throws {RequestError | TransportError} If the server refuses or stays silent.
   * @throws {StaleError} `ERR_STALE` if the server no longer has the file, which has released bytes.
   */
  async read(position: number, length: number, options: ReadOptions = {}): Promise<Uint8Array> {
    if (!Number.isSafeInteger(position) || !Number.isSafeInteger(length)) {
      throw new RangeError('position and length are safe integers');
    }
    if (position < 0 || length < 0) throw new RangeError('position and length are not negative');
    const { into, signal } = options;
    if (into) checkBuffer(into, length);
    signal?.throwIfAborted();
    const end = Math.min(position + length, this.size);
    if (end <= position) return into?.subarray(0, 0) ?? new Uint8Array();
    try {
      const bytes = this.#release.mark(await this.#pages.read(position, end, options));
      if (into) checkBuffer(into, end - position);
      return bytes;
    } catch (error) {
      throw this.#release.failure(error);
    }
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
}

function checkBuffer(into: Uint8Array, length: number): void {
  if (!(into instanceof Uint8Array)) throw new TypeError('into is no Uint8Array');
  if (into.length >= length) return;
  throw new RangeError(`into has ${into.length} bytes, read wants ${length}`);
}
