import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { concat } from '../common/bytes.ts';
import { fsverityDigest } from '../common/descriptor.ts';
import { StoreError } from '../common/errors.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import {
  DIGEST_RECORD_LENGTH,
  DIGESTS,
  encodeRecord,
  formatPacks,
  INDEX,
  RECORD_LENGTH,
  SCAN,
  VERSION_PACKS,
} from '../common/store/layout.ts';
import { syncFolder, writeNewFile } from './durable.ts';
import { equalFiles } from './equal-files.ts';
import type { Pace } from './pace.ts';
import { type NewRecord, PackWriter } from './pack-writer.ts';
import { RecordSorter } from './record-sorter.ts';
import { replaceIndex } from './replace-index.ts';
import { ScanWriter } from './scan-writer.ts';
import { temporaryPath, versionFolder } from './store-folder.ts';
import { errnoOf } from './system-error.ts';

/**
 * Writes the folder of one version, and the pack of what is new in it.
 *
 * Only for who holds the store's lock.
 *
 * @see common/store/layout.ts
 */
export class VersionWriter {
  readonly pack: PackWriter;
  readonly scan: ScanWriter;
  readonly #version: number;
  readonly #folder: string;
  readonly #temporary: string;
  readonly #index: RecordSorter;
  readonly #digests: RecordSorter;
  readonly #packs = new Set<number>();

  constructor(store: string, version: number) {
    this.#version = version;
    this.#folder = versionFolder(store, version);
    this.#temporary = temporaryPath(this.#folder);
    this.pack = new PackWriter(store);
    mkdirSync(this.#temporary);
    this.scan = new ScanWriter(join(this.#temporary, SCAN));
    this.#index = new RecordSorter(join(this.#temporary, INDEX), RECORD_LENGTH);
    this.#digests = new RecordSorter(join(this.#temporary, DIGESTS), DIGEST_RECORD_LENGTH);
  }

  /** Adds an object; returns its record, encoded. */
  add(record: NewRecord, encoded: Uint8Array = encodeRecord(record)): Uint8Array {
    if (record.pack > 0) this.#packs.add(record.pack);
    this.#index.add(encoded);
    const digest = fsverityDigest(record.descriptor);
    if (digest !== undefined) this.#digests.add(concat(digest, encoded.subarray(0, HASH_LENGTH)));
    return encoded;
  }

  /**
   * Publishes the pack, if it holds anything, and makes the version durable; it has no name yet.
   *
   * @returns The number of different objects.
   */
  async finish(pace: Pace): Promise<number> {
    if (this.#packs.has(this.pack.number)) this.pack.publish();
    const objects = await this.#index.finish(pace);
    await this.#digests.finish(pace);
    this.scan.finish();
    writeNewFile(join(this.#temporary, VERSION_PACKS), formatPacks(this.#packsUsed()));
    syncFolder(this.#temporary);
    return objects;
  }

  /**
   * Gives the finished folder its name, durably.
   *
   * @throws {StoreError} `ERR_VERSION_EXISTS` if the store has a folder of this version.
   */
  publish(): void {
    try {
      renameSync(this.#temporary, this.#folder);
    } catch (cause) {
      if (errnoOf(cause) !== 'ENOTEMPTY' && errnoOf(cause) !== 'EEXIST') throw cause;
      const what = `store has objects of version ${this.#version}`;
      throw new StoreError('ERR_VERSION_EXISTS', what, { cause });
    }
    syncFolder(dirname(this.#folder));
  }

  /**
   * Puts the finished files in the place of those that the version has, if any differ.
   *
   * @param always - Whether to do so in any case: who serves the store sees a new index, and opens
   *   everything anew.
   * @returns Whether anything was replaced.
   */
  async replace(always: boolean): Promise<boolean> {
    if (!existsSync(this.#folder)) {
      this.publish();
      return true;
    }
    const isSame = (name: string) =>
      equalFiles(join(this.#temporary, name), join(this.#folder, name));
    const same = await Promise.all([INDEX, DIGESTS, VERSION_PACKS].map(isSame));
    if (!always && !same.includes(false)) return false;
    const replacements = [DIGESTS, INDEX].map((name) => ({
      name,
      path: join(this.#temporary, name),
    }));
    replaceIndex(this.#folder, this.#packsUsed(), replacements);
    return true;
  }

  #packsUsed(): readonly number[] {
    return [...this.#packs].sort((a, b) => a - b);
  }

  /** Lets go of the files; what was not published is removed. */
  close(): void {
    this.pack.close();
    this.scan.close();
    this.#index.close();
    this.#digests.close();
    rmSync(this.#temporary, { recursive: true, force: true });
  }
}
