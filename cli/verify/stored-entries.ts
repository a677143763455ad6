import {
  checkNeighbours,
  type DirectoryPage,
  decodeDirectoryPage,
  type Entry,
} from '../../common/directory.ts';
import { IntegrityError } from '../../common/errors.ts';
import { pageCount } from '../../common/tree/shape.ts';
import type { StoredObject } from '../../server/index.ts';
import { storedPages } from './check-object.ts';

/**
 * Reads the entries of a directory in a store, strictly.
 *
 * @throws {IntegrityError} `ERR_DIRECTORY` or `ERR_DESCRIPTOR` if it is malformed.
 * @see SPEC.md, V20 and V21
 */
export async function* storedEntries(
  directory: StoredObject,
): AsyncGenerator<Entry, void, undefined> {
  const { shape } = directory;
  let before: DirectoryPage | undefined;
  let index = 0;
  for await (const bytes of storedPages(directory, 1)) {
    if (!(bytes instanceof Uint8Array)) {
      throw new IntegrityError('ERR_DIRECTORY', `directory is ${bytes}`);
    }
    index += 1;
    const page = decodeDirectoryPage(bytes, index === pageCount(shape));
    if (before) checkNeighbours(before, page, shape.pageSize);
    yield* page.entries;
    before = page;
  }
}
