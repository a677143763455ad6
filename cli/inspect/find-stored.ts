import { toHex, utf8 } from '../../common/bytes.ts';
import { encodeDescriptor, objectId } from '../../common/descriptor.ts';
import { decodeDirectoryPage, type Entry } from '../../common/directory.ts';
import { PathError } from '../../common/errors.ts';
import { quote } from '../../common/escape.ts';
import type { Statement } from '../../common/statement.ts';
import { pageCount, pagesLength } from '../../common/tree/shape.ts';
import type { LocalStore, StoredObject } from '../../server/index.ts';
import { EXIT_FAILURE } from '../exit-status.ts';
import { Failure } from '../failure.ts';

/**
 * Finds the object that a path leads to in a version of a store; nothing is verified.
 *
 * @param path - Symlinks in it are not followed.
 * @throws {PathError} `ERR_NOT_FOUND`, `ERR_NOT_DIRECTORY`, or `ERR_NOT_FILE` for a symlink.
 */
export async function findStored(
  store: LocalStore,
  { type, descriptor }: Statement,
  path: string,
): Promise<StoredObject> {
  let entry: Entry = { type, descriptor, name: '', mode: 0 };
  for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
    if (entry.type !== 'directory') {
      throw new PathError('ERR_NOT_DIRECTORY', `${quote(entry.name)} is no directory`);
    }
    entry = await child(storedById(store, objectId(encodeDescriptor(entry.descriptor))), name);
  }
  if (entry.type === 'symlink') {
    throw new PathError('ERR_NOT_FILE', `${quote(path)} is a symlink, which is no object`);
  }
  return storedById(store, objectId(encodeDescriptor(entry.descriptor)));
}

/** @throws {Failure} If the store has no object with this id. */
export function storedById(store: LocalStore, id: Uint8Array): StoredObject {
  const object = store.find(id);
  if (object !== undefined) return object;
  throw new Failure(EXIT_FAILURE, `store has no object ${toHex(id)}`);
}

async function child(directory: StoredObject, name: string): Promise<Entry> {
  const { shape } = directory;
  const count = pageCount(shape);
  if (count > 0) {
    const start = await directory.pageOf(utf8(name));
    const page = new Uint8Array(pagesLength(shape, start, start + 1));
    await directory.readPages(
      { level: 0, start, end: start + 1, anchorLevel: 0 },
      new Uint8Array(),
      page,
    );
    const { entries } = decodeDirectoryPage(page, start === count - 1);
    const found = entries.find((entry) => entry.name === name);
    if (found !== undefined) return found;
  }
  throw new PathError('ERR_NOT_FOUND', `no entry ${quote(name)}`);
}
