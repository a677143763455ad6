import { randomBytes } from 'node:crypto';
import { chmodSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { equalBytes } from '../common/bytes.ts';
import { IntegrityError, StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { MAX_NOTE_LENGTH } from '../common/limits.ts';
import { formatNote, type Note, parseNoteOrText } from '../common/note.ts';
import { parseStatement } from '../common/statement.ts';
import { syncFolder, writeNewFile } from './durable.ts';
import { readBounded } from './read-bounded.ts';
import {
  newestVersion,
  readStatement,
  replaceStatement,
  type StoredStatement,
} from './statement-series.ts';
import { checkStore } from './store-folder.ts';
import { StoreLock } from './store-lock.ts';
import { isSystemError, systemReason } from './system-error.ts';

/** Which statement of a store is meant. */
export interface StatementChoice {
  /** For a store: the version to take instead of the newest. */
  readonly version?: number;
}

/**
 * Reads the statement of a store, or one that a file holds, signed or not.
 *
 * @throws {StoreError} `ERR_STORE` if there is no such statement.
 * @throws {IntegrityError} `ERR_NOTE`, `ERR_STATEMENT` if the file holds something else.
 */
export function readTarget(target: string, { version }: StatementChoice): StoredStatement {
  return onTarget(target, () => {
    if (!statSync(target).isDirectory()) return readFile(target);
    checkStore(target);
    const chosen = version ?? newestVersion(target);
    if (chosen === 0) throw new StoreError('ERR_STORE', `${quote(target)} has no statement yet`);
    return readStatement(target, chosen);
  });
}

/**
 * Checks that a statement could be changed now, before somebody signs for it in vain.
 *
 * @throws {StoreError} `ERR_STORE_LOCKED` if another process changes the store.
 */
export function checkUnlocked(target: string): void {
  onTarget(target, () => {
    if (statSync(target).isDirectory()) new StoreLock(target).release();
  });
}

/**
 * Changes the signatures of a statement that `readTarget` has found.
 *
 * @param change - Given the note as it is now; its text is the same.
 * @returns The new note.
 * @throws {StoreError} `ERR_STORE` if the text is another one by now, or the statement can not be
 *   replaced, `ERR_STORE_LOCKED` if another process changes the store.
 */
export function changeTarget(
  target: string,
  { statement: { version }, note: { text } }: StoredStatement,
  change: (note: Note) => Note,
): Note {
  const changed = ({ note: now }: StoredStatement) => {
    if (equalBytes(now.text, text)) return change(now);
    throw new StoreError('ERR_STORE', `the text in ${quote(target)} has changed meanwhile`);
  };
  return onTarget(target, () => {
    if (!statSync(target).isDirectory()) return replaceFile(realpathSync(target), changed);
    const lock = new StoreLock(target);
    try {
      const note = changed(readStatement(target, version));
      replaceStatement(target, version, note);
      return note;
    } finally {
      lock.release();
    }
  });
}

function replaceFile(path: string, changed: (now: StoredStatement) => Note): Note {
  const note = changed(readFile(path));
  const temporary = `${path}.tmp-${randomBytes(8).toString('hex')}`;
  try {
    writeNewFile(temporary, formatNote(note));
    chmodSync(temporary, statSync(path).mode % 0o1000);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(path));
  return note;
}

function readFile(path: string): StoredStatement {
  const bytes = readBounded(path, MAX_NOTE_LENGTH + 1);
  try {
    const note = parseNoteOrText(bytes);
    return { note, statement: parseStatement(note.text) };
  } catch (cause) {
    if (!(cause instanceof IntegrityError)) throw cause;
    throw new IntegrityError(cause.code, `${quote(path)}: ${cause.message}`, { cause });
  }
}

function onTarget<T>(target: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new StoreError('ERR_STORE', `${quote(target)}: ${systemReason(cause)}`, { cause });
  }
}
