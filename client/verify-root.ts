import type { Statement } from '../common/statement.ts';
import { pageCount } from '../common/tree/shape.ts';
import type { ObjectOpener } from './object-opener.ts';
import { RemoteDirectory } from './remote-directory.ts';
import { RemoteFile } from './remote-file.ts';

/**
 * Verifies the first page of a statement's object, if it has one: the server holds what it announces.
 *
 * @throws As `RemoteFile.read`.
 * @throws {FreshnessError} `ERR_REVOKED`.
 * @see SPEC.md, "Accepting a statement"
 */
export async function verifyRoot(
  { type, descriptor }: Statement,
  opener: ObjectOpener,
  signal?: AbortSignal,
): Promise<void> {
  const object = opener.open(descriptor, '');
  if (type === 'directory') {
    await new RemoteDirectory(object, opener.connection, opener.cache).open(signal);
  } else if (pageCount(object.shape) > 0) {
    await new RemoteFile(object, opener.cache).read(0, 1, signal ? { signal } : {});
  }
}
