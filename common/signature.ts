import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { concat, equalBytes, fromBase64, fromHex, toBase64, toHex, utf8 } from './bytes.ts';
import { IntegrityError, KeyError } from './errors.ts';
import { digest } from './hash.ts';
import { isKeyName, type Note } from './note.ts';

/** Kind of a key and of its signatures; note types 1 and 2. @see SPEC.md, "Signatures" */
export type SignatureAlgorithm = 'ed25519' | 'ecdsa-p256';

/**
 * A public key that a reader trusts, under the name that signature lines use.
 *
 * @see SPEC.md, "Signatures"
 */
export interface VerifierKey {
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** Ed25519: the 32 bytes of RFC 8032. ECDSA: 91 bytes of SPKI DER. */
  readonly publicKey: Uint8Array;
}

/** Note signature types, by algorithm. */
const TYPE_BYTES: Readonly<Record<SignatureAlgorithm, number>> = { ed25519: 1, 'ecdsa-p256': 2 };

/** DER ahead of the 32 bytes of an Ed25519 key in an SPKI (RFC 8410). */
const ED25519_SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0);
/** DER ahead of the 65 bytes of an uncompressed P-256 point in an SPKI (RFC 5480). */
const P256_SPKI = Uint8Array.from([
  0x30, 0x59, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce,
  0x3d, 3, 1, 7, 3, 0x42, 0,
]);

/**
 * Makes a verifier key.
 *
 * @throws {KeyError} `ERR_KEY` if the name can not stand in a signature line, or the key is not on
 *   its curve, outside the prime-order subgroup, or not canonically encoded.
 */
export function verifierKey(
  name: string,
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
): VerifierKey {
  if (!isKeyName(name)) throw new KeyError('ERR_KEY', 'key name is empty, too long, or has spaces');
  if (!isStrongKey(algorithm, publicKey)) {
    throw new KeyError('ERR_KEY', `key "${name}" is no acceptable ${algorithm} public key`);
  }
  const hashed =
    algorithm === 'ed25519' ? concat(utf8(`${name}\n`), Uint8Array.of(1), publicKey) : publicKey;
  return { name, keyId: digest(hashed).slice(0, 4), algorithm, publicKey };
}

function isStrongKey(algorithm: SignatureAlgorithm, publicKey: Uint8Array): boolean {
  try {
    if (algorithm === 'ed25519') {
      const point = ed25519.Point.fromBytes(publicKey, false);
      return publicKey.length === 32 && point.isTorsionFree() && !point.isSmallOrder();
    }
    const prefix = publicKey.subarray(0, P256_SPKI.length);
    p256.Point.fromBytes(publicKey.subarray(P256_SPKI.length)).assertValidity();
    return equalBytes(prefix, P256_SPKI) && publicKey.length === P256_SPKI.length + 65;
  } catch {
    return false;
  }
}

/**
 * Makes a verifier key of an SPKI in DER.
 *
 * @throws {KeyError} `ERR_KEY` if it is neither an Ed25519 nor an uncompressed P-256 key, or as
 *   `verifierKey`.
 */
export function verifierKeyFromSpki(name: string, spki: Uint8Array): VerifierKey {
  const prefix = spki.subarray(0, ED25519_SPKI.length);
  return equalBytes(prefix, ED25519_SPKI)
    ? verifierKey(name, 'ed25519', spki.slice(ED25519_SPKI.length))
    : verifierKey(name, 'ecdsa-p256', spki.slice());
}

/** Returns a key's SPKI in DER, from which its name is absent. */
export function spkiOfVerifierKey({ algorithm, publicKey }: VerifierKey): Uint8Array {
  return algorithm === 'ed25519' ? concat(ED25519_SPKI, publicKey) : publicKey;
}

/** Writes a verifier key as `name+id+key`. */
export function formatVerifierKey(key: VerifierKey): string {
  const typed = concat(Uint8Array.of(TYPE_BYTES[key.algorithm]), key.publicKey);
  return `${key.name}+${toHex(key.keyId)}+${toBase64(typed)}`;
}

