import type { AnswerSource } from './channel.ts';

/**
 * Where the pages of one run of a stream are until they are no longer used: in what was received, if
 * the transport can wait with using that again, else in a buffer that the runs of the stream take turns in.
 */
export class RunMemory {
  readonly #length: number;
  readonly #spare: Uint8Array[];
  #buffer: Uint8Array | undefined;
  #letGo: (() => void) | undefined;

  /**
   * @param length - Bytes of the longest run.
   * @param spare - Buffers of that length that no run of the stream uses.
   */
  constructor(length: number, spare: Uint8Array[]) {
    this.#length = length;
    this.#spare = spare;
  }

  /** Returns room for a number of bytes; the same at each call. */
  room(length: number): Uint8Array {
    this.#buffer ??= this.#spare.pop() ?? new Uint8Array(this.#length);
    return this.#buffer.subarray(0, length);
  }

  /**
   * Takes the bytes of an answer, instead of any before.
   *
   * @param data - A view of the frame that is being dealt with.
   * @returns They, or a copy.
   */
  take(data: Uint8Array, from: AnswerSource): Uint8Array {
    this.#letGo?.();
    this.#letGo = from.hold(data.length);
    if (this.#letGo) return data;
    const copy = this.room(data.length);
    copy.set(data);
    return copy;
  }

  /** Gives the memory back; nothing in it is used any more. */
  release(): void {
    this.#letGo?.();
    if (this.#buffer) this.#spare.push(this.#buffer);
    this.#buffer = undefined;
  }
}
