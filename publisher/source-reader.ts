import { read, readSync } from 'node:fs';
import { changedSource, fromSource, sourceFailure } from './source-error.ts';

/**
 * Reads one file of the source from its start to its expected end, in chunks.
 *
 * The chunk after the one that the caller works on is read meanwhile in the thread pool: a disk and
 * the hashing then wait for each other once, not at every chunk. A file of one chunk is read in place,
 * as the thread pool would cost more than it saves.
 */
export class SourceReader {
  readonly #path: string;
  readonly #file: number;
  readonly #buffers: readonly [Uint8Array, Uint8Array];
  readonly #size: number;
  #position = 0;
  #turn = 0;
  #ahead: Promise<Uint8Array> | undefined;

  /**
   * @param path - For messages.
   * @param buffers - Of one length, whole pages; used in turn.
   * @param size - Bytes that the file is to have.
   */
  constructor(
    path: string,
    file: number,
    buffers: readonly [Uint8Array, Uint8Array],
    size: number,
  ) {
    this.#path = path;
    this.#file = file;
    this.#buffers = buffers;
    this.#size = size;
  }

  /**
   * Reads the next chunk.
   *
   * @returns A view of one of the buffers, good until the chunk after it is asked for; `undefined` at
   *   the expected end.
   * @throws {StoreError} `ERR_SOURCE_CHANGED` if the file ends earlier or later, or as `fromSource`.
   */
  async next(): Promise<Uint8Array | undefined> {
    if (this.#ahead === undefined && this.#position === this.#size) return this.#checkEnd();
    const chunk = await (this.#ahead ?? this.#fillNow());
    this.#ahead = this.#position < this.#size ? this.#fill() : undefined;
    this.#ahead?.catch(() => undefined); // it is reported when its turn comes
    return chunk;
  }

  /** Waits for what is still being read; to be called before the file is closed. */
  async settle(): Promise<void> {
    await this.#ahead?.catch(() => undefined);
  }

  /** Chooses where the next chunk goes. */
  #room(): Uint8Array {
    const buffer = this.#buffers[this.#turn % 2] ?? this.#buffers[0];
    this.#turn += 1;
    return buffer.subarray(0, Math.min(buffer.length, this.#size - this.#position));
  }

  #fillNow(): Uint8Array {
    const data = this.#room();
    for (let done = 0; done < data.length; ) {
      const count = fromSource(this.#path, () =>
        readSync(this.#file, data, done, data.length - done, this.#position),
      );
      this.#advance(count);
      done += count;
    }
    return data;
  }

  async #fill(): Promise<Uint8Array> {
    const data = this.#room();
    for (let done = 0; done < data.length; ) {
      const count = await this.#readOnce(data, done);
      this.#advance(count);
      done += count;
    }
    return data;
  }

  #advance(count: number): void {
    if (count === 0) throw changedSource(this.#path);
    this.#position += count;
  }

  #readOnce(data: Uint8Array, at: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#file, data, at, data.length - at, this.#position, (cause, count) => {
        if (cause) reject(sourceFailure(this.#path, cause));
        else resolve(count);
      });
    });
  }

  #checkEnd(): undefined {
    const more = new Uint8Array(1);
    const count = fromSource(this.#path, () => readSync(this.#file, more, 0, 1, this.#position));
    if (count !== 0) throw changedSource(this.#path);
    return undefined;
  }
}
