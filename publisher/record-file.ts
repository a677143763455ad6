import { closeSync, fstatSync, openSync } from 'node:fs';
import { findRecord } from '../common/store/layout.ts';
import { readAt } from './read-at.ts';

/** Records that are read at once: neighbours are wanted next when files are merged. */
const WINDOW = 64;

/** A file of sorted records, opened to be read. */
export class RecordFile {
  /** Whole records in the file. */
  readonly count: number;
  /** Whether the file ends in the middle of a record. */
  readonly isCut: boolean;
  readonly #file: number;
  readonly #length: number;
  readonly #window: Uint8Array;
  #start = -1;

  /** @param length - Bytes of a record, which starts with the hash that they are sorted by. */
  constructor(path: string, length: number) {
    this.#file = openSync(path, 'r');
    const { size } = fstatSync(this.#file);
    this.#length = length;
    this.count = Math.floor(size / length);
    this.isCut = size % length !== 0;
    this.#window = new Uint8Array(WINDOW * length);
  }

  /** Returns a record; a view, good until the next is asked for. */
  read(index: number): Uint8Array {
    const start = index - (index % WINDOW);
    if (start !== this.#start) {
      const records = Math.min(WINDOW, this.count - start);
      this.#start = -1;
      const window = this.#window.subarray(0, records * this.#length);
      if (!readAt(this.#file, window, start * this.#length)) this.#window.fill(0);
      this.#start = start;
    }
    const at = (index - start) * this.#length;
    return this.#window.subarray(at, at + this.#length);
  }

  /** Finds the record that starts with a hash; new bytes, `undefined` if there is none. */
  find(hash: Uint8Array): Uint8Array | undefined {
    const index = findRecord(this.count, hash, (at) => this.read(at));
    return index < 0 ? undefined : this.read(index).slice();
  }

  close(): void {
    closeSync(this.#file);
  }
}
