import { rmSync } from 'node:fs';
import { equalBytes } from '../common/bytes.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { AppendFile } from './append-file.ts';
import type { Pace } from './pace.ts';

/** Objects of one version: their ordinals are kept in 32 bits. */
const MAX_RECORDS = 0xffff_ffff;
const KEY_FACTOR = 0x1_0000_0000n;

/**
 * Sorts records that start with a hash, with 8 bytes of memory per record, and those at the end only.
 *
 * Records wait in a file. What is sorted in memory is, for each, the start of its hash and behind it
 * its number.
 */
export class RecordSorter {
  readonly #path: string;
  readonly #length: number;
  readonly #waiting: AppendFile;
  #count = 0;

  /**
   * @param path - The sorted file to be made; the unsorted one stands beside it until then.
   * @param length - Bytes of a record, which starts with the hash to sort by.
   */
  constructor(path: string, length: number) {
    this.#path = path;
    this.#length = length;
    this.#waiting = new AppendFile(`${path}.unsorted`);
  }

  /** @param record - Copied. */
  add(record: Uint8Array): void {
    if (this.#count === MAX_RECORDS) throw new RangeError('more records than can be numbered');
    this.#count += 1;
    this.#waiting.append(record);
  }

  /**
   * Writes the sorted file durably; of records with the same hash, the first that was added.
   *
   * @returns The number of records.
   */
  async finish(pace: Pace): Promise<number> {
    const sorted = new AppendFile(this.#path);
    try {
      let alike: Uint8Array[] = []; // different hashes with the same start, almost always one
      let start = -1n;
      for (const key of this.#keys().sort()) {
        if (key / KEY_FACTOR !== start) {
          appendSorted(sorted, alike);
          alike = [];
          start = key / KEY_FACTOR;
        }
        if (pace.due()) await pace.pause();
        const record = this.#read(Number(key % KEY_FACTOR));
        if (!alike.some((other) => sameHash(other, record))) alike.push(record);
      }
      appendSorted(sorted, alike);
      sorted.sync();
      return sorted.size / this.#length;
    } finally {
      sorted.close();
      this.close();
      rmSync(`${this.#path}.unsorted`);
    }
  }

  /** Lets go of the file of unsorted records; of no effect after `finish`. */
  close(): void {
    this.#waiting.close();
  }

  #keys(): BigUint64Array {
    const keys = new BigUint64Array(this.#count);
    const record = new Uint8Array(this.#length);
    const view = new DataView(record.buffer);
    for (let i = 0; i < this.#count; i += 1) {
      this.#waiting.read(record, i * this.#length);
      keys[i] = BigInt(view.getUint32(0)) * KEY_FACTOR + BigInt(i);
    }
    return keys;
  }

  #read(ordinal: number): Uint8Array {
    const record = new Uint8Array(this.#length);
    this.#waiting.read(record, ordinal * this.#length);
    return record;
  }
}

function sameHash(a: Uint8Array, b: Uint8Array): boolean {
  return equalBytes(a.subarray(0, HASH_LENGTH), b.subarray(0, HASH_LENGTH));
}

function appendSorted(file: AppendFile, records: Uint8Array[]): void {
  records.sort((a, b) => Buffer.compare(a, b));
  for (const record of records) file.append(record);
}
