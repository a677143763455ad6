import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '../common/bytes.ts';
import type { Descriptor } from '../common/descriptor.ts';
import { StoreError } from '../common/errors.ts';
import {
  type Content,
  DIRECTORIES,
  type ObjectRecord,
  PACKS,
  PATHS,
  packPath,
  TREES,
  usesPack,
  VERSIONS,
} from '../common/store/layout.ts';
import { AppendFile, writeFully } from './append-file.ts';
import { syncFolder } from './durable.ts';
import { readPacks } from './replace-index.ts';
import { numbersIn, temporaryPath } from './store-folder.ts';

/** A record whose id follows from its descriptor. */
export type NewRecord = Omit<ObjectRecord, 'id'>;

/** Packs are numbered in 32 bits. */
const MAX_PACK = 0xffff_ffff;

/**
 * Writes the next pack of a store, under a temporary name until it is published.
 *
 * Only for who holds the store's lock.
 *
 * @see common/store/layout.ts
 */
export class PackWriter {
  readonly number: number;
  /** The bytes of directory objects. */
  readonly directories: AppendFile;
  readonly #store: string;
  readonly #folder: string;
  readonly #paths: AppendFile;
  readonly #trees: number;
  #treeEnd = 0;

  /** @throws {StoreError} `ERR_STORE` if the store can number no more packs. */
  constructor(store: string) {
    this.number = nextPack(store);
    this.#store = store;
    this.#folder = temporaryPath(join(store, packPath(this.number)));
    mkdirSync(this.#folder);
    this.directories = new AppendFile(join(this.#folder, DIRECTORIES));
    this.#paths = new AppendFile(join(this.#folder, PATHS));
    this.#trees = openSync(join(this.#folder, TREES), 'wx', 0o644);
  }

  /** Sets bytes of `trees` aside for a tree; returns where they start. */
  reserveTree(length: number): number {
    const start = this.#treeEnd;
    this.#treeEnd += length;
    return start;
  }

  /** Gives the last tree's bytes back, from `start` on; what was written there is of no meaning. */
  dropTree(start: number): void {
    this.#treeEnd = start;
  }

  /** @param position - Byte of `trees`, within what was reserved. */
  writeTile(position: number, tile: Uint8Array): void {
    writeFully(this.#trees, tile, position);
  }

  /** Adds the path of a file in place; empty for the source itself. */
  addPath(path: string): Content {
    const bytes = utf8(path);
    const pathOffset = this.#paths.size;
    this.#paths.append(bytes);
    return { kind: 'inPlace', pathOffset, pathLength: bytes.length };
  }

  /** Makes the record of an object whose bytes, tree and path were written here, or need no pack. */
  record(descriptor: Descriptor, content: Content, treeOffset: number): NewRecord {
    const pack = usesPack({ descriptor, content }) ? this.number : 0;
    return { descriptor, content, pack, treeOffset };
  }

  /** Makes the pack durable, and gives it its name. */
  publish(): void {
    this.directories.sync();
    this.#paths.sync();
    ftruncateSync(this.#trees, this.#treeEnd);
    fsyncSync(this.#trees);
    syncFolder(this.#folder);
    renameSync(this.#folder, join(this.#store, packPath(this.number)));
    syncFolder(join(this.#store, PACKS));
  }

  /** Lets go of the files; a pack that was not published is removed. */
  close(): void {
    this.directories.close();
    this.#paths.close();
    closeSync(this.#trees);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Numbers of lost packs are not taken: what refers to them would find something else there. */
function nextPack(store: string): number {
  const versions = readdirSync(join(store, VERSIONS));
  const listed = versions.flatMap((version) => readPacks(join(store, VERSIONS, version)));
  const there = numbersIn(join(store, PACKS));
  const next = [...listed, ...there].reduce((newest, pack) => Math.max(newest, pack), 0) + 1;
  if (next > MAX_PACK) throw new StoreError('ERR_STORE', 'store can number no more packs');
  return next;
}
