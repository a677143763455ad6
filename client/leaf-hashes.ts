import { HASH_LENGTH } from '../common/limits.ts';
import { pageCount } from '../common/tree/shape.ts';
import type { RemoteObject } from './remote-object.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Pages whose leaf hashes are fetched at once: 8 MiB of hashes, for 1 GiB in pages of 4 KiB. */
const SEGMENT_PAGES = 262_144;
/** Segments that are held; a file that has more of them fetches some again. */
const MAX_SEGMENTS = 2;

/** The verified leaf hashes of an object, fetched ahead of its pages; at most 16 MiB of them. */
export class LeafHashes {
  readonly #object: RemoteObject;
  /** By number, the one that was used last at the end. */
  readonly #segments = new Map<number, Promise<Uint8Array>>();

  constructor(object: RemoteObject) {
    this.#object = object;
  }

  /**
   * Returns the leaf hashes of pages, 32 bytes each.
   *
   * @throws As `RemoteObject.readNodes`.
   */
  async of(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    const found = new Uint8Array((end - start) * HASH_LENGTH);
    for (let page = start; page < end; ) {
      const number = Math.floor(page / SEGMENT_PAGES);
      const hashes = await unlessAborted(this.#segment(number), signal);
      const first = number * SEGMENT_PAGES;
      const to = Math.min(end, first + SEGMENT_PAGES);
      const wanted = hashes.subarray((page - first) * HASH_LENGTH, (to - first) * HASH_LENGTH);
      found.set(wanted, (page - start) * HASH_LENGTH);
      page = to;
    }
    return found;
  }

  /** Fetches a segment; many reads may wait for it, so none of them can call it off. */
  #segment(number: number): Promise<Uint8Array> {
    const start = number * SEGMENT_PAGES;
    const end = Math.min(start + SEGMENT_PAGES, pageCount(this.#object.shape));
    const hashes = this.#segments.get(number) ?? this.#object.readNodes(0, start, end);
    this.#segments.delete(number);
    this.#segments.set(number, hashes);
    hashes.catch(() => this.#segments.delete(number)); // the next read tries again
    const [oldest] = this.#segments.keys();
    if (this.#segments.size > MAX_SEGMENTS && oldest !== undefined) this.#segments.delete(oldest);
    return hashes;
  }
}
