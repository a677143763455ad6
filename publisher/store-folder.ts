import { randomBytes } from 'node:crypto';
import { type BigIntStats, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { equalBytes } from '../common/bytes.ts';
import { StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { parseVersion } from '../common/statement.ts';
import {
  CONTENTS,
  formatStoreConfig,
  MAX_CONFIG_LENGTH,
  MAX_PACKS_LENGTH,
  PACKS,
  parsePacks,
  parseStoreConfig,
  STATEMENTS,
  STORE_CONFIG,
  STORE_LOCK,
  type StoreConfig,
  VERSION_PACKS,
  VERSIONS,
} from '../common/store/layout.ts';
import { syncFolder, writeNewFile } from './durable.ts';
import { readBounded } from './read-bounded.ts';
import { errnoOf } from './system-error.ts';

const FOLDERS = [STATEMENTS, VERSIONS, PACKS, CONTENTS];

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
  const names = [STORE_CONFIG, STORE_LOCK, ...FOLDERS];
  return names.some((ours) => name === ours || name.startsWith(`${ours}.`));
}

/** Reads `store.json`; `undefined` if there is none. */
export function readConfig(store: string): StoreConfig | undefined {
  try {
    return parseStoreConfig(readBounded(join(store, STORE_CONFIG), MAX_CONFIG_LENGTH + 1));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Makes sure of what `store.json` says; the whole file is replaced at once, or kept. */
export function keepConfig(store: string, config: StoreConfig): void {
  const now = readConfig(store);
  if (now !== undefined && equalBytes(formatStoreConfig(now), formatStoreConfig(config))) return;
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

/** Lists the names in a folder that are numbers, of versions or of packs; in no order. */
export function numbersIn(folder: string): readonly number[] {
  return readdirSync(folder).flatMap((name) => parseVersion(name) ?? []);
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
  for (const name of FOLDERS) mkdirSync(join(store, name), { recursive: true });
  syncFolder(store);
  for (const folder of ['', ...FOLDERS]) {
    removeFrom(join(store, folder), (name) => name.includes('.tmp-'));
  }
  const stated = new Set(readdirSync(join(store, STATEMENTS)));
  removeFrom(join(store, VERSIONS), (name) => !stated.has(name));
  const packs = packsInUse(store);
  if (packs !== undefined) {
    removeFrom(join(store, PACKS), (name) => !packs.has(parseVersion(name) ?? 0));
  }
}

function removeFrom(folder: string, isLeftover: (name: string) => boolean): void {
  for (const name of readdirSync(folder)) {
    if (isLeftover(name)) rmSync(join(folder, name), { recursive: true });
  }
}

/** Collects the packs that versions refer to; `undefined` if one does not say to which it does. */
function packsInUse(store: string): ReadonlySet<number> | undefined {
  try {
    const versions = readdirSync(join(store, VERSIONS));
    return new Set(versions.flatMap((version) => readPackList(join(store, VERSIONS, version))));
  } catch (error) {
    if (error instanceof StoreError || errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Reads the list of packs of a version.
 *
 * @param folder - The version's.
 * @throws {StoreError} `ERR_STORE_DAMAGED` if it is not what a publisher wrote.
 * @throws {Error} Of the system, if it can not be read.
 */
export function readPackList(folder: string): readonly number[] {
  return parsePacks(readBounded(join(folder, VERSION_PACKS), MAX_PACKS_LENGTH + 1));
}
