import { equalBytes, fromUtf8, toHex } from '../common/bytes.ts';
import { KeyError, StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import type { Note, NoteSignature } from '../common/note.ts';
import { type VerifierKey, verifyNote } from '../common/signature.ts';
import type { Statement } from '../common/statement.ts';
import { addSignature, hasSigner } from './sign.ts';
import { changeTarget, readTarget, type StatementChoice } from './statement-target.ts';

/** Whose signatures are taken, and of which version. */
export interface MergeOptions extends StatementChoice {
  /** The signers' keys; every line that is added is verified by one of them. */
  readonly keys: readonly VerifierKey[];
}

/** What `merge` did. */
export interface MergeResult {
  readonly statement: Statement;
  readonly note: Note;
  /** The lines that are new, in the order of the notes. */
  readonly added: readonly NoteSignature[];
}

/**
 * Adds to a statement what others have signed of the same text elsewhere.
 *
 * All lines are added, after those that are there and in the order of the notes, or none. A key that
 * has a line keeps it.
 *
 * @param target - A store, or a file that holds a statement.
 * @param others - Stores, of which the same version is taken, or files that hold a statement.
 * @throws {StoreError} `ERR_STORE` if one of them has another text or no signature, the target has no
 *   room for them, or as `sign`.
 * @throws {KeyError} `ERR_KEY` if the key of a line is not among the keys.
 * @throws {IntegrityError} `ERR_SIGNATURE` if a line does not verify.
 */
export function merge(
  target: string,
  others: readonly string[],
  options: MergeOptions,
): MergeResult {
  const found = readTarget(target, options);
  const { statement, note } = found;
  const lines = others.flatMap((other) => signaturesIn(other, statement.version, note.text));
  for (const line of lines) {
    if (!hasSigner(note, line)) verifyLine(note.text, line, options.keys);
  }
  let added: readonly NoteSignature[] = [];
  const merged = changeTarget(target, found, (now) => {
    const result = lines.reduce(
      (all, line) => (hasSigner(all, line) ? all : addSignature(all, line)),
      now,
    );
    added = result.signatures.slice(now.signatures.length);
    return result;
  });
  return { statement, note: merged, added };
}

function signaturesIn(path: string, version: number, text: Uint8Array): readonly NoteSignature[] {
  const { note } = readTarget(path, { version });
  if (!equalBytes(note.text, text)) {
    throw new StoreError(
      'ERR_STORE',
      `${quote(path)} has another text: ${difference(note.text, text)}`,
    );
  }
  if (note.signatures.length > 0) return note.signatures;
  throw new StoreError('ERR_STORE', `${quote(path)} has no signature`);
}

function verifyLine(text: Uint8Array, line: NoteSignature, keys: readonly VerifierKey[]): void {
  const isBy = (key: VerifierKey) => key.name === line.name && equalBytes(key.keyId, line.keyId);
  const key = keys.find(isBy);
  if (key === undefined) {
    const who = `${line.name}+${toHex(line.keyId)}`;
    throw new KeyError(
      'ERR_KEY',
      `signature by ${quote(who)} can not be verified: no key is given`,
    );
  }
  verifyNote({ text, signatures: [line] }, [key], 1);
}

/** Quotes the first line in which two texts differ. */
function difference(found: Uint8Array, want: Uint8Array): string {
  const lines = (fromUtf8(found) ?? '').split('\n');
  const wanted = (fromUtf8(want) ?? '').split('\n');
  const at = lines.findIndex((line, i) => line !== wanted[i]);
  return `${quote(lines[at] ?? '')}, want ${quote(wanted[at] ?? '')}`;
}
