import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { StoreError } from '../common/errors.ts';
import { formatPacks, VERSION_PACKS } from '../common/store/layout.ts';
import { syncFolder, writeNewFile } from './durable.ts';
import { readPackList, temporaryPath } from './store-folder.ts';
import { errnoOf } from './system-error.ts';

/** A file of a version that is to be replaced, and the complete, durable file that takes its place. */
export interface Replacement {
  readonly name: string;
  readonly path: string;
}

/**
 * Replaces files of a version, so that whoever looks in between, or after a crash, finds a list of
 * packs that names all that its index refers to.
 *
 * @param folder - The version's.
 * @param packs - What the new index refers to, ascending; durable.
 */
export function replaceIndex(
  folder: string,
  packs: readonly number[],
  replacements: readonly Replacement[],
): void {
  const before = readPacks(folder);
  writePacks(
    folder,
    [...new Set([...before, ...packs])].sort((a, b) => a - b),
  );
  for (const { name, path } of replacements) renameSync(path, join(folder, name));
  syncFolder(folder);
  writePacks(folder, packs);
}

/** Reads the list of packs of a version; empty if it is missing or damaged. */
export function readPacks(folder: string): readonly number[] {
  try {
    return readPackList(folder);
  } catch (error) {
    const errno = errnoOf(error);
    if (error instanceof StoreError || errno === 'ENOENT' || errno === 'ENOTDIR') return [];
    throw error;
  }
}

/** Replaces the list of packs of a version durably, at once. */
export function writePacks(folder: string, packs: readonly number[]): void {
  const temporary = temporaryPath(folder); // beside it, where leftovers are looked for
  writeNewFile(temporary, formatPacks(packs));
  renameSync(temporary, join(folder, VERSION_PACKS));
  syncFolder(folder);
}
