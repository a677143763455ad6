import { PagesealError } from '../common/index.ts';

const HINTS: Readonly<Record<string, string>> = {
  ERR_SOURCE_CHANGED: 'seal again when nothing writes to the source',
  ERR_SOURCE_SPECIAL: 'leave special files out with --skip-special or --exclude',
  ERR_SOURCE_NAME: 'rename it; names and symlink targets have to be UTF-8',
  ERR_STORE_LOCKED: 'wait for the other process to end',
  ERR_VERSION_EXISTS: 'another process published this version; seal again for the next one',
};

/** Returns what a user can do about an error; `undefined` if nothing better than its message is known. */
export function hintFor(error: unknown): string | undefined {
  return error instanceof PagesealError ? HINTS[error.code] : undefined;
}
