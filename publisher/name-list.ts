/** A directory's names, packed: a million of them take some 20 MB. */
export class NameList {
  /** Per name: its type, its length, its bytes. */
  #bytes = new Uint8Array(256);
  #used = 0;
  /** Where each name starts in `#bytes`; what `sort` permutes. */
  #starts = new Uint32Array(16);
  count = 0;

  /**
   * Adds a name.
   *
   * @param name - 1 to 255 bytes; copied.
   * @param type - 0 to 255.
   */
  add(name: Uint8Array, type: number): void {
    const end = this.#used + 2 + name.length;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, new Uint8Array(larger(end)));
    if (this.count === this.#starts.length) {
      this.#starts = grown(this.#starts, new Uint32Array(larger(this.count)));
    }
    this.#bytes[this.#used] = type;
    this.#bytes[this.#used + 1] = name.length;
    this.#bytes.set(name, this.#used + 2);
    this.#starts[this.count] = this.#used;
    this.#used = end;
    this.count += 1;
  }

  /** Returns a name; a view valid until the next `add`. */
  name(index: number): Uint8Array {
    const start = this.#starts[index] ?? 0;
    return this.#bytes.subarray(start + 2, start + 2 + (this.#bytes[start + 1] ?? 0));
  }

  type(index: number): number {
    return this.#bytes[this.#starts[index] ?? 0] ?? 0;
  }

  /**
   * Sorts by bytes, in place.
   *
   * Names are told apart by one byte at a time (Bentley and Sedgewick's multikey quicksort), so
   * that common prefixes are looked at once; ranges that wait are on a stack of our own, since
   * hostile names could exhaust the call stack.
   */
  sort(): void {
    const waiting = [0, this.count, 0]; // start, end, bytes that the range has in common
    while (waiting.length > 0) {
      const depth = waiting.pop() ?? 0;
      const end = waiting.pop() ?? 0;
      const start = waiting.pop() ?? 0;
      if (end - start < 2) continue;
      const pivot = this.#byteAt(Math.floor((start + end) / 2), depth);
      const { equalStart, equalEnd } = this.#partition(start, end, depth, pivot);
      waiting.push(start, equalStart, depth, equalEnd, end, depth);
      if (pivot >= 0) waiting.push(equalStart, equalEnd, depth + 1);
    }
  }

  /** Moves smaller names ahead of those that have `pivot` at `depth`, and greater ones behind. */
  #partition(
    start: number,
    end: number,
    depth: number,
    pivot: number,
  ): { readonly equalStart: number; readonly equalEnd: number } {
    let equalStart = start;
    let equalEnd = end;
    let at = start;
    while (at < equalEnd) {
      const byte = this.#byteAt(at, depth);
      if (byte < pivot) {
        this.#swap(at, equalStart);
        equalStart += 1;
        at += 1;
      } else if (byte > pivot) {
        equalEnd -= 1;
        this.#swap(at, equalEnd);
      } else at += 1;
    }
    return { equalStart, equalEnd };
  }

  /** The byte at `depth` of a name, or -1 behind its end. */
  #byteAt(index: number, depth: number): number {
    const start = this.#starts[index] ?? 0;
    return depth < (this.#bytes[start + 1] ?? 0) ? (this.#bytes[start + 2 + depth] ?? 0) : -1;
  }

  #swap(a: number, b: number): void {
    const start = this.#starts[a] ?? 0;
    this.#starts[a] = this.#starts[b] ?? 0;
    this.#starts[b] = start;
  }
}

function larger(length: number): number {
  return Math.ceil(length * 1.5);
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
