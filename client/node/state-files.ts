import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseVersion } from '../../common/statement.ts';
import { unusable } from './durable-folder.ts';
import { readBoundedFrom } from './read-bounded.ts';

const TEMPORARY = /^\.[0-9a-f-]{36}\.tmp$/;
/** How old a temporary file is that its process has left behind; milliseconds. */
const LEFTOVER_AGE_MS = 3_600_000;

/** Adds a file, whole or not at all; one of the same name stays as it is. */
export function addFile(folder: string, name: string, bytes: Uint8Array): void {
  const temporary = join(folder, `.${randomUUID()}.tmp`);
  const file = openSync(temporary, 'wx', 0o600);
  try {
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    clean(() => removeLeftovers(folder, lstatSync(temporary).mtimeMs - LEFTOVER_AGE_MS));
    linkSync(temporary, join(folder, name));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    unlinkSync(temporary);
  }
}

/** Removes what nobody needs; what can not be removed does no harm. */
export function clean(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
}

/** Removes what killed clients left; by the file system's own clock, not ours. */
function removeLeftovers(folder: string, before: number): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    if (!TEMPORARY.test(name)) continue;
    if ((lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? before) < before) {
      rmSync(path, { force: true });
    }
  }
}

/**
 * Reads a file of at most so many bytes; `undefined` if there is none.
 *
 * @throws {PolicyError} `ERR_STATE` if it is longer, or no file.
 */
export function readStateFile(path: string, most: number): Uint8Array | undefined {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: number;
  try {
    file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    if (!fstatSync(file).isFile()) throw unusable(path, 'is no file');
    const bytes = readBoundedFrom(file, most + 1); // one more, which is refused
    if (bytes.length <= most) return bytes;
    throw unusable(path, 'is too long');
  } finally {
    closeSync(file);
  }
}

/** Turns errors of the file system into ours. */
export function guarded<T>(path: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw unusable(path, `${what}: ${(error as Error).message}`, error);
  }
}

/** Lists a folder; nothing if there is none. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Tells which error of the file system this is, if any. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error
    ? (error as NodeJS.ErrnoException).code
    : undefined;
}

/** Lists the files of a folder that are named by a version. */
export function versionsIn(folder: string): readonly number[] {
  return namesIn(folder).flatMap((name) => parseVersion(name) ?? []);
}

/** Removes the files that are named by lower versions. */
export function removeBelow(folder: string, highest: number): void {
  for (const version of versionsIn(folder)) {
    if (version < highest) rmSync(join(folder, `${version}`), { force: true });
  }
}
