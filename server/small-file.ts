import { readFileSync, statSync } from 'node:fs';
import { StoreError } from '../common/errors.ts';

/**
 * Reads a small file of a store, whole.
 *
 * @param most - Bytes that it may have.
 * @throws {StoreError} `ERR_STORE_DAMAGED` if it has more, or is no regular file.
 * @throws {Error} Of the system, if it can not be read.
 */
export function readSmallFile(path: string, most: number): Uint8Array {
  const stats = statSync(path);
  if (stats.isFile() && stats.size <= most) return new Uint8Array(readFileSync(path));
  throw new StoreError('ERR_STORE_DAMAGED', `${JSON.stringify(path)} is longer than ${most} bytes`);
}
