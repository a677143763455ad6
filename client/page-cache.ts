import { LRUCache } from 'lru-cache';

/** Pages that were handed out whole, and are kept if they are asked for once more. */
const SEEN_SLOTS = 16_384;
/** Buffers of evicted pages that wait for the next page of their length. */
const MAX_SPARE = 64;

/**
 * Verified pages of files, in bounded memory.
 *
 * Pages are copied in and out: what a caller was given is the caller's to change, and a page that
 * leaves the cache gives its buffer to the next one.
 */
export class PageCache {
  readonly #pages: LRUCache<number, Uint8Array>;
  readonly #spare: Uint8Array[] = [];
  readonly #maxSize: number;
  /** Keys of pages seen once, each where the next key with the same slot takes its place. */
  readonly #seen = new Float64Array(SEEN_SLOTS).fill(-1);

  /** Keys of pages that nobody has been given yet. */
  readonly #unread = new Set<number>();

  /** @param maxSize - Bytes. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
    this.#pages = new LRUCache({
      maxSize,
      sizeCalculation: (page) => page.length,
      dispose: (page, key, reason) => {
        this.#unread.delete(key);
        if (reason === 'evict' && this.#spare.length < MAX_SPARE) this.#spare.push(page);
      },
    });
  }

  has(key: number): boolean {
    return this.#pages.has(key);
  }

  /** Returns a page, to be copied from before anything else is added. */
  get(key: number): Uint8Array | undefined {
    return this.#pages.get(key);
  }

  /**
   * As `add`, of a page that its reader has been given whole.
   *
   * Such a page is kept only if that happened before: most are never read again, and to keep them
   * costs as much as to hash them.
   */
  offer(key: number, page: Uint8Array): void {
    const slot = key % SEEN_SLOTS;
    if (this.#seen[slot] === key) this.add(key, page);
    else this.#seen[slot] = key;
  }

  /** As `add`, of a page that nobody has read yet: it is kept until somebody does. */
  addUnread(key: number, page: Uint8Array): void {
    this.add(key, page);
    if (this.#pages.has(key)) this.#unread.add(key);
  }

  /**
   * Says that a reader has been given a page.
   *
   * @param whole - Whether it reads whole pages: then a page that was there for that alone is dropped.
   */
  handedOut(key: number, whole: boolean): void {
    if (!this.#unread.delete(key) || !whole) return;
    const page = this.#pages.peek(key);
    this.#pages.delete(key);
    if (page !== undefined && this.#spare.length < MAX_SPARE) this.#spare.push(page);
    this.#seen[key % SEEN_SLOTS] = key;
  }

  /** Adds a copy of a page that is not in the cache. */
  add(key: number, page: Uint8Array): void {
    let buffer = this.#spare.pop();
    if (buffer?.length !== page.length) buffer = new Uint8Array(page.length);
    buffer.set(page);
    this.#pages.set(key, buffer);
  }

  /** Gives a page that is in the cache another key, of which there is none yet. */
  move(from: number, to: number): void {
    const page = this.#pages.get(from);
    if (page === undefined) return;
    this.#pages.delete(from);
    this.#pages.set(to, page);
  }

  /** Tells whether keeping so many bytes at once leaves most of the cache alone. */
  worthKeeping(length: number): boolean {
    return length <= this.#maxSize / 4;
  }
}
