/** Names do not cross the boundary between two chunks; more than the longest name takes. */
const CHUNK_LENGTH = 1024 * 1024;
const FIRST_LENGTH = 512;
const EMPTY = new Uint8Array();

/** A directory's names, packed: a million of them take some 20 MB. */
export class NameList {
  /** Per name: its type, its length, its bytes. Chunks, since growing would take twice the memory. */
  readonly #chunks: Uint8Array[] = [];
  /** Bytes of all chunks that are used, counting what is lost at the end of each. */
  #used = 0;
  /** Where each name starts, counted through all chunks; what `sort` permutes. */
  #starts = new Uint32Array(16);
  count = 0;

  /**
   * Adds a name.
   *
   * @param name - 1 to 255 bytes; copied.
   * @param type - 0 to 255.
   * @throws {RangeError} If all names together take more than 4 GiB.
   */
  add(name: Uint8Array, type: number): void {
    const start = this.#place(2 + name.length);
    const chunk = this.#chunkOf(start);
    const at = start % CHUNK_LENGTH;
    chunk[at] = type;
    chunk[at + 1] = name.length;
    chunk.set(name, at + 2);
    if (this.count === this.#starts.length) {
      const starts = new Uint32Array(Math.ceil(this.count * 1.5));
      starts.set(this.#starts);
      this.#starts = starts;
    }
    this.#starts[this.count] = start;
    this.count += 1;
  }

  /** Finds room; returns where it starts. */
  #place(length: number): number {
    const left = CHUNK_LENGTH - (this.#used % CHUNK_LENGTH);
    const start = left < length ? this.#used + left : this.#used;
    if (start + length > 0xffff_ffff) throw new RangeError('too many names');
    this.#used = start + length;
    const index = Math.floor(start / CHUNK_LENGTH);
    const end = (start % CHUNK_LENGTH) + length;
    const chunk = this.#chunks[index] ?? EMPTY;
    if (end > chunk.length) {
      // Most directories are small: a chunk grows up to its full length.
      const grown = new Uint8Array(Math.min(CHUNK_LENGTH, Math.max(FIRST_LENGTH, end * 2)));
      grown.set(chunk);
      this.#chunks[index] = grown;
    }
    return start;
  }

  /** Returns a name; a view. */
  name(index: number): Uint8Array {
    const start = this.#starts[index] ?? 0;
    const chunk = this.#chunkOf(start);
    const at = start % CHUNK_LENGTH;
    return chunk.subarray(at + 2, at + 2 + (chunk[at + 1] ?? 0));
  }

  type(index: number): number {
    const start = this.#starts[index] ?? 0;
    return this.#chunkOf(start)[start % CHUNK_LENGTH] ?? 0;
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
    const chunk = this.#chunkOf(start);
    const at = start % CHUNK_LENGTH;
    return depth < (chunk[at + 1] ?? 0) ? (chunk[at + 2 + depth] ?? 0) : -1;
  }

  #swap(a: number, b: number): void {
    const start = this.#starts[a] ?? 0;
    this.#starts[a] = this.#starts[b] ?? 0;
    this.#starts[b] = start;
  }

  #chunkOf(start: number): Uint8Array {
    return this.#chunks[Math.floor(start / CHUNK_LENGTH)] ?? EMPTY;
  }
}
