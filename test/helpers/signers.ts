import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { utf8 } from '../../common/bytes.ts';
import type { Note, NoteSignature } from '../../common/note.ts';
import { type VerifierKey, verifierKeyFromSpki } from '../../common/signature.ts';

/** What the signers of tests sign. */
export const TEXT = utf8('pageseal.v1/statement\norigin lab.example\n');

/** A key of node:crypto, and the verifier key of its public half. */
export interface Signer {
  readonly key: VerifierKey;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** SPKI in DER. */
export const spkiOf = (key: KeyObject) =>
  new Uint8Array(key.export({ format: 'der', type: 'spki' }));

/** Generates a key. */
export function signer(algorithm: 'ed25519' | 'ecdsa-p256', name = 'lab.example'): Signer {
  const { privateKey, publicKey } =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { key: verifierKeyFromSpki(name, spkiOf(publicKey)), privateKey, publicKey };
}

/** Signs as the key's algorithm does; Ed25519: 64 bytes, ECDSA: DER. */
export function signText({ key, privateKey }: Signer, text = TEXT): Uint8Array {
  const hash = key.algorithm === 'ed25519' ? null : 'sha256';
  return new Uint8Array(sign(hash, text, privateKey));
}

/** A signature line. */
export const line = ({ name, keyId }: VerifierKey, signature: Uint8Array): NoteSignature => ({
  name,
  keyId,
  signature,
});
/** The note of `TEXT` and some signature lines. */
export const noteOf = (...signatures: NoteSignature[]): Note => ({ text: TEXT, signatures });
/** The note of `TEXT` and an honest line of each signer. */
export const signedBy = (...signers: Signer[]): Note =>
  noteOf(...signers.map((one) => line(one.key, signText(one))));
