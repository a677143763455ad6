import { join } from 'node:path';
import { StoreError } from '../common/errors.ts';
import { INDEX, RECORD_LENGTH } from '../common/store/layout.ts';
import { RecordFile } from './record-file.ts';
import { versionFolder } from './store-folder.ts';
import { errnoOf } from './system-error.ts';

/**
 * Opens the indexes of versions, and closes them when `use` has ended.
 *
 * @throws {StoreError} `ERR_STORE_DAMAGED` if one is missing.
 */
export async function withIndexes<T>(
  store: string,
  versions: readonly number[],
  use: (indexes: readonly RecordFile[]) => T | Promise<T>,
): Promise<T> {
  const opened: RecordFile[] = [];
  try {
    for (const version of versions) opened.push(openIndex(store, version));
    return await use(opened);
  } finally {
    for (const index of opened) index.close();
  }
}

function openIndex(store: string, version: number): RecordFile {
  try {
    return new RecordFile(join(versionFolder(store, version), INDEX), RECORD_LENGTH);
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT') throw cause;
    throw new StoreError('ERR_STORE_DAMAGED', `version ${version} has no index`, { cause });
  }
}
