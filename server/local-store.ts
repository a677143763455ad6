import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { equalBytes } from '../common/bytes.ts';
import { StoreError } from '../common/errors.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import {
  DIRECTORIES,
  MAX_CONFIG_LENGTH,
  MAX_PACKS_LENGTH,
  PATHS,
  packPath,
  parsePacks,
  parseStoreConfig,
  STORE_CONFIG,
  type StoreConfig,
  TREES,
  VERSION_PACKS,
  VERSIONS,
} from '../common/store/layout.ts';
import { readSmallFile } from './small-file.ts';
import { IN_PLACE, OpenFiles, STORED } from './store-file.ts';
import type { StoredObject } from './stored-object.ts';
import { listVersions, readStatement } from './stored-statements.ts';
import { TileCache } from './tile-cache.ts';
import { VersionObjects } from './version-objects.ts';
import { type ServedVolume, ServeError } from './volume.ts';

const MAX_OPEN_FILES = 256;
const MAX_OPEN_OBJECTS = 4096;
const MAX_TILE_BYTES = 16 * 1024 * 1024;
/** Requests for what is gone do not make the store look for changes more often. */
const LOOK_AGAIN_MS = 100;

/** How a store on a local file system is read. */
export interface LocalStoreOptions {
  /** Sends bytes in place without comparing them with their leaf hashes. */
  readonly trustSource?: boolean;
}

/** A store on a local file system, opened to be served. */
export class LocalStore implements ServedVolume {
  readonly path: string;
  readonly config: StoreConfig;
  readonly #trustSource: boolean;
  readonly #files = new OpenFiles(MAX_OPEN_FILES, IN_PLACE);
  readonly #stored = new OpenFiles(MAX_OPEN_FILES, STORED);
  readonly #tiles: TileCache = new TileCache(MAX_TILE_BYTES);
  readonly #objects = new LRUCache<string, StoredObject>({ max: MAX_OPEN_OBJECTS });
  readonly #listeners = new Set<(note: Uint8Array) => void>();
  /** Retained versions, newest first. */
  #versions: readonly VersionObjects[] = [];
  /** Versions that had a statement when it was last looked, newest first. */
  #listed: readonly number[] = [];
  #newest: Uint8Array = new Uint8Array();
  /** When a request last made this store look for changes. */
  #lookedAgain = Number.NEGATIVE_INFINITY;
  /** The object of the last request: consecutive requests mostly name the same. */
  #last: { readonly id: Uint8Array; readonly object: StoredObject } | undefined;

  /**
   * Opens a store.
   *
   * @throws {StoreError} `ERR_STORE` if the folder holds no store, or the system does not let it be
   *   read, `ERR_STORE_DAMAGED` if what it holds can not be what a publisher wrote.
   */
  constructor(path: string, options: LocalStoreOptions = {}) {
    this.path = path;
    this.config = readConfig(path);
    this.#trustSource = options.trustSource ?? false;
    this.refresh();
  }

  get origin(): string {
    return this.config.origin;
  }

  get incomplete(): boolean {
    return this.#versions.length < this.#listed.length;
  }

  newest(): Uint8Array {
    return this.#newest;
  }

  statement(version: number): Uint8Array | undefined {
    const found = readStatement(this.path, version);
    return found && found.note.signatures.length > 0 ? found.bytes : undefined;
  }

