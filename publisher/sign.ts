import { equalBytes } from '../common/bytes.ts';
import { KeyError, StoreError } from '../common/errors.ts';
import { MAX_NOTE_LENGTH, MAX_SIGNATURES } from '../common/limits.ts';
import { formatNote, type Note, type NoteSignature } from '../common/note.ts';
import { type SignatureAlgorithm, verifierKeyFromSpki, verifyNote } from '../common/signature.ts';
import type { Statement } from '../common/statement.ts';
import type { SigningKey } from './signing-key.ts';
import {
  changeTarget,
  checkUnlocked,
  readTarget,
  type StatementChoice,
} from './statement-target.ts';

/** Which statement is signed, and under which name. */
export interface SignOptions extends StatementChoice {
  /** Name of the key in the signature line; the statement's origin unless given. */
  readonly keyName?: string;
  /** Gives up; nothing is signed. */
  readonly signal?: AbortSignal;
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
 * @throws {KeyError} `ERR_KEY` if the key or its name can not be used, or what the key produced has
 *   not the form of its signatures.
 * @throws {IntegrityError} `ERR_SIGNATURE` if what the key produced does not verify.
 */
export async function signText(
  text: Uint8Array,
  key: SigningKey,
  name: string,
  signal?: AbortSignal,
): Promise<NoteSignature> {
  const verifier = verifierKeyFromSpki(name, key.publicKey);
  const { keyId, algorithm } = verifier;
  const signature = { name, keyId, signature: await key.sign(text, signal) };
  checkForm(algorithm, signature.signature);
  verifyNote({ text, signatures: [signature] }, [verifier], 1);
  return signature;
}

/** Tells those who signed in another format from those who signed something else. */
function checkForm(algorithm: SignatureAlgorithm, signature: Uint8Array): void {
  const { length } = signature;
  const found = `what should be a signature has ${length} bytes`;
  if (algorithm === 'ed25519') {
    if (length !== 64) throw new KeyError('ERR_KEY', `${found}, want 64, raw`);
  } else if (signature[0] !== 0x30 || signature[1] !== length - 2) {
    throw new KeyError('ERR_KEY', `${found} that are not ECDSA P-256 in DER`);
  }
}

/**
 * Adds a signature to a note, or replaces the one by the same key.
 *
 * @throws {StoreError} `ERR_STORE` if the note has as many as it may have.
 */
export function addSignature(note: Note, added: NoteSignature): Note {
  const signatures = hasSigner(note, added)
    ? note.signatures.map((old) => (isSameSigner(old, added) ? added : old))
    : [...note.signatures, added];
  const signed = { text: note.text, signatures };
  if (signatures.length > MAX_SIGNATURES || formatNote(signed).length > MAX_NOTE_LENGTH) {
    const what = `statement has ${note.signatures.length} signatures and no room for another`;
    throw new StoreError('ERR_STORE', what);
  }
  return signed;
}

/** Tells whether a note has a line by a key, whatever it is worth. */
export function hasSigner(note: Note, key: KeyLabel): boolean {
  return note.signatures.some((signature) => isSameSigner(signature, key));
}

/** What a line says of its key. */
type KeyLabel = Pick<NoteSignature, 'name' | 'keyId'>;

function isSameSigner(one: KeyLabel, other: KeyLabel): boolean {
  return one.name === other.name && equalBytes(one.keyId, other.keyId);
}

/**
 * Signs a statement and adds the signature to it; its text stays the same.
 *
 * The store is not locked while the key signs, which may take as long as a person needs to touch a
 * token; several signers may be at it.
 *
 * @param target - A store, or a file that holds a statement, signed or not.
 * @throws {StoreError} `ERR_STORE` if there is no such statement, it can not be replaced, or another
 *   text is there by now, `ERR_STORE_LOCKED` if another process changes the store.
 * @throws {KeyError} `ERR_KEY`, {IntegrityError} `ERR_SIGNATURE` as `signText`.
 */
export async function sign(
  target: string,
  key: SigningKey,
  options: SignOptions = {},
): Promise<SignResult> {
  const found = readTarget(target, options);
  const { statement, note } = found;
  checkUnlocked(target);
  const name = options.keyName ?? statement.origin;
  const signature = await signText(note.text, key, name, options.signal);
  const signed = changeTarget(target, found, (now) => addSignature(now, signature));
  return { statement, note: signed, signature };
}

/**
 * Reads the bytes that are to be signed: the text of a statement, without its signatures.
 *
 * @param target - A store, or a file that holds a statement, signed or not.
 * @throws {StoreError} `ERR_STORE` if there is no such statement.
 */
export function strip(target: string, options: StatementChoice = {}): Uint8Array {
  return readTarget(target, options).note.text;
}
