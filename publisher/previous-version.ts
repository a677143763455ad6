import { statSync } from 'node:fs';
import { join } from 'node:path';
import { equalBytes, fromUtf8 } from '../common/bytes.ts';
import { StoreError } from '../common/errors.ts';
import {
  type Content,
  DIRECTORIES,
  decodeRecord,
  INDEX,
  type ObjectRecord,
  PATHS,
  packPath,
  RECORD_LENGTH,
  SCAN,
  TREES,
} from '../common/store/layout.ts';
import { shapeOf } from '../common/tree/shape.ts';
import { TileLayout } from '../common/tree/tiles.ts';
import { RecordFile } from './record-file.ts';
import { ScanReader } from './scan-reader.ts';
import { readPackList, versionFolder } from './store-folder.ts';
import { StoredPacks } from './stored-pack.ts';
import { errnoOf } from './system-error.ts';

/** Bytes that the files of a pack have. */
interface PackSizes {
  readonly directories: number;
  readonly trees: number;
  readonly paths: number;
}

/** The version before the one that is being sealed: what of it can be kept. */
export class PreviousVersion {
  readonly scan: ScanReader | undefined;
  readonly #sizes: ReadonlyMap<number, PackSizes>;
  readonly #packs: StoredPacks;
  readonly #index: RecordFile;

  private constructor(store: string, folder: string) {
    const packs = readPackList(folder);
    this.#sizes = new Map(packs.map((pack) => [pack, measure(store, pack)]));
    this.#packs = new StoredPacks(store);
    this.#index = new RecordFile(join(folder, INDEX), RECORD_LENGTH);
    this.scan = ScanReader.open(join(folder, SCAN));
  }

  /** Opens a version; `undefined` if it is not retained, or not whole. */
  static open(store: string, version: number): PreviousVersion | undefined {
    return unlessDamaged(() => new PreviousVersion(store, versionFolder(store, version)));
  }

  /** Finds an object by its id; `undefined` if there is none, or none that can be kept. */
  find(id: Uint8Array): ObjectRecord | undefined {
    return unlessDamaged(() => {
      const found = this.#index.find(id);
      const record = found && decodeRecord(found);
      return record && this.#holds(record) ? record : undefined;
    });
  }

  /**
   * Finds a file's object as it is to be stored.
   *
   * @param id - 32 bytes.
   * @param path - Relative to the source: a file in place is kept under its own path only.
   * @param before - The record that this path had.
   */
  fileRecord(
    id: Uint8Array,
    kind: Content['kind'],
    path: string,
    before: ObjectRecord | undefined,
  ): ObjectRecord | undefined {
    const isSame = before !== undefined && equalBytes(before.id, id);
    if (isSame && before.content.kind === kind && this.#holds(before)) return before;
    const record = this.find(id);
    if (record?.content.kind !== kind) return undefined;
    return kind === 'copied' || this.#pathOf(record) === path ? record : undefined;
  }

  /** Tells whether everything that a record refers to is there, as far as lengths tell. */
  #holds({ descriptor, content, pack, treeOffset }: ObjectRecord): boolean {
    if (pack === 0) return true;
    const sizes = this.#sizes.get(pack);
    if (sizes === undefined) return false;
    const { pageSize, size } = descriptor;
    const isTreeThere =
      size <= pageSize || treeOffset + new TileLayout(shapeOf(descriptor)).length <= sizes.trees;
    if (!isTreeThere || content.kind === 'copied') return isTreeThere;
    if (content.kind === 'directory') return content.offset + size <= sizes.directories;
    return content.pathOffset + content.pathLength <= sizes.paths;
  }

  /** Reads the path of a file in place. */
  #pathOf({ content, pack }: ObjectRecord): string | undefined {
    if (content.kind !== 'inPlace') return undefined;
    if (content.pathLength === 0) return '';
    const bytes = new Uint8Array(content.pathLength);
    return this.#packs.read(pack, PATHS, content.pathOffset, bytes) ? fromUtf8(bytes) : undefined;
  }

  close(): void {
    this.scan?.close();
    this.#packs.close();
    this.#index.close();
  }
}

/** Nothing can be kept of what is missing or damaged, so it is made anew. */
function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

function measure(store: string, pack: number): PackSizes {
  const size = (name: string) => statSync(join(store, packPath(pack), name)).size;
  return { directories: size(DIRECTORIES), trees: size(TREES), paths: size(PATHS) };
}
