import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { concat, utf8 } from '../common/bytes.ts';
import {
  type Descriptor,
  encodeDescriptor,
  fsverityDigest,
  objectId,
} from '../common/descriptor.ts';
import {
  type Content,
  DIGEST_RECORD_LENGTH,
  DIGESTS,
  DIRECTORIES,
  encodeRecord,
  INDEX,
  PATHS,
  RECORD_LENGTH,
  TREES,
} from '../common/store/layout.ts';
import { AppendFile, writeFully } from './append-file.ts';
import { syncFolder } from './durable.ts';
import type { Pace } from './pace.ts';
import { RecordSorter } from './record-sorter.ts';

/**
 * Writes the folder of one version.
 *
 * @see common/store/layout.ts
 */
export class VersionWriter {
  /** The bytes of directory objects. */
  readonly directories: AppendFile;
  readonly #folder: string;
  readonly #paths: AppendFile;
  readonly #index: RecordSorter;
  readonly #digests: RecordSorter;
  readonly #trees: number;
  #treeEnd = 0;

  /** @param folder - Created; must not exist. */
  constructor(folder: string) {
    mkdirSync(folder);
    this.#folder = folder;
    this.directories = new AppendFile(join(folder, DIRECTORIES));
    this.#paths = new AppendFile(join(folder, PATHS));
    this.#index = new RecordSorter(join(folder, INDEX), RECORD_LENGTH);
    this.#digests = new RecordSorter(join(folder, DIGESTS), DIGEST_RECORD_LENGTH);
    this.#trees = openSync(join(folder, TREES), 'wx', 0o644);
  }

  /** Sets bytes of `trees` aside for a tree; returns where they start. */
  reserveTree(length: number): number {
    const start = this.#treeEnd;
    this.#treeEnd += length;
    return start;
  }

  /** @param position - Byte of `trees`, within what was reserved. */
  writeTile(position: number, tile: Uint8Array): void {
    writeFully(this.#trees, tile, position);
  }

  /** Adds a file of the source; `path` is relative to it, and empty for the source itself. */
  addFile(descriptor: Descriptor, path: string, treeOffset: number): void {
    const bytes = utf8(path);
    const pathOffset = this.#paths.size;
    this.#paths.append(bytes);
    const content: Content = { kind: 'inPlace', pathOffset, pathLength: bytes.length };
    this.#index.add(encodeRecord({ descriptor, content, treeOffset }));
    const digest = fsverityDigest(descriptor);
    if (digest === undefined) return;
    this.#digests.add(concat(digest, objectId(encodeDescriptor(descriptor))));
  }

  /** Adds a directory whose bytes start at `offset` of `directories`. */
  addDirectory(descriptor: Descriptor, offset: number, treeOffset: number): void {
    this.#index.add(
      encodeRecord({ descriptor, content: { kind: 'directory', offset }, treeOffset }),
    );
  }

  /**
   * Makes everything durable.
   *
   * @returns The number of different objects.
   */
  async finish(pace: Pace): Promise<number> {
    this.directories.sync();
    this.#paths.sync();
    fsyncSync(this.#trees);
    const objects = await this.#index.finish(pace);
    await this.#digests.finish(pace);
    syncFolder(this.#folder);
    return objects;
  }

  /** Lets go of the files, whether the version is finished or given up. */
  close(): void {
    this.directories.close();
    this.#paths.close();
    this.#index.close();
    this.#digests.close();
    closeSync(this.#trees);
  }
}
