import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Note, parseNoteOrText } from '../common/note.ts';
import { parseStatement, parseVersion, type Statement } from '../common/statement.ts';
import { STATEMENTS } from '../common/store/layout.ts';

/** Lists the versions that have a statement, newest first. */
export function listVersions(path: string): number[] {
  return readdirSync(join(path, STATEMENTS))
    .map(parseVersion)
    .filter((version) => version !== undefined)
    .sort((a, b) => b - a);
}

/**
 * Reads a version's statement from a store.
 *
 * @returns `undefined` if there is none.
 * @throws {IntegrityError} `ERR_NOTE` or `ERR_STATEMENT` if it is no statement.
 */
export function readStatement(
  path: string,
  version: number,
): { readonly note: Note; readonly statement: Statement } | undefined {
  if (!existsSync(statementPath(path, version))) return undefined;
  const note = parseNoteOrText(readNoteBytes(path, version));
  return { note, statement: parseStatement(note.text) };
}

/** Reads the bytes of a version's statement; it must exist. */
export function readNoteBytes(path: string, version: number): Uint8Array {
  return new Uint8Array(readFileSync(statementPath(path, version)));
}

function statementPath(path: string, version: number): string {
  return join(path, STATEMENTS, String(version));
}
