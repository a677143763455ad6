import { lstatSync, lutimesSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Mtime } from '../../common/directory.ts';
import { quote } from '../../common/escape.ts';
import { EXIT_FAILURE } from '../exit-status.ts';
import { Failure } from '../failure.ts';
import { systemTime } from './attributes.ts';
import { partName } from './part-name.ts';

/**
 * Makes a symlink, unless it is there already; a file or another symlink in its place is replaced.
 *
 * @param target - What it is to hold; verified, and allowed by the reader's policy.
 * @throws {Failure} If something stands there that is not to be replaced.
 */
export function copySymlink(path: string, target: string, mtime: Mtime | undefined): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isSymbolicLink() && !stats.isFile()) {
    const what = stats.isDirectory() ? 'a directory' : 'a special file';
    throw new Failure(EXIT_FAILURE, `${quote(path)} is ${what}, and is not replaced by a symlink`);
  }
  if (stats?.isSymbolicLink() && readlinkSync(path) === target) {
    setTime(path, mtime);
    return;
  }
  const part = join(dirname(path), partName(basename(path), target));
  rmSync(part, { force: true });
  symlinkSync(target, part);
  setTime(part, mtime);
  renameSync(part, path);
}

function setTime(path: string, mtime: Mtime | undefined): void {
  if (mtime === undefined) return;
  const time = systemTime(mtime);
  lutimesSync(path, time, time);
}
