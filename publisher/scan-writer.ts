import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { equalBytes } from '../common/bytes.ts';
import { AppendFile } from './append-file.ts';
import {
  END_TAG,
  FILE_HEAD,
  FILE_TAG,
  GROUP_HEAD,
  GROUP_TAG,
  RECORD_AT,
  SCAN_START,
} from './scan-format.ts';

const BUFFER_LENGTH = 128 * 1024;

/** Where a file stands. */
export interface FilePlace {
  /** Path of its directory, relative to the source; UTF-8, empty for the source itself. */
  readonly directory: Uint8Array;
  /** UTF-8; empty if the file is the source itself. */
  readonly name: Uint8Array;
}

/** Writes `scan`, file by file in the order in which they are sealed. */
export class ScanWriter {
  readonly #file: AppendFile;
  readonly #hash = createHash('sha256');
  readonly #buffer = new Uint8Array(BUFFER_LENGTH);
  readonly #view = new DataView(this.#buffer.buffer);
  #length = 0;
  #directory: Uint8Array | undefined;

  constructor(path: string) {
    this.#file = new AppendFile(path);
    this.#put(SCAN_START);
  }

  /**
   * Adds a file.
   *
   * @param stats - As they were when its contents were last read.
   * @param record - Its record of `index`, encoded; copied.
   */
  add(place: FilePlace, stats: BigIntStats, racy: boolean, record: Uint8Array): void {
    const { directory, name } = place;
    if (this.#directory === undefined || !equalBytes(this.#directory, directory)) {
      this.#startGroup(directory);
    }
    this.#room(FILE_HEAD + name.length);
    const at = this.#length;
    this.#view.setUint8(at, FILE_TAG);
    this.#view.setUint8(at + 1, name.length);
    this.#view.setUint8(at + 2, racy ? 1 : 0);
    this.#view.setBigInt64(at + 3, stats.mtimeNs);
    this.#view.setBigInt64(at + 11, stats.ctimeNs);
    this.#view.setBigUint64(at + 19, stats.ino);
    this.#buffer.set(record, at + RECORD_AT);
    this.#buffer.set(name, at + FILE_HEAD);
    this.#length += FILE_HEAD + name.length;
  }

  #startGroup(directory: Uint8Array): void {
    this.#directory = directory;
    this.#room(GROUP_HEAD + directory.length);
    this.#view.setUint8(this.#length, GROUP_TAG);
    this.#view.setUint16(this.#length + 1, directory.length);
    this.#length += GROUP_HEAD;
    this.#put(directory);
  }

  #put(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #room(length: number): void {
    if (this.#length + length <= BUFFER_LENGTH) return;
    this.#flush();
  }

  #flush(): void {
    const bytes = this.#buffer.subarray(0, this.#length);
    this.#hash.update(bytes);
    this.#file.append(bytes);
    this.#length = 0;
  }

  /** Makes the file whole and durable. */
  finish(): void {
    this.#put(Uint8Array.of(END_TAG));
    this.#flush();
    this.#file.append(this.#hash.digest());
    this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }
}
