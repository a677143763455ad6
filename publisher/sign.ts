import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { equalBytes } from '../common/bytes.ts';
import { StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { MAX_NOTE_LENGTH, MAX_SIGNATURES } from '../common/limits.ts';
import { formatNote, type Note, type NoteSignature, parseNoteOrText } from '../common/note.ts';
import { verifierKeyFromSpki, verifyNote } from '../common/signature.ts';
import { parseStatement, type Statement } from '../common/statement.ts';
import { syncFolder, writeNewFile } from './durable.ts';
import type { SigningKey } from './signing-key.ts';
import {
  newestVersion,
  readStatement,
  replaceStatement,
  type StoredStatement,
} from './statement-series.ts';
import { checkStore } from './store-folder.ts';
import { StoreLock } from './store-lock.ts';
import { systemReason } from './system-error.ts';

export interface StatementChoice {
  /** For a store: the version to take instead of the newest. */
  readonly version?: number;
}

export interface SignOptions extends StatementChoice {
  /** Name of the key in the signature line; the statement's origin unless given. */
  readonly keyName?: string;
}

/** What `sign` did. */
export interface SignResult {
  readonly statement: Statement;
  readonly note: Note;
  readonly signature: NoteSignature;
}

/**
 * Signs the text of a statement.
 *
 * @returns A signature that has been verified.
 * @throws {KeyError} `ERR_KEY` if the key or its name can not be used.
 * @throws {IntegrityError} `ERR_SIGNATURE` if what the key produced does not verify.
 */
export function signText(text: Uint8Array, key: SigningKey, name: string): NoteSignature {
  const { keyId, ...verifier } = verifierKeyFromSpki(name, key.publicKey);
  const signature = { name, keyId, signature: key.sign(text) };
  verifyNote({ text, signatures: [signature] }, [{ keyId, ...verifier }], 1);
  return signature;
}

/**
 * Adds a signature to a note, or replaces the one by the same key.
 *
 * @throws {StoreError} `ERR_STORE` if the note has as many as it may have.
 */
export function addSignature(note: Note, added: NoteSignature): Note {
  const isSame = ({ name, keyId }: NoteSignature) =>
    name === added.name && equalBytes(keyId, added.keyId);
  const signatures = note.signatures.some(isSame)
    ? note.signatures.map((signature) => (isSame(signature) ? added : signature))
    : [...note.signatures, added];
  const signed = { text: note.text, signatures };
  if (signatures.length > MAX_SIGNATURES || formatNote(signed).length > MAX_NOTE_LENGTH) {
    const what = `statement has ${note.signatures.length} signatures and no room for another`;
    throw new StoreError('ERR_STORE', what);
  }
  return signed;
}

/**
 * Signs a statement and adds the signature to it; its text stays the same.
 *
 * @param target - A store, or a file that holds a statement, signed or not.
 * @throws {StoreError} `ERR_STORE` if there is no such statement or it can not be replaced,
 *   `ERR_STORE_LOCKED` if another process changes the store.
 * @throws {KeyError} `ERR_KEY`, {IntegrityError} `ERR_SIGNATURE` as `signText`.
 */
export function sign(target: string, key: SigningKey, options: SignOptions = {}): SignResult {
  return onStore(target, () =>
    statSync(target).isDirectory()
      ? signInStore(target, key, options)
      : signFile(realpathSync(target), key, options),
  );
}

/**
 * Reads the bytes that are to be signed: the text of a statement, without its signatures.
 *
 * @param target - A store, or a file that holds a statement, signed or not.
 * @throws {StoreError} `ERR_STORE` if there is no such statement.
 */
export function strip(target: string, options: StatementChoice = {}): Uint8Array {
  const { note } = onStore(target, () =>
    statSync(target).isDirectory() ? readChosen(target, options) : readFile(target),
  );
  return note.text;
}

function signInStore(store: string, key: SigningKey, options: SignOptions): SignResult {
  checkStore(store);
  const lock = new StoreLock(store);
  try {
    const result = signStatement(readChosen(store, options), key, options);
    replaceStatement(store, result.statement.version, result.note);
    return result;
  } finally {
    lock.release();
  }
}

function signFile(path: string, key: SigningKey, options: SignOptions): SignResult {
  const result = signStatement(readFile(path), key, options);
  const temporary = `${path}.tmp-${randomBytes(8).toString('hex')}`;
  try {
    writeNewFile(temporary, formatNote(result.note));
    chmodSync(temporary, statSync(path).mode % 0o1000);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolder(dirname(path));
  return result;
}

function signStatement(
  { note, statement }: StoredStatement,
  key: SigningKey,
  options: SignOptions,
): SignResult {
  const signature = signText(note.text, key, options.keyName ?? statement.origin);
  return { statement, note: addSignature(note, signature), signature };
}

function readChosen(store: string, { version }: StatementChoice): StoredStatement {
  checkStore(store);
  const chosen = version ?? newestVersion(store);
  if (chosen === 0) throw new StoreError('ERR_STORE', `${quote(store)} has no statement yet`);
  return readStatement(store, chosen);
}

function readFile(path: string): StoredStatement {
  const note = parseNoteOrText(readFileSync(path));
  return { note, statement: parseStatement(note.text) };
}

function onStore<T>(target: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new StoreError('ERR_STORE', `${quote(target)}: ${systemReason(cause)}`, { cause });
  }
}
