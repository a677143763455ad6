import { LRUCache } from 'lru-cache';

/** Buffers of evicted pages that wait for the next page of their length. */
const MAX_SPARE = 64;

/**
 * Verified pages of files, in bounded memory.
 *
 * Pages are copied in and out: what a caller was given is the caller's to change, and a page that
 * leaves the cache gives its buffer to the next one.
 */
export class PageCache {
  readonly #pages: LRUCache<string, Uint8Array>;
  readonly #spare: Uint8Array[] = [];
  readonly #maxSize: number;

  /** @param maxSize - Bytes. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
    this.#pages = new LRUCache({
      maxSize,
      sizeCalculation: (page) => page.length,
      dispose: (page) => {
        if (this.#spare.length < MAX_SPARE) this.#spare.push(page);
      },
    });
  }

  has(key: string): boolean {
    return this.#pages.has(key);
  }

  /** Returns a page, to be copied from before anything else is added. */
  get(key: string): Uint8Array | undefined {
    return this.#pages.get(key);
  }

  /** Adds a copy of a page that is not in the cache. */
  add(key: string, page: Uint8Array): void {
    let buffer = this.#spare.pop();
    if (buffer?.length !== page.length) buffer = new Uint8Array(page.length);
    buffer.set(page);
    this.#pages.set(key, buffer);
  }

  /** Tells whether keeping so many bytes at once leaves most of the cache alone. */
  worthKeeping(length: number): boolean {
    return length <= this.#maxSize / 4;
  }
}
