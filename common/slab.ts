/** Memory that short byte strings are cut from: memory outside of the heap is slow to come by. */
export class Slab {
  readonly #length: number;
  #memory = new Uint8Array();
  #used = 0;

  /** @param length - Bytes that are got at once. */
  constructor(length: number) {
    this.#length = length;
  }

  /** Returns zeros that nothing else uses; more than an eighth of a slab in memory of their own. */
  take(length: number): Uint8Array {
    if (length > this.#length / 8) return new Uint8Array(length);
    if (this.#used + length > this.#memory.length) {
      this.#memory = new Uint8Array(this.#length);
      this.#used = 0;
    }
    this.#used += length;
    return this.#memory.subarray(this.#used - length, this.#used);
  }
}
