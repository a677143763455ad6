import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { KeyError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { spkiOf } from './key-file.ts';
import { readBoundedFrom } from './read-bounded.ts';
import { systemReason } from './system-error.ts';

/** More than any key in PEM has. */
const MAX_PEM_LENGTH = 65_536;

/** What can sign a statement: a private key in memory, or a stand-in for one that is elsewhere. */
export interface SigningKey {
  /** SPKI in DER; an elliptic curve's point is uncompressed. */
  readonly publicKey: Uint8Array;
  /**
   * Signs the text of a statement. Ed25519: 64 bytes. ECDSA P-256 with SHA-256: DER.
   *
   * @param signal - Ends what takes its time.
   */
  sign(text: Uint8Array, signal?: AbortSignal): Uint8Array | Promise<Uint8Array>;
}

/** A signing key that was read from a file. */
export interface LoadedKey extends SigningKey {
  /** Whether every user of this machine can read the file. */
  readonly exposed: boolean;
}

/**
 * Reads a private key from a PEM file.
 *
 * @throws {KeyError} `ERR_KEY` if the file can not be read, or holds no unencrypted Ed25519 or ECDSA
 *   P-256 private key.
 */
export function loadSigningKey(path: string): LoadedKey {
  const { pem, exposed } = readPem(path);
  const key = parsePem(pem, path);
  const isEd25519 = key.asymmetricKeyType === 'ed25519';
  if (!isEd25519 && key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new KeyError('ERR_KEY', `${quote(path)} holds neither an Ed25519 nor a P-256 key`);
  }
  return {
    publicKey: spkiOf(publicKeyOf(key)),
    exposed,
    sign: (text) =>
      new Uint8Array(
        isEd25519 ? sign(null, text, key) : sign('sha256', text, { key, dsaEncoding: 'der' }),
      ),
  };
}

/**
 * Reads a public key from an SPKI PEM file; SPKI in DER.
 *
 * @throws {KeyError} `ERR_KEY` if the file can not be read or holds no public key.
 */
export function loadPublicKey(path: string): Uint8Array {
  const { pem } = readPem(path);
  try {
    return spkiOf(publicKeyOf(createPublicKey(pem)));
  } catch (cause) {
    throw new KeyError('ERR_KEY', `${quote(path)} holds no public key in PEM`, { cause });
  }
}

/** Returns a key's public half; through JWK, which spells out points that a PEM file compresses. */
function publicKeyOf(key: KeyObject): KeyObject {
  const { d: _private, ...jwk } = key.export({ format: 'jwk' });
  return createPublicKey({ key: jwk, format: 'jwk' });
}

function readPem(path: string): { readonly pem: string; readonly exposed: boolean } {
  try {
    const file = openSync(path, 'r');
    try {
      const exposed = (fstatSync(file).mode & 0o004) !== 0;
      const bytes = readBoundedFrom(file, MAX_PEM_LENGTH);
      return { pem: Buffer.from(bytes).toString('utf8'), exposed };
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const why = `can not be read: ${systemReason(cause)}`;
    throw new KeyError('ERR_KEY', `key file ${quote(path)} ${why}`, { cause });
  }
}

function parsePem(pem: string, path: string): KeyObject {
  if (pem.includes('ENCRYPTED')) {
    throw new KeyError('ERR_KEY', `private key ${quote(path)} is encrypted`);
  }
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new KeyError('ERR_KEY', `${quote(path)} holds no private key in PEM`, { cause });
  }
}
