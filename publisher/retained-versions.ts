import { existsSync } from 'node:fs';
import { readStatement, statedVersions } from './statement-series.ts';
import { versionFolder } from './store-folder.ts';

/** Lists the versions whose objects the store still has, the newest first. */
export function retainedVersions(store: string): readonly number[] {
  return statedVersions(store).filter((version) => existsSync(versionFolder(store, version)));
}

/**
 * Finds the newest version that has a signature, which is the one that servers announce.
 *
 * @returns `undefined` if no version is signed.
 * @throws {StoreError} `ERR_STORE_DAMAGED` if a statement is not what a publisher wrote.
 */
export function newestSigned(store: string): number | undefined {
  const isSigned = (version: number) => readStatement(store, version).note.signatures.length > 0;
  return statedVersions(store).find(isSigned);
}
