/** The bytes that a read of several parts is to fill, whichever part comes first. */
export class ReadTarget {
  readonly bytes: Uint8Array;
  /** Where they start in the file. */
  readonly position: number;
  #isClosed = false;

  constructor(bytes: Uint8Array, position: number) {
    this.bytes = bytes;
    this.position = position;
  }

  /** Copies what is to be filled of `data`, which starts at `start` in the file. */
  place(data: Uint8Array, start: number): void {
    if (this.#isClosed) return;
    const at = start - this.position;
    const from = Math.max(0, -at);
    const to = Math.min(data.length, this.bytes.length - at);
    if (to > from) this.bytes.set(data.subarray(from, to), at + from);
  }

  /** Leaves the bytes alone from now on: after a failure, parts may come that were asked for before. */
  close(): void {
    this.#isClosed = true;
  }
}
