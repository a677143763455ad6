import { linkSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PagesealError, StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { MAX_NOTE_LENGTH } from '../common/limits.ts';
import { formatNote, type Note, parseNoteOrText } from '../common/note.ts';
import { parseStatement, type Statement } from '../common/statement.ts';
import { STATEMENTS } from '../common/store/layout.ts';
import { syncFolder, writeNewFile } from './durable.ts';
import { readBounded } from './read-bounded.ts';
import { numbersIn, temporaryPath } from './store-folder.ts';
import { errnoOf } from './system-error.ts';

/** A statement of a store, with its signatures; nothing about them is verified. */
export interface StoredStatement {
  readonly note: Note;
  readonly statement: Statement;
}

/** Lists the versions that have a statement, the newest first. */
export function statedVersions(store: string): readonly number[] {
  return [...numbersIn(join(store, STATEMENTS))].sort((a, b) => b - a);
}

/** Returns the number of a store's newest version; 0 if there is none. */
export function newestVersion(store: string): number {
  return statedVersions(store)[0] ?? 0;
}

/**
 * Reads the statement of a version.
 *
 * @throws {StoreError} `ERR_STORE` if there is none, `ERR_STORE_DAMAGED` if it is not what a
 *   publisher wrote.
 */
export function readStatement(store: string, version: number): StoredStatement {
  const path = pathOf(store, version);
  try {
    const note = parseNoteOrText(readBounded(path, MAX_NOTE_LENGTH + 1));
    const statement = parseStatement(note.text);
    if (statement.version !== version) throw damaged(path, `is of version ${statement.version}`);
    return { note, statement };
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') {
      throw new StoreError('ERR_STORE', `store has no version ${version}`, { cause });
    }
    if (!(cause instanceof PagesealError) || cause instanceof StoreError) throw cause;
    throw damaged(path, `is damaged: ${cause.message}`, cause);
  }
}

function damaged(path: string, what: string, cause?: unknown): StoreError {
  return new StoreError('ERR_STORE_DAMAGED', `${quote(path)} ${what}`, { cause });
}

/**
 * Adds a version to the series: it is there, complete and durable, or it is not.
 *
 * @throws {StoreError} `ERR_VERSION_EXISTS` if this version is there already.
 */
export function addStatement(store: string, version: number, note: Note): void {
  const path = pathOf(store, version);
  const temporary = writeTemporary(path, note);
  try {
    linkSync(temporary, path);
  } catch (cause) {
    if (errnoOf(cause) !== 'EEXIST') throw cause;
    throw new StoreError('ERR_VERSION_EXISTS', `store has a version ${version}`, { cause });
  } finally {
    syncFolder(join(store, STATEMENTS));
    rmSync(temporary, { force: true });
  }
}

/** Replaces the signatures of a version; the text must be the same. */
export function replaceStatement(store: string, version: number, note: Note): void {
  const path = pathOf(store, version);
  renameSync(writeTemporary(path, note), path);
  syncFolder(join(store, STATEMENTS));
}

function writeTemporary(path: string, note: Note): string {
  const temporary = temporaryPath(path);
  writeNewFile(temporary, formatNote(note));
  return temporary;
}

function pathOf(store: string, version: number): string {
  return join(store, STATEMENTS, `${version}`);
}
