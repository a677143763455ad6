import { StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { errnoOf, systemReason } from './system-error.ts';

const SOURCE_CODES: Readonly<Record<string, StoreError['code']>> = {
  // What was there a moment ago is gone, or is something else now.
  ENOENT: 'ERR_SOURCE_CHANGED',
  ENOTDIR: 'ERR_SOURCE_CHANGED',
  ELOOP: 'ERR_SOURCE_CHANGED',
  ESTALE: 'ERR_SOURCE_CHANGED',
  ENAMETOOLONG: 'ERR_SOURCE_LIMIT',
};

/** Makes the error for something in the source that can not be sealed. */
export function sourceError(
  code: StoreError['code'],
  path: string,
  what: string,
  cause?: unknown,
): StoreError {
  return new StoreError(code, `${quote(path)} ${what}`, { cause });
}

/** Makes the error for something in the source that is not what it was a moment ago. */
export function changedSource(path: string): StoreError {
  return sourceError('ERR_SOURCE_CHANGED', path, 'changed while it was being sealed');
}

/**
 * Says what a failed system call on the source means; any other error stays as it is.
 *
 * @returns `ERR_SOURCE_CHANGED` if the path is gone or is something else now, `ERR_SOURCE_LIMIT` if it is
 *   too long, `ERR_SOURCE_UNREADABLE` for any other failure.
 */
export function sourceFailure(path: string, cause: unknown): unknown {
  const errno = errnoOf(cause);
  if (errno === undefined) return cause;
  const code = SOURCE_CODES[errno] ?? 'ERR_SOURCE_UNREADABLE';
  return sourceError(code, path, `can not be read: ${systemReason(cause)}`, cause);
}

/**
 * Runs a system call on the source.
 *
 * @throws {StoreError} As `sourceFailure` says.
 */
export function fromSource<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    throw sourceFailure(path, cause);
  }
}
