import { quote } from '../common/escape.ts';
import { errnoOf, systemReason } from '../publisher/system-error.ts';
import { EXIT_FAILURE } from './exit-status.ts';
import { Failure } from './failure.ts';

/**
 * Reads a file that the user has named.
 *
 * @param read - Opens and reads it.
 * @throws {Failure} If the system can not: its own errors do not always name the file.
 * @throws What else `read` throws.
 */
export function readInput<T>(path: string, read: (path: string) => T): T {
  try {
    return read(path);
  } catch (cause) {
    if (errnoOf(cause) === undefined) throw cause;
    const what = `${quote(path)} can not be read: ${systemReason(cause)}`;
    throw new Failure(EXIT_FAILURE, what, { cause });
  }
}
