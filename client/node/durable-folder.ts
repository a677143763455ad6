import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { PolicyError } from '../../common/errors.ts';
import { quote } from '../../common/escape.ts';

/** Makes a folder, and those above it, for their owner alone; each is on the disk when it returns. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path)); // node's own `recursive` never returns where a parent can not be made
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  syncFolders(dirname(path));
}

/** Waits until the names in a folder, and in those above it up to `top`, are on the disk. */
export function syncFolders(path: string, top: string = path): void {
  for (let at = path; ; at = dirname(at)) {
    const folder = openSync(at, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
    if (at === top || at === dirname(at)) return;
  }
}

/**
 * Makes the error for state that can not be used.
 *
 * @param what - Follows the path.
 */
export function unusable(path: string, what: string, cause?: unknown): PolicyError {
  const message = `state in ${quote(path)} ${what}`;
  return new PolicyError('ERR_STATE', message, { cause });
}
