import { closeSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { readAt } from './read-at.ts';

const BUFFER_LENGTH = 256 * 1024;

/** A new file that is written front to back through a buffer, and can be read back. */
export class AppendFile {
  readonly #file: number;
  readonly #buffer = new Uint8Array(BUFFER_LENGTH);
  #buffered = 0;
  #closed = false;
  /** Bytes appended so far. */
  size = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'wx+', 0o644);
  }

  /** @param bytes - Copied, or written before this returns. */
  append(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > BUFFER_LENGTH) this.#flush();
    if (bytes.length > BUFFER_LENGTH) {
      writeFully(this.#file, bytes, this.size);
    } else {
      this.#buffer.set(bytes, this.#buffered);
      this.#buffered += bytes.length;
    }
    this.size += bytes.length;
  }

  /** Reads what was appended; fills `into`. */
  read(into: Uint8Array, position: number): void {
    if (position + into.length > this.size - this.#buffered) this.#flush();
    if (!readAt(this.#file, into, position)) {
      throw new RangeError('read behind the end of the file');
    }
  }

  /** Drops what stands behind the first `size` bytes. */
  truncate(size: number): void {
    const written = this.size - this.#buffered;
    this.#buffered = Math.max(0, size - written);
    this.size = size;
    if (size < written) ftruncateSync(this.#file, size);
  }

  /** Waits until everything is on the disk. */
  sync(): void {
    this.#flush();
    fsyncSync(this.#file);
  }

  /** Lets go of the file, whatever is still in the buffer; of no effect the second time. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#file);
  }

  #flush(): void {
    const length = this.#buffered;
    this.#buffered = 0;
    writeFully(this.#file, this.#buffer.subarray(0, length), this.size - length);
  }
}

/** Writes all of `bytes` at a position; one call may write less. */
export function writeFully(file: number, bytes: Uint8Array, position: number): void {
  let done = 0;
  while (done < bytes.length) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
