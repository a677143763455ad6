import { concat, equalBytes, toHex, utf8 } from '../../common/bytes.ts';
import { digest } from '../../common/hash.ts';
import { MAX_NOTE_LENGTH } from '../../common/limits.ts';
import { parseNote } from '../../common/note.ts';
import { parseStatement, textHash } from '../../common/statement.ts';
import type { RememberedVersion } from '../version-memory.ts';
import { unusable } from './durable-folder.ts';
import { readStateFile } from './state-files.ts';

/** Hash of the note in hexadecimal, and LF. */
const CHECKSUM_LENGTH = 65;

/**
 * Encodes a note for a file: its SHA-256 in hexadecimal on a line, then the note.
 *
 * The hash tells a damaged file from a publisher who has signed another text.
 */
export function encodeVersion(note: Uint8Array): Uint8Array {
  return concat(utf8(`${toHex(digest(note))}\n`), note);
}

/**
 * Reads what was stored of a version.
 *
 * @returns `undefined` if there is no such file.
 * @throws {PolicyError} `ERR_STATE` if it can not be read, or is not what was stored there.
 */
export function readVersion(
  path: string,
  origin: string,
  version: number,
): RememberedVersion | undefined {
  const bytes = readStateFile(path, CHECKSUM_LENGTH + MAX_NOTE_LENGTH);
  if (bytes === undefined) return undefined;
  const note = bytes.slice(CHECKSUM_LENGTH);
  if (!equalBytes(encodeVersion(note), bytes)) throw unusable(path, 'is damaged');
  try {
    const { text } = parseNote(note);
    const statement = parseStatement(text);
    if (statement.origin === origin && statement.version === version) {
      return { version, textHash: textHash(text), note };
    }
  } catch (cause) {
    throw unusable(path, 'is damaged', cause);
  }
  throw unusable(path, 'is of another origin or version');
}
