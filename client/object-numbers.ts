import { LRUCache } from 'lru-cache';

/** Objects whose numbers are remembered. */
const MAX_REMEMBERED = 65_536;

/**
 * Gives each object a run of numbers, one for each of its pages: short keys of caches.
 *
 * No number is given out twice: an object that was forgotten gets new ones, and what was cached under
 * the old ones is left to age.
 */
export class ObjectNumbers {
  // by size: for a number of entries, as many places would be made at once, in milliseconds
  readonly #numbers = new LRUCache<string, number>({
    maxSize: MAX_REMEMBERED,
    sizeCalculation: () => 1,
  });
  #next = 0;

  /**
   * Returns the first number of an object.
   *
   * @param id - Object id, 32 bytes.
   * @param count - How many numbers the object needs; the same whenever it is asked for.
   * @throws {RangeError} If there are no numbers left: above 2^53 they would not be distinct.
   */
  firstOf(id: Uint8Array, count: number): number {
    const key = String.fromCharCode(...id);
    let first = this.#numbers.get(key);
    if (first === undefined) {
      first = this.#next;
      this.#next += count;
      if (!Number.isSafeInteger(this.#next)) throw new RangeError('out of object numbers');
      this.#numbers.set(key, first);
    }
    return first;
  }
}