/**
 * Parses a verifier key, `name+id+key`.
 *
 * @throws {KeyError} `ERR_KEY` if it is malformed, of an unknown type, or has another key's id.
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [name = '', idText = '', ...rest] = text.split('+');
  const id = fromHex(idText);
  const typed = fromBase64(rest.join('+')); // base64 itself uses `+`
  const algorithm = typed?.[0] === 1 ? 'ed25519' : typed?.[0] === 2 ? 'ecdsa-p256' : undefined;
  if (id?.length !== 4 || typed === undefined || algorithm === undefined) {
    throw new KeyError('ERR_KEY', 'verifier key is not of the form NAME+ID+KEY');
  }
  const key = verifierKey(name, algorithm, typed.slice(1));
  if (!equalBytes(key.keyId, id)) {
    throw new KeyError('ERR_KEY', `verifier key has id ${idText}, its key ${toHex(key.keyId)}`);
  }
  return key;
}

/**
 * Verifies one signature strictly; `false` for malformed ones, too.
 *
 * Ed25519 as RFC 8032 section 5.1.7 without cofactor: noble's equation has the cofactor, but for keys
 * and signature points of the prime-order subgroup, which is checked, the two are the same.
 * ECDSA as FIPS 186-5 with either half of `s`.
 *
 * @see SPEC.md, "Signatures"
 */
function verifySignature(key: VerifierKey, text: Uint8Array, signature: Uint8Array): boolean {
  try {
    if (key.algorithm === 'ed25519') {
      return (
        ed25519.verify(signature, text, key.publicKey, { zip215: false }) &&
        ed25519.Point.fromBytes(signature.subarray(0, 32), false).isTorsionFree()
      );
    }
    const point = key.publicKey.subarray(P256_SPKI.length);
    return p256.verify(signature, text, point, { format: 'der', lowS: false, prehash: true });
  } catch {
    return false;
  }
}

/**
 * Verifies a note's signatures.
 *
 * @param keys - The reader's keys. Lines of other keys are ignored.
 * @param threshold - How many of them must have signed; at least 1. The same public key under two
 *   names counts once.
 * @returns The text, now known to be signed.
 * @throws {RangeError} If the threshold is no number from 1 on.
 * @throws {IntegrityError} `ERR_SIGNATURE` if a line by one of the keys does not verify,
 *   `ERR_THRESHOLD` if too few keys have signed.
 * @see SPEC.md, V2 and V3
 */
export function verifyNote(
  note: Note,
  keys: readonly VerifierKey[],
  threshold: number,
): Uint8Array {
  verifySigners(note, keys, threshold);
  return note.text;
}

/**
 * As `verifyNote`, for those who want to know who has signed.
 *
 * @returns The keys that have signed, in the order of their lines, distinct as public keys.
 */
export function verifySigners(
  note: Note,
  keys: readonly VerifierKey[],
  threshold: number,
): readonly VerifierKey[] {
  // Below 1, or not a number, it would let a note pass that nobody has signed.
  if (!(threshold >= 1)) throw new RangeError(`threshold is ${threshold}, want at least 1`);
  const signers = new Map<string, VerifierKey>();
  for (const { name, keyId, signature } of note.signatures) {
    for (const key of keys) {
      if (key.name !== name || !equalBytes(key.keyId, keyId)) continue;
      if (!verifySignature(key, note.text, signature)) {
        throw new IntegrityError('ERR_SIGNATURE', `signature by "${name}" does not verify`);
      }
      const id = toHex(key.publicKey);
      if (!signers.has(id)) signers.set(id, key);
    }
  }
  if (signers.size < threshold) {
    const found = `statement is signed by ${signers.size} of the trusted keys`;
    throw new IntegrityError('ERR_THRESHOLD', `${found}, want ${threshold}`);
  }
  return [...signers.values()];
}
