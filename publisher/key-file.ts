import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { closeSync, fchmodSync, fsyncSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { KeyError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import {
  type SignatureAlgorithm,
  type VerifierKey,
  verifierKeyFromSpki,
} from '../common/signature.ts';
import { errnoOf, systemReason } from './system-error.ts';

/** What kind of key is made, and its name. */
export interface GenerateKeyOptions {
  /** Name of the key in signature lines; usually the origin it will sign for. */
  readonly name: string;
  /** `ed25519` unless given. */
  readonly algorithm?: SignatureAlgorithm;
}

const PRIVATE_MODE = 0o600;
const PUBLIC_MODE = 0o644;

/** Returns where `generateKey` writes the public key that belongs to a private key's file. */
export function publicKeyPath(path: string): string {
  return `${path}.pub`;
}

/**
 * Generates a key pair and writes it to two new PEM files.
 *
 * The private key goes to `path` (PKCS#8, mode 0600), the public key to `path` with `.pub` added
 * (SPKI, mode 0644), whatever the umask is.
 *
 * @returns The verifier key, which readers are to be given.
 * @throws {KeyError} `ERR_KEY` if one of the files exists or can not be written, or the name can not
 *   name a key.
 */
export function generateKey(path: string, options: GenerateKeyOptions): VerifierKey {
  const { publicKey, privateKey } =
    options.algorithm === 'ecdsa-p256'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : generateKeyPairSync('ed25519');
  const key = verifierKeyFromSpki(options.name, spkiOf(publicKey));
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' });
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeNew(path, privatePem, PRIVATE_MODE);
  try {
    writeNew(publicKeyPath(path), publicPem, PUBLIC_MODE);
  } catch (error) {
    rmSync(path, { force: true }); // ours: it was created a moment ago
    throw error;
  }
  return key;
}

/** Returns a public key as SPKI in DER; an elliptic curve's point is always uncompressed. */
export function spkiOf(publicKey: KeyObject): Uint8Array {
  return new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
}

function writeNew(path: string, text: string | Uint8Array, mode: number): void {
  try {
    const file = openSync(path, 'wx', mode);
    try {
      fchmodSync(file, mode);
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const why =
      errnoOf(cause) === 'EEXIST'
        ? 'exists, and a key is never overwritten'
        : `can not be written: ${systemReason(cause)}`;
    throw new KeyError('ERR_KEY', `${quote(path)} ${why}`, { cause });
  }
}
