const MIN_CLASS = 13; // 8 KiB

/**
 * Keeps frame buffers for the next answer, so that bulk answers allocate nothing.
 *
 * Buffers come in powers of two from 8 KiB; what is given back beyond the limit is dropped.
 */
export class BufferPool {
  readonly #free: Uint8Array[][] = [];
  readonly #maxKept: number;
  #kept = 0;

  /** @param maxKept - Bytes kept for reuse, at most. */
  constructor(maxKept: number) {
    this.#maxKept = maxKept;
  }

  /** Returns a buffer of at least `length` bytes; its content is arbitrary. */
  take(length: number): Uint8Array {
    const size = Math.max(MIN_CLASS, Math.ceil(Math.log2(length)));
    const buffer = this.#free[size]?.pop();
    if (buffer === undefined) return new Uint8Array(2 ** size);
    this.#kept -= buffer.length;
    return buffer;
  }

  /** Takes back a buffer from `take` that nobody reads any more. */
  give(buffer: Uint8Array): void {
    if (this.#kept + buffer.length > this.#maxKept) return;
    const size = Math.log2(buffer.length);
    this.#free[size] ??= [];
    this.#free[size].push(buffer);
    this.#kept += buffer.length;
  }
}
