import { concat, fromBase64, fromUtf8, toBase64, utf8 } from './bytes.ts';
import { IntegrityError } from './errors.ts';
import { MAX_KEY_NAME_LENGTH, MAX_NOTE_LENGTH, MAX_SIGNATURES } from './limits.ts';

/** One signature line of a note; nothing about it is verified. */
export interface NoteSignature {
  /** Name of the key that is said to have signed. */
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  /** At least 1 byte. */
  readonly signature: Uint8Array;
}

/**
 * A signed note, parsed.
 *
 * @see SPEC.md, "Statement"; C2SP signed-note
 */
export interface Note {
  /** The bytes that are signed, with the last LF. */
  readonly text: Uint8Array;
  /** None in a statement that awaits its signatures. */
  readonly signatures: readonly NoteSignature[];
}

const KEY_ID_LENGTH = 4;
const LINE_START = '\u2014 ';

/** Tells whether a text can name a key. */
export function isKeyName(name: string): boolean {
  const length = utf8(name).length;
  return length >= 1 && length <= MAX_KEY_NAME_LENGTH && !/[\p{White_Space}+\p{Cc}]/u.test(name);
}

/**
 * Parses a signed note.
 *
 * @param bytes - Attacker-controlled; not retained.
 * @throws {IntegrityError} `ERR_NOTE` if the bytes are no signed note.
 * @see SPEC.md, V1
 */
export function parseNote(bytes: Uint8Array): Note {
  const all = decodeNote(bytes);
  const split = all.lastIndexOf('\n\n');
  if (split < 0) throw malformed('has no text above an empty line');
  return { text: utf8(all.slice(0, split + 1)), signatures: parseLines(all.slice(split + 2)) };
}

/**
 * Parses the signature lines of a note that stand apart from its text.
 *
 * @param bytes - Attacker-controlled; not retained.
 * @throws {IntegrityError} `ERR_NOTE` if the bytes are not 1 to `MAX_SIGNATURES` signature lines.
 * @see SPEC.md, "Digest lists"
 */
export function parseSignatureLines(bytes: Uint8Array): readonly NoteSignature[] {
  return parseLines(decodeNote(bytes));
}

function parseLines(text: string): readonly NoteSignature[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw malformed('does not end in LF');
  if (lines.length < 1 || lines.length > MAX_SIGNATURES) {
    throw malformed(`has ${lines.length} signature lines, want 1 to ${MAX_SIGNATURES}`);
  }
  return lines.map(parseLine);
}

/**
 * Parses a signed note, or the bare text of a statement that has no signatures yet.
 *
 * For the publisher's own files; what comes from a server goes through `parseNote`.
 *
 * @throws {IntegrityError} `ERR_NOTE` if the bytes are neither.
 */
export function parseNoteOrText(bytes: Uint8Array): Note {
  const all = decodeNote(bytes);
  if (all.includes('\n\n')) return parseNote(bytes);
  if (!all.endsWith('\n')) throw malformed('does not end in LF');
  return { text: utf8(all), signatures: [] };
}

function decodeNote(bytes: Uint8Array): string {
  if (bytes.length > MAX_NOTE_LENGTH) throw malformed(`is ${bytes.length} bytes long`);
  const all = fromUtf8(bytes);
  if (all === undefined) throw malformed('is not UTF-8');
  if (/(?!\n)\p{Cc}/u.test(all)) throw malformed('holds control characters');
  return all;
}

function parseLine(line: string): NoteSignature {
  const [name = '', value = '', ...more] = line.slice(LINE_START.length).split(' ');
  const bytes = fromBase64(value);
  const wellFormed = line.startsWith(LINE_START) && isKeyName(name) && more.length === 0;
  if (!wellFormed || bytes === undefined || bytes.length <= KEY_ID_LENGTH) {
    throw malformed('has a malformed signature line');
  }
  return {
    name,
    keyId: bytes.slice(0, KEY_ID_LENGTH),
    signature: bytes.slice(KEY_ID_LENGTH),
  };
}

/** Writes a note; without signatures, the bare text. */
export function formatNote(note: Note): Uint8Array {
  if (note.signatures.length === 0) return note.text;
  return concat(note.text, utf8(`\n${formatSignatureLines(note.signatures)}`));
}

/** Writes the signature lines of a note. */
export function formatSignatureLines(signatures: readonly NoteSignature[]): string {
  const lines = signatures.map(
    ({ name, keyId, signature }) => `${LINE_START}${name} ${toBase64(concat(keyId, signature))}\n`,
  );
  return lines.join('');
}

function malformed(what: string): IntegrityError {
  return new IntegrityError('ERR_NOTE', `note ${what}`);
}
