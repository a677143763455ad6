import type { Statement } from '../common/statement.ts';
import { pageCount } from '../common/tree/shape.ts';
import type { ObjectOpener } from './object-opener.ts';
import { RemoteDirectory } from './remote-directory.ts';
import { RemoteFile } from './remote-file.ts';
import { componentsOf, namesIn } from './resolve-path.ts';

/**
 * Verifies a page of a statement's object, if it has one: the server holds what it announces.
 *
 * @param options.firstPath - What will be opened first: what leads there is fetched in the same round trip.
 * @throws As `RemoteFile.read`.
 * @throws {FreshnessError} `ERR_REVOKED`.
 * @see SPEC.md, "Accepting a statement"
 */
export async function verifyRoot(
  { type, descriptor }: Statement,
  opener: ObjectOpener,
  { firstPath = '', signal }: { readonly firstPath?: string; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const object = opener.open(descriptor, '');
  if (type === 'directory') {
    const names = namesIn(componentsOf(firstPath));
    await new RemoteDirectory(object, opener, '').open(names, signal);
  } else if (pageCount(object.shape) > 0) {
    await new RemoteFile(object, opener.cache).read(0, 1, signal ? { signal } : {});
  }
}
