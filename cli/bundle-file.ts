import { type Bundle, decodeBundle, malformedBundle } from '../common/bundle.ts';
import { MAX_BUNDLE_LENGTH } from '../common/limits.ts';
import { parseNote } from '../common/note.ts';
import { claimedOrigin } from '../common/statement.ts';
import { readBounded } from '../publisher/read-bounded.ts';
import { readInput } from './read-input.ts';

/**
 * Reads a bundle; a file that is too long is not read to its end.
 *
 * @throws {BundleError} `ERR_BUNDLE` if it is none.
 * @throws {Failure} If it can not be read.
 */
export function readBundle(path: string): Bundle {
  return decodeBundle(readInput(path, (file) => readBounded(file, MAX_BUNDLE_LENGTH + 1)));
}

/**
 * Returns the origin that a bundle's first note claims to speak for, after which keys in PEM are
 * named; nothing else may rest on it.
 *
 * @throws {BundleError} `ERR_BUNDLE` if the bundle does not start with a note.
 * @throws {IntegrityError} `ERR_NOTE`.
 */
export function originIn({ sections }: Bundle): string {
  const [first] = sections;
  if (first?.name !== 'note') throw malformedBundle('does not start with a note');
  return claimedOrigin(parseNote(first.data).text) ?? 'unknown';
}
