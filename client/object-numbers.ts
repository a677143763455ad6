import { LRUCache } from 'lru-cache';

/** Objects whose numbers are remembered. */
const MAX_REMEMBERED = 65_536;

/**
 * Gives objects small numbers, which make shorter cache keys than 32 bytes of object id.
 *
 * No number is given out twice: an object that was forgotten gets a new one, and what was cached under
 * the old one is left to age.
 */
export class ObjectNumbers {
  readonly #numbers = new LRUCache<string, number>({ max: MAX_REMEMBERED });
  #next = 0;

  /** @param id - Object id, 32 bytes. */
  numberOf(id: Uint8Array): number {
    const key = String.fromCharCode(...id);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.#next;
      this.#next += 1;
      this.#numbers.set(key, number);
    }
    return number;
  }
}
