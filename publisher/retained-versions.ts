import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseVersion } from '../common/statement.ts';
import { STATEMENTS } from '../common/store/layout.ts';
import { readStatement } from './statement-series.ts';
import { versionFolder } from './store-folder.ts';

/** Lists the versions that have a statement, the newest first. */
export function statedVersions(store: string): readonly number[] {
  return readdirSync(join(store, STATEMENTS))
    .map((name) => parseVersion(name) ?? 0)
    .filter((version) => version > 0)
    .sort((a, b) => b - a);
}

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
