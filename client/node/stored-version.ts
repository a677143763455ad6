import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { concat, equalBytes, toHex, utf8 } from '../../common/bytes.ts';
import { digest } from '../../common/hash.ts';
import { MAX_NOTE_LENGTH } from '../../common/limits.ts';
import { parseNote } from '../../common/note.ts';
import { parseStatement, textHash } from '../../common/statement.ts';
import type { RememberedVersion } from '../version-memory.ts';
import { unusable } from './durable-folder.ts';

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
  const bytes = readBounded(path);
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

/** Reads a file that holds at most one note; `undefined` if there is none. */
function readBounded(path: string): Uint8Array | undefined {
  const buffer = new Uint8Array(CHECKSUM_LENGTH + MAX_NOTE_LENGTH + 1); // one more, which is refused
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
    const length = readSync(file, buffer);
    if (length < buffer.length) return buffer.slice(0, length);
    throw unusable(path, 'is too long');
  } finally {
    closeSync(file);
  }
}
