import { closeSync, fstatSync, openSync } from 'node:fs';
import { equalBytes } from '../../common/bytes.ts';
import type { Descriptor } from '../../common/descriptor.ts';
import { StoreError } from '../../common/errors.ts';
import type { TileSink } from '../../common/tree/build.ts';
import { shapeOf } from '../../common/tree/shape.ts';
import { TileLayout } from '../../common/tree/tiles.ts';
import { READ_FLAGS } from '../read-at.ts';
import { type FileHashing, rootOfFile } from '../root-of-file.ts';
import { errnoOf } from '../system-error.ts';

/** Why a file does not have the contents of an object. */
export type Fault = 'changed' | 'missing' | 'unreadable';

/**
 * Opens a file that is to hold an object's bytes, and closes it when `use` has ended.
 *
 * @param use - Called with the open file, if it has the object's size.
 */
export async function withFile<T>(
  path: string,
  descriptor: Descriptor,
  use: (file: number) => Promise<T | Fault>,
): Promise<T | Fault> {
  const file = open(path);
  if (typeof file === 'string') return file;
  try {
    const stats = fstatSync(file, { bigint: true });
    if (!stats.isFile() || stats.size !== BigInt(descriptor.size)) return 'changed';
    return await use(file);
  } finally {
    closeSync(file);
  }
}

/** Says why a file can not be opened; `changed` if it can. */
export function faultAt(path: string): Fault {
  const file = open(path);
  if (typeof file === 'string') return file;
  closeSync(file);
  return 'changed';
}

function open(path: string): number | Fault {
  try {
    return openSync(path, READ_FLAGS);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return errno === 'ENOENT' || errno === 'ENOTDIR' ? 'missing' : 'unreadable';
  }
}

/**
 * Hashes an open file, and hands out the tiles of its tree.
 *
 * @returns What is wrong; `undefined` if the file leads to the object's root.
 */
export async function hashFile(
  path: string,
  file: number,
  descriptor: Descriptor,
  hashing: FileHashing,
  sink: TileSink,
): Promise<Fault | undefined> {
  const layout = new TileLayout(shapeOf(descriptor));
  try {
    const found = await rootOfFile(path, file, layout, sink, hashing);
    return equalBytes(found, descriptor.root) ? undefined : 'changed';
  } catch (error) {
    // A hashing thread that ended says nothing about the file.
    if (!(error instanceof StoreError) || error.code === 'ERR_STORE') throw error;
    return error.code === 'ERR_SOURCE_CHANGED' ? 'changed' : 'unreadable';
  }
}
