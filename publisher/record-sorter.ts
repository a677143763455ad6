import { rmSync } from 'node:fs';
import { equalBytes, HASH_LENGTH } from '../common/index.ts';
import { AppendFile } from './append-file.ts';

/** Objects of one version: their ordinals are kept in 32 bits. */
const MAX_RECORDS = 0xffff_ffff;

/**
 * Sorts records that start with a hash, with 8 bytes of memory per record.
 *
 * Records wait in a file; in memory there is the first half of a sort key each, the start of the
 * hash, and behind it the record's number.
 */
export class RecordSorter {
  readonly #path: string;
  readonly #length: number;
  readonly #waiting: AppendFile;
  #keys = new BigUint64Array(64);
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
    if (this.#count === this.#keys.length) {
      const keys = new BigUint64Array(Math.ceil(this.#count * 1.5));
      keys.set(this.#keys);
      this.#keys = keys;
    }
    const start = new DataView(record.buffer, record.byteOffset).getUint32(0);
    this.#keys[this.#count] = BigInt(start) * 0x1_0000_0000n + BigInt(this.#count);
    this.#count += 1;
    this.#waiting.append(record);
  }

  /**
   * Writes the sorted file durably; of records with the same hash, the first that was added.
   *
   * @returns The number of records.
   */
  finish(): number {
    const sorted = new AppendFile(this.#path);
    try {
      const keys = this.#keys.subarray(0, this.#count).sort();
      let alike: Uint8Array[] = []; // different hashes with the same start, almost always one
      let start = -1n;
      for (const key of keys) {
        if (key / 0x1_0000_0000n !== start) {
          appendSorted(sorted, alike);
          alike = [];
          start = key / 0x1_0000_0000n;
        }
        const record = this.#read(Number(key % 0x1_0000_0000n));
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

  /** Lets go of the file of unsorted records. */
  close(): void {
    this.#waiting.close();
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
