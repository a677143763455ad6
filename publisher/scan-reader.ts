import { createHash } from 'node:crypto';
import { type BigIntStats, closeSync, fstatSync, openSync } from 'node:fs';
import { equalBytes } from '../common/bytes.ts';
import { StoreError } from '../common/errors.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { decodeRecord, type ObjectRecord } from '../common/store/layout.ts';
import { readAt } from './read-at.ts';
import {
  compareSealed,
  FILE_HEAD,
  FILE_TAG,
  GROUP_HEAD,
  GROUP_TAG,
  RECORD_AT,
  SCAN_START,
} from './scan-format.ts';
import type { FilePlace } from './scan-writer.ts';
import { errnoOf } from './system-error.ts';

/** More than the longest item takes. */
const BUFFER_LENGTH = 128 * 1024;

/** What a file was like when its contents were read. */
export interface ScannedFile {
  /** Nanoseconds. */
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly ino: bigint;
  /** Whether it could have changed since without a trace in its times. */
  readonly racy: boolean;
  readonly record: ObjectRecord;
  /** The record as it stands in `index`. */
  readonly encoded: Uint8Array;
}

/** Tells whether a file is, by all that a file system says, as it was. */
export function isUnchanged(file: ScannedFile, stats: BigIntStats): boolean {
  const sameTimes = file.mtimeNs === stats.mtimeNs && file.ctimeNs === stats.ctimeNs;
  const sameSize = BigInt(file.record.descriptor.size) === stats.size;
  return !file.racy && sameTimes && sameSize && file.ino === stats.ino && stats.isFile();
}

interface Entry {
  readonly name: Uint8Array;
  /** All of it; good until the next one is read. */
  readonly bytes: Uint8Array;
}

/** Reads `scan` front to back, beside a walk over the same source. */
export class ScanReader {
  readonly #file: number;
  readonly #size: number;
  readonly #buffer = new Uint8Array(BUFFER_LENGTH);
  readonly #view = new DataView(this.#buffer.buffer);
  /** Byte of the file at which the buffer starts, and what of the buffer is filled and used. */
  #base = 0;
  #filled = 0;
  #used = 0;
  /** The group that is being read; `undefined` at the end. */
  #group: Uint8Array | undefined;
  /** The next file of the group; `undefined` at its end. */
  #entry: Entry | undefined;

  private constructor(file: number, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /** Opens a scan; `undefined` if there is none that is whole. */
  static open(path: string): ScanReader | undefined {
    const file = tryOpen(path);
    if (file === undefined) return undefined;
    const reader = new ScanReader(file, fstatSync(file).size);
    if (reader.#isWhole() && reader.#starts()) return reader;
    reader.close();
    return undefined;
  }

  /**
   * Finds a file.
   *
   * @param place - In the order in which files are sealed; what stands before it is passed.
   */
  find({ directory, name }: FilePlace): ScannedFile | undefined {
    while (this.#group !== undefined) {
      const order = compareSealed(this.#group, directory);
      if (order > 0) return undefined;
      while (order === 0 && this.#entry !== undefined) {
        const { name: found, bytes } = this.#entry;
        const place = Buffer.compare(found, name);
        if (place > 0) return undefined;
        const file = place === 0 ? decodeFile(bytes) : undefined;
        this.#nextEntry();
        if (place === 0) return file;
      }
      this.#nextGroup();
    }
    return undefined;
  }

  close(): void {
    closeSync(this.#file);
  }

  #isWhole(): boolean {
    const hash = createHash('sha256');
    const end = this.#size - HASH_LENGTH;
    for (let at = 0; at < end; at += BUFFER_LENGTH) {
      const part = this.#buffer.subarray(0, Math.min(BUFFER_LENGTH, end - at));
      if (!this.#fill(part, at)) return false;
      hash.update(part);
    }
    const found = new Uint8Array(HASH_LENGTH);
    return end > 0 && this.#fill(found, end) && equalBytes(found, hash.digest());
  }

  /** Reads; `false` if the file ends too early or can not be read. */
  #fill(into: Uint8Array, position: number): boolean {
    try {
      return readAt(this.#file, into, position);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      return false;
    }
  }

  #starts(): boolean {
    const start = this.#take(SCAN_START.length);
    if (start === undefined || !equalBytes(start, SCAN_START)) return false;
    this.#nextGroup();
    return true;
  }

  #nextGroup(): void {
    while (this.#entry !== undefined) this.#nextEntry();
    this.#group = undefined;
    if (this.#peek(GROUP_HEAD) !== GROUP_TAG) return;
    const length = this.#view.getUint16(this.#used + 1);
    this.#group = this.#take(GROUP_HEAD + length)?.slice(GROUP_HEAD);
    this.#nextEntry();
  }

  #nextEntry(): void {
    this.#entry = undefined;
    if (this.#peek(FILE_HEAD) !== FILE_TAG) return;
    const bytes = this.#take(FILE_HEAD + this.#view.getUint8(this.#used + 1));
    if (bytes) this.#entry = { name: bytes.subarray(FILE_HEAD), bytes };
  }

  /** Returns the tag of the next item, whose head is in the buffer then; `undefined` at the end. */
  #peek(head: number): number | undefined {
    if (!this.#load(head)) return undefined;
    return this.#view.getUint8(this.#used);
  }

  /** Takes the next bytes; good until more are taken. */
  #take(length: number): Uint8Array | undefined {
    if (!this.#load(length)) return undefined;
    const start = this.#used;
    this.#used += length;
    return this.#buffer.subarray(start, this.#used);
  }

  /** Makes sure of `length` bytes in the buffer; `false` if the file has not so many left. */
  #load(length: number): boolean {
    if (this.#filled - this.#used >= length) return true;
    this.#buffer.copyWithin(0, this.#used, this.#filled);
    this.#filled -= this.#used;
    this.#base += this.#used;
    this.#used = 0;
    const end = Math.min(BUFFER_LENGTH, this.#size - this.#base);
    if (end > this.#filled) {
      const more = this.#buffer.subarray(this.#filled, end);
      if (!this.#fill(more, this.#base + this.#filled)) return false;
      this.#filled = end;
    }
    return this.#filled >= length;
  }
}

/** Opens a file; `undefined` if that fails, since the scan is a cache. */
function tryOpen(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Reads what was kept of a file; `undefined` if its record is not one. */
function decodeFile(bytes: Uint8Array): ScannedFile | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoded = bytes.slice(RECORD_AT, FILE_HEAD);
  try {
    return {
      encoded,
      racy: view.getUint8(2) !== 0,
      mtimeNs: view.getBigInt64(3),
      ctimeNs: view.getBigInt64(11),
      ino: view.getBigUint64(19),
      record: decodeRecord(encoded),
    };
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}
