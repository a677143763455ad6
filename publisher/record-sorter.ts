import { rmSync } from 'node:fs';
import { equalBytes } from '../common/bytes.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { AppendFile } from './append-file.ts';
import type { Pace } from './pace.ts';

/** Objects of one version: their ordinals are kept in 32 bits. */
const MAX_RECORDS = 0xffff_ffff;
const KEY_FACTOR = 0x1_0000_0000n;
const RECORDS_AT_ONCE = 1024;
/** Bytes of records that are read in their new order from memory instead of from the file. */
const MAX_IN_MEMORY = 32 * 1024 * 1024;

/**
 * Sorts records that start with a hash, with 8 bytes of memory per record, and 32 MiB more, at the end only.
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
      const all = this.#readAll();
      let alike: Uint8Array[] = []; // different hashes with the same start, almost always one
      let start = -1n;
      for (const key of this.#keys().sort()) {
        if (key / KEY_FACTOR !== start) {
          appendSorted(sorted, alike);
          alike = [];
          start = key / KEY_FACTOR;
        }
        if (pace.due()) await pace.pause();
        const record = this.#read(Number(key % KEY_FACTOR), all);
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
    const records = new Uint8Array(this.#length * RECORDS_AT_ONCE);
    const view = new DataView(records.buffer);
    for (let first = 0; first < this.#count; first += RECORDS_AT_ONCE) {
      const count = Math.min(RECORDS_AT_ONCE, this.#count - first);
      this.#waiting.read(records.subarray(0, count * this.#length), first * this.#length);
      for (let i = 0; i < count; i += 1) {
        keys[first + i] = BigInt(view.getUint32(i * this.#length)) * KEY_FACTOR + BigInt(first + i);
      }
    }
    return keys;
  }

  /** Reads all records, if they are few enough to be sorted in memory. */
  #readAll(): Uint8Array | undefined {
    if (this.#waiting.size > MAX_IN_MEMORY) return undefined;
    const all = new Uint8Array(this.#waiting.size);
    this.#waiting.read(all, 0);
    return all;
  }

  #read(ordinal: number, all: Uint8Array | undefined): Uint8Array {
    const start = ordinal * this.#length;
    if (all) return all.subarray(start, start + this.#length);
    const record = new Uint8Array(this.#length);
    this.#waiting.read(record, start);
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
