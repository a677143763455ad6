import { randomBytes } from 'node:crypto';
import {
  type BigIntStats,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { parseVersion } from '../common/statement.ts';
import {
  formatStoreConfig,
  parseStoreConfig,
  STATEMENTS,
  STORE_CONFIG,
  STORE_LOCK,
  type StoreConfig,
  VERSIONS,
} from '../common/store/layout.ts';
import { syncFolder, writeNewFile } from './durable.ts';
import { errnoOf } from './system-error.ts';

/**
 * Makes a folder ready to be a store, unless it is one.
 *
 * @returns The folder's identity.
 * @throws {StoreError} `ERR_STORE` if the path is no folder, or a folder that holds other things.
 */
export function prepareStore(store: string): BigIntStats {
  makeFolder(store);
  const stats = statSync(store, { bigint: true });
  if (!stats.isDirectory()) throw new StoreError('ERR_STORE', `${quote(store)} is no folder`);
  if (readConfig(store) !== undefined) return stats;
  const foreign = readdirSync(store).find((name) => !isOurs(name));
  if (foreign !== undefined) {
    const what = `${quote(store)} is no store: it holds ${quote(foreign)}`;
    throw new StoreError('ERR_STORE', what);
  }
  return stats;
}

function makeFolder(store: string): void {
  try {
    mkdirSync(store);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    throw error;
  }
  syncFolder(dirname(resolve(store)));
}

/** @throws {StoreError} `ERR_STORE` if a folder is no store. */
export function checkStore(store: string): void {
  if (readConfig(store) !== undefined) return;
  throw new StoreError('ERR_STORE', `${quote(store)} is no store`);
}

function isOurs(name: string): boolean {
  const names = [STORE_CONFIG, STORE_LOCK, STATEMENTS, VERSIONS];
  return names.some((ours) => name === ours || name.startsWith(`${ours}.`));
}

/** Reads `store.json`; `undefined` if there is none. */
export function readConfig(store: string): StoreConfig | undefined {
  try {
    return parseStoreConfig(readFileSync(join(store, STORE_CONFIG)));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Writes `store.json`; the whole file is replaced at once. */
export function writeConfig(store: string, config: StoreConfig): void {
  const path = join(store, STORE_CONFIG);
  const temporary = temporaryPath(path);
  writeNewFile(temporary, formatStoreConfig(config));
  renameSync(temporary, path);
  syncFolder(store);
}

/** Returns a path beside `path` that nothing else uses; left behind, it is removed by `tidyStore`. */
export function temporaryPath(path: string): string {
  return `${path}.tmp-${randomBytes(8).toString('hex')}`;
}

/** Returns the folder of a version's objects. */
export function versionFolder(store: string, version: number): string {
  return join(store, VERSIONS, `${version}`);
}

/**
 * Completes a store's folders, and removes what an interrupted process left there.
 *
 * Only for who holds the store's lock.
 */
export function tidyStore(store: string): void {
  for (const name of [STATEMENTS, VERSIONS]) mkdirSync(join(store, name), { recursive: true });
  syncFolder(store);
  for (const folder of ['', STATEMENTS, VERSIONS]) {
    for (const name of readdirSync(join(store, folder))) {
      const isLeftover = folder === VERSIONS ? !isPublished(store, name) : name.includes('.tmp-');
      if (isLeftover) rmSync(join(store, folder, name), { recursive: true });
    }
  }
}

/** Tells whether a folder of `versions` belongs to a statement. */
function isPublished(store: string, name: string): boolean {
  return parseVersion(name) !== undefined && existsSync(join(store, STATEMENTS, name));
}
