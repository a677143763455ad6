import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_NOTE_LENGTH } from '../common/limits.ts';
import { type Note, parseNoteOrText } from '../common/note.ts';
import { parseStatement, parseVersion, type Statement } from '../common/statement.ts';
import { STATEMENTS } from '../common/store/layout.ts';
import { readSmallFile } from './small-file.ts';

/** Lists the versions that have a statement, newest first. */
export function listVersions(path: string): number[] {
  return readdirSync(join(path, STATEMENTS))
    .map(parseVersion)
    .filter((version) => version !== undefined)
    .sort((a, b) => b - a);
}

/** A statement of a store, with its signatures; nothing about them is verified. */
export interface StoredStatement {
  /** The note, or the bare text, as it is stored. */
  readonly bytes: Uint8Array;
  readonly note: Note;
  readonly statement: Statement;
}

/**
 * Reads a version's statement from a store.
 *
 * @returns `undefined` if there is none.
 * @throws {IntegrityError} `ERR_NOTE` or `ERR_STATEMENT` if it is no statement.
 * @throws {StoreError} `ERR_STORE_DAMAGED` if it is longer than any statement.
 */
export function readStatement(path: string, version: number): StoredStatement | undefined {
  const file = join(path, STATEMENTS, String(version));
  if (!existsSync(file)) return undefined;
  const bytes = readSmallFile(file, MAX_NOTE_LENGTH);
  const note = parseNoteOrText(bytes);
  return { bytes, note, statement: parseStatement(note.text) };
}
