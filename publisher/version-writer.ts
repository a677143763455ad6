import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { concat } from '../common/bytes.ts';
import {
  type Descriptor,
  encodeDescriptor,
  fsverityDigest,
  objectId,
} from '../common/descriptor.ts';
import { StoreError } from '../common/errors.ts';
import {
  DIGEST_RECORD_LENGTH,
  DIGESTS,
  encodeRecord,
  formatPacks,
  INDEX,
  type ObjectRecord,
  RECORD_LENGTH,
  usesPack,
  VERSION_PACKS,
} from '../common/store/layout.ts';
import { syncFolder, writeNewFile } from './durable.ts';
import type { Pace } from './pace.ts';
import { PackWriter } from './pack-writer.ts';
import { RecordSorter } from './record-sorter.ts';
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
    this.#index = new RecordSorter(join(this.#temporary, INDEX), RECORD_LENGTH);
    this.#digests = new RecordSorter(join(this.#temporary, DIGESTS), DIGEST_RECORD_LENGTH);
  }

  /** Adds a file of the source; `path` is relative to it, and empty for the source itself. */
  addFile(descriptor: Descriptor, path: string, treeOffset: number): void {
    const content = { kind: 'inPlace', ...this.pack.addPath(path) } as const;
    this.#add({ descriptor, content, treeOffset });
    const digest = fsverityDigest(descriptor);
    if (digest === undefined) return;
    this.#digests.add(concat(digest, objectId(encodeDescriptor(descriptor))));
  }

  /** Adds a directory whose bytes start at `offset` of the pack's `directories`. */
  addDirectory(descriptor: Descriptor, offset: number, treeOffset: number): void {
    this.#add({ descriptor, content: { kind: 'directory', offset }, treeOffset });
  }

  #add(record: Omit<ObjectRecord, 'id' | 'pack'>): void {
    const pack = usesPack(record) ? this.pack.number : 0;
    if (pack > 0) this.#packs.add(pack);
    this.#index.add(encodeRecord({ ...record, pack }));
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
    const packs = formatPacks([...this.#packs].sort((a, b) => a - b));
    writeNewFile(join(this.#temporary, VERSION_PACKS), packs);
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

  /** Lets go of the files; what was not published is removed. */
  close(): void {
    this.pack.close();
    this.#index.close();
    this.#digests.close();
    rmSync(this.#temporary, { recursive: true, force: true });
  }
}