  find(id: Uint8Array): StoredObject | undefined {
    if (this.#last !== undefined && equalBytes(this.#last.id, id)) return this.#last.object;
    const key = Buffer.from(id.buffer, id.byteOffset, HASH_LENGTH).toString('latin1');
    let object = this.#objects.get(key);
    if (object === undefined) {
      object = this.#search((version) => version.find(id));
      if (object === undefined) return undefined;
      this.#objects.set(key, object);
    }
    this.#last = { id: id.slice(), object };
    return object;
  }

  /**
   * Finds a file's object as a path of the source has it, for checks: files with the same contents
   * are one object, which is served from one of them.
   *
   * @param path - Relative to the source; empty for the source itself.
   */
  findAt(id: Uint8Array, path: string): StoredObject | undefined {
    return this.#search((version) => version.findAt(id, path));
  }

  /**
   * Returns where a version has a file's object in place, for checks.
   *
   * @returns Relative to the source, empty for the source itself; `undefined` if it is not in place.
   * @throws {StoreError} `ERR_STORE_DAMAGED`, {ServeError} `GONE`, `STORAGE` if the store is damaged.
   */
  placeOf(version: number, id: Uint8Array): string | undefined {
    return this.#versions.find((one) => one.version === version)?.placeOf(id);
  }

  findByDigest(digest: Uint8Array): StoredObject | undefined {
    return this.#search((version) => {
      const id = version.findDigest(digest);
      return id && this.find(id);
    });
  }

  follow(listener: (note: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Looks for new versions and signatures, for versions that are gone and for indexes that were
   * replaced, and announces the newest statement that is signed. If it throws, all is as it was.
   *
   * @throws {StoreError} `ERR_STORE`, `ERR_STORE_DAMAGED` as the constructor.
   */
  refresh(): void {
    const listed = listVersions(this.path);
    const isSame = listed.join() === this.#listed.join();
    if (!isSame || this.#versions.some(({ isCurrent }) => !isCurrent)) this.#loadVersions(listed);
    const newest = firstOf(listed, (version) => this.statement(version)) ?? new Uint8Array();
    if (equalBytes(newest, this.#newest)) return;
    this.#newest = newest;
    for (const listener of this.#listeners) listener(newest);
  }

  close(): void {
    this.#files.close();
    this.#stored.close();
    for (const version of this.#versions) version.close();
  }

  /** Opens the versions that are new or replaced, and closes those that are gone. */
  #loadVersions(listed: readonly number[]): void {
    const current = this.#versions.filter(({ isCurrent }) => isCurrent);
    const known = new Map(current.map((version) => [version.version, version]));
    const opened: VersionObjects[] = [];
    try {
      for (const version of listed.filter((number) => !known.has(number))) {
        const objects = this.#openVersion(version);
        if (objects !== undefined) opened.push(objects);
      }
    } catch (error) {
      for (const version of opened) version.close();
      throw error;
    }
    for (const version of this.#versions) if (!current.includes(version)) version.close();
    this.#versions = [...current, ...opened].sort((a, b) => b.version - a.version);
    this.#listed = listed;
    this.#objects.clear(); // a newer version may know a better place for the same object
    this.#last = undefined;
    this.#tiles.clear();
    this.#stored.close(); // what is gone would keep its place on the disk while it is open
    this.#files.close(); // a path may name another file by now, the one that was sealed
  }

  /** Opens a version; `undefined` if it is not retained. */
  #openVersion(version: number): VersionObjects | undefined {
    const folder = folderOf(this.path, version);
    try {
      checkPacks(this.path, version);
      return new VersionObjects(folder, version, {
        store: this.path,
        source: this.config.source,
        trustSource: this.#trustSource,
        files: this.#files,
        stored: this.#stored,
        tiles: this.#tiles,
        findAgain: (id) => this.#findAgain(id),
      });
    } catch (cause) {
      if (!existsSync(folder)) return undefined; // or no longer, if it was opened a moment too late
      const refusal = refusalOf(cause);
      if (refusal !== undefined) {
        const what = `version ${version} of the store can not be read: ${refusal}`;
        throw new StoreError('ERR_STORE', what, { cause });
      }
      const what = `store has not all files of version ${version}`;
      throw new StoreError('ERR_STORE_DAMAGED', what, { cause });
    }
  }

  /** Finds an object after a file of the store was gone: it may be elsewhere by now. */
  #findAgain(id: Uint8Array): StoredObject | undefined {
    this.#lookAgain();
    return this.find(id);
  }

  /** Looks for changes before it is told to, at most once in `LOOK_AGAIN_MS`. */
  #lookAgain(): void {
    const now = performance.now();
    if (now - this.#lookedAgain < LOOK_AGAIN_MS) return;
    this.#lookedAgain = now;
    try {
      this.refresh();
    } catch {
      // who calls `refresh` about once a second is told
    }
  }

  #search<T>(look: (version: VersionObjects) => T | undefined): T | undefined {
    try {
      return firstOf(this.#versions, look);
    } catch (error) {
      if (!(error instanceof ServeError) || error.code !== 'GONE') throw error;
      this.#lookAgain();
      return firstOf(this.#versions, look);
    }
  }
}

function firstOf<Version, T>(
  versions: readonly Version[],
  look: (version: Version) => T | undefined,
): T | undefined {
  for (const version of versions) {
    const found = look(version);
    if (found !== undefined) return found;
  }
  return undefined;
}

const REFUSALS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EMFILE: 'too many open files', // two for each version
  ENFILE: 'too many open files in the system',
};

/** Tells why the system did not let us read something that may be whole. */
function refusalOf(error: unknown): string | undefined {
  const cause = error instanceof ServeError ? error.cause : error;
  return cause instanceof Error && 'code' in cause ? REFUSALS[String(cause.code)] : undefined;
}

/** Throws if a file of a pack that a version refers to is missing. */
function checkPacks(store: string, version: number): void {
  const list = readSmallFile(join(folderOf(store, version), VERSION_PACKS), MAX_PACKS_LENGTH);
  for (const pack of parsePacks(list)) {
    for (const name of [DIRECTORIES, TREES, PATHS]) statSync(join(store, packPath(pack), name));
  }
}

function readConfig(path: string): StoreConfig {
  try {
    return parseStoreConfig(readSmallFile(join(path, STORE_CONFIG), MAX_CONFIG_LENGTH));
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError('ERR_STORE', `no store at ${JSON.stringify(path)}`, { cause });
  }
}

function folderOf(path: string, version: number): string {
  return join(path, VERSIONS, String(version));
}
