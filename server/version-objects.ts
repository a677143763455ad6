import { join } from 'node:path';
import { fromUtf8 } from '../common/bytes.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import {
  contentPath,
  DIGEST_RECORD_LENGTH,
  DIGESTS,
  DIRECTORIES,
  decodeRecord,
  findRecord,
  INDEX,
  type ObjectRecord,
  PATHS,
  packPath,
  RECORD_LENGTH,
  TREES,
} from '../common/store/layout.ts';
import { shapeOf } from '../common/tree/shape.ts';
import { type OpenFiles, STORED, StoreFile } from './store-file.ts';
import { type ObjectBytes, StoredObject } from './stored-object.ts';
import { StoredTree } from './stored-tree.ts';
import type { TileCache } from './tile-cache.ts';

/** What the versions of one store share. */
export interface StoreContext {
  /** Path of the store. */
  readonly store: string;
  /** Absolute path of the sealed directory or file. */
  readonly source: string;
  readonly trustSource: boolean;
  /** Files in place. */
  readonly files: OpenFiles;
  /** Files of packs, and copies. */
  readonly stored: OpenFiles;
  readonly tiles: TileCache;
  /** Looks for an object once more, after a file of the store was gone. */
  readonly findAgain: (id: Uint8Array) => StoredObject | undefined;
}

/** The objects that one version reaches. */
export class VersionObjects {
  readonly version: number;
  readonly #folder: string;
  readonly #context: StoreContext;
  readonly #index: StoreFile;
  readonly #digests: StoreFile;
  readonly #count: number;
  readonly #digestCount: number;

  /** @throws {ServeError} `GONE` if the folder is not complete, `STORAGE`. */
  constructor(folder: string, version: number, context: StoreContext) {
    this.version = version;
    this.#folder = folder;
    this.#context = context;
    this.#index = new StoreFile(join(folder, INDEX), STORED);
    try {
      this.#digests = new StoreFile(join(folder, DIGESTS), STORED);
    } catch (error) {
      this.#index.retire();
      throw error;
    }
    this.#count = Math.floor(this.#index.size / RECORD_LENGTH);
    this.#digestCount = Math.floor(this.#digests.size / DIGEST_RECORD_LENGTH);
  }

  /** Whether the store still has this version as it was opened: an index may be replaced, or go. */
  get isCurrent(): boolean {
    return this.#index.isAt(join(this.#folder, INDEX));
  }

  /** Finds an object by its id; `undefined` if this version does not reach it. */
  find(id: Uint8Array): StoredObject | undefined {
    return this.#find(id, (record) => this.#bytes(record));
  }

  /** As `find`, of a file's object in place as another file of the source has it. */
  findAt(id: Uint8Array, path: string): StoredObject | undefined {
    return this.#find(id, (record) =>
      record.content.kind === 'inPlace' ? this.#inPlace(path, record) : this.#bytes(record),
    );
  }

  /** Returns where this version has a file in place, relative to the source; `undefined` if nowhere. */
  placeOf(id: Uint8Array): string | undefined {
    const found = this.#search(this.#index, this.#count, RECORD_LENGTH, id);
    return found === undefined ? undefined : this.#placeOf(decodeRecord(found));
  }

  /** Finds the object id that belongs to an fs-verity digest. */
  findDigest(digest: Uint8Array): Uint8Array | undefined {
    const bytes = this.#search(this.#digests, this.#digestCount, DIGEST_RECORD_LENGTH, digest);
    return bytes?.slice(HASH_LENGTH);
  }

  close(): void {
    this.#index.retire();
    this.#digests.retire();
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
    const { id, descriptor, content, treeOffset } = record;
    const shape = shapeOf(descriptor);
    const { tiles } = this.#context;
    const name = Buffer.from(id.buffer, id.byteOffset, id.length).toString('latin1');
    const open = this.#inPack(record, TREES);
    const tree = new StoredTree(shape, descriptor.root, open, treeOffset, tiles, name);
    return new StoredObject(descriptor, shape, content.kind === 'directory', tree, bytes);
  }

  #inPack({ pack }: ObjectRecord, name: string): () => StoreFile {
    return this.#stored(`${packPath(pack)}/${name}`);
  }

  /** @param path - Relative to the store. */
  #stored(path: string): () => StoreFile {
    const { stored, store } = this.#context;
    const absolute = join(store, path);
    return () => stored.open(absolute);
  }

  #bytes(record: ObjectRecord): ObjectBytes {
    const { id, content } = record;
    if (content.kind === 'inPlace') return this.#inPlace(this.#placeOf(record) ?? '', record);
    // What the store made for itself is not compared with its leaf hashes: a client finds rot.
    const { findAgain } = this.#context;
    const own = { checked: false, distrust: () => undefined, findAgain: () => findAgain(id) };
    if (content.kind === 'copied')
      return { open: this.#stored(contentPath(id)), offset: 0, ...own };
    return { open: this.#inPack(record, DIRECTORIES), offset: content.offset, ...own };
  }

  #placeOf(record: ObjectRecord): string | undefined {
    const { content } = record;
    if (content.kind !== 'inPlace') return undefined;
    const { pathOffset, pathLength } = content;
    if (pathLength === 0) return '';
    return fromUtf8(readNow(this.#inPack(record, PATHS)(), pathOffset, pathLength)) ?? '';
  }

  /** @param path - Relative to the source; empty for the source itself. */
  #inPlace(path: string, { id }: ObjectRecord): ObjectBytes {
    const { files, source, trustSource, findAgain } = this.#context;
    const absolute = path === '' ? source : join(source, path);
    return {
      open: () => files.open(absolute),
      offset: 0,
      checked: !trustSource,
      distrust: () => files.forget(absolute),
      findAgain: () => findAgain(id),
    };
  }
}

/** Reads a small part of the store that a publisher wrote. */
function readNow(file: StoreFile, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  file.readNow(bytes, position);
  return bytes;
}
