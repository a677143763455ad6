import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder, syncFolders } from '../../client/node/durable-folder.ts';
import { readPolicyText } from '../../client/node/policy/index.ts';
import { quote } from '../../common/escape.ts';
import { EXIT_FAILURE } from '../exit-status.ts';
import { Failure } from '../failure.ts';

/**
 * Replaces the text of a policy, at once and durably; makes the file, and its folder, if need be.
 *
 * The new text is written to a file beside it, `.lock` added, which also keeps others from editing
 * at the same time.
 *
 * @param change - Makes the new text of the old one, which is empty if there is no file.
 * @throws {Failure} If somebody else is editing it.
 * @throws What `change` throws; the policy then stays as it is.
 */
export function editPolicy(path: string, change: (text: string) => string): void {
  makeFolder(dirname(path));
  const target = resolved(path);
  const lock = `${target}.lock`;
  const file = openLock(lock);
  try {
    try {
      const text = readPolicyText(target);
      if (text !== undefined) fchmodSync(file, statSync(target).mode & 0o777);
      writeFileSync(file, change(text ?? ''));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(lock, target);
  } catch (error) {
    rmSync(lock, { force: true });
    throw error;
  }
  syncFolders(dirname(target));
}

/** Follows symlinks, so that they stay. */
function resolved(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? path : realpathSync(path);
}

function openLock(lock: string): number {
  try {
    return openSync(lock, 'wx', 0o644);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    const hint = `if nobody is, remove ${quote(lock)}`;
    throw new Failure(EXIT_FAILURE, 'somebody else is editing the policy', { hint, cause });
  }
}
