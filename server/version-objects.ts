import { join } from 'node:path';
import { fromUtf8 } from '../common/bytes.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import {
  type Content,
  DIGEST_RECORD_LENGTH,
  DIGESTS,
  DIRECTORIES,
  decodeRecord,
  findRecord,
  INDEX,
  type ObjectRecord,
  PATHS,
  RECORD_LENGTH,
  TREES,
} from '../common/store/layout.ts';
import { treeShape } from '../common/tree/shape.ts';
import { type OpenFiles, StoreFile } from './store-file.ts';
import { type ObjectBytes, StoredObject } from './stored-object.ts';
import { StoredTree } from './stored-tree.ts';
import type { TileCache } from './tile-cache.ts';

/** What the versions of one store share. */
export interface StoreContext {
  /** Absolute path of the sealed directory or file. */
  readonly source: string;
  readonly trustSource: boolean;
  readonly files: OpenFiles;
  readonly tiles: TileCache;
}

/** The objects that one version reaches. */
export class VersionObjects {
  readonly version: number;
  readonly #context: StoreContext;
  readonly #index: StoreFile;
  readonly #digests: StoreFile;
  readonly #directories: StoreFile;
  readonly #trees: StoreFile;
  readonly #paths: StoreFile;
  readonly #count: number;
  readonly #digestCount: number;

  /** @throws {ServeError} `STORAGE` if the folder is not complete. */
  constructor(folder: string, version: number, context: StoreContext) {
    this.version = version;
    this.#context = context;
    const opened: StoreFile[] = [];
    const open = (name: string) => {
      const file = new StoreFile(join(folder, name), 'STORAGE');
      opened.push(file);
      return file;
    };
    try {
      this.#index = open(INDEX);
      this.#digests = open(DIGESTS);
      this.#directories = open(DIRECTORIES);
      this.#trees = open(TREES);
      this.#paths = open(PATHS);
    } catch (error) {
      for (const file of opened) file.retire();
      throw error;
    }
    this.#count = Math.floor(this.#index.size / RECORD_LENGTH);
    this.#digestCount = Math.floor(this.#digests.size / DIGEST_RECORD_LENGTH);
  }

  /** Finds an object by its id; `undefined` if this version does not reach it. */
  find(id: Uint8Array): StoredObject | undefined {
    return this.#find(id, ({ content }) => this.#bytes(content));
  }

  /** As `find`, of a file's object as another file of the source has it. */
  findAt(id: Uint8Array, path: string): StoredObject | undefined {
    return this.#find(id, () => this.#inPlace(path));
  }

  /** Finds the object id that belongs to an fs-verity digest. */
  findDigest(digest: Uint8Array): Uint8Array | undefined {
    const bytes = this.#search(this.#digests, this.#digestCount, DIGEST_RECORD_LENGTH, digest);
    return bytes?.slice(HASH_LENGTH);
  }

  close(): void {
    const files = [this.#index, this.#digests, this.#directories, this.#trees, this.#paths];
    for (const file of files) file.retire();
  }

  #search(file: StoreFile, count: number, length: number, key: Uint8Array): Uint8Array | undefined {
    const read = (index: number) => readNow(file, index * length, length);
    const index = findRecord(count, key, read);
    return index < 0 ? undefined : read(index);
  }

  #find(id: Uint8Array, bytesOf: (record: ObjectRecord) => ObjectBytes): StoredObject | undefined {
    const found = this.#search(this.#index, this.#count, RECORD_LENGTH, id);
    if (found === undefined) return undefined;
    const record = decodeRecord(found);
    return this.#object(record, bytesOf(record));
  }

  #object(record: ObjectRecord, bytes: ObjectBytes): StoredObject {
    const { descriptor, content, treeOffset } = record;
    const shape = treeShape(descriptor.profile, descriptor.pageSize, descriptor.size);
    const name = `${this.version}:${treeOffset}`;
    const { tiles } = this.#context;
    const tree = new StoredTree(shape, descriptor.root, this.#trees, treeOffset, tiles, name);
    const isDirectory = content.kind === 'directory';
    return new StoredObject(descriptor, shape, isDirectory, tree, bytes);
  }

  #bytes(content: Content): ObjectBytes {
    if (content.kind === 'directory') {
      const open = () => this.#directories;
      return { open, offset: content.offset, checked: false, distrust: () => undefined };
    }
    const path = readNow(this.#paths, content.pathOffset, content.pathLength);
    return this.#inPlace(fromUtf8(path) ?? '');
  }

  /** @param path - Relative to the source; empty for the source itself. */
  #inPlace(path: string): ObjectBytes {
    const { files, source, trustSource } = this.#context;
    const absolute = path === '' ? source : join(source, path);
    return {
      open: () => files.open(absolute),
      offset: 0,
      checked: !trustSource,
      distrust: () => files.forget(absolute),
    };
  }
}

/** Reads a small part of the store that a publisher wrote. */
function readNow(file: StoreFile, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.readNow(bytes, position);
  return bytes;
}
