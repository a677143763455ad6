import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { getSystemErrorMap } from 'node:util';
import { KeyError } from '../../common/errors.ts';
import { quote } from '../../common/escape.ts';
import { parseVerifierKey, type VerifierKey, verifierKeyFromSpki } from '../../common/signature.ts';
import type { GivenKey } from '../policy/index.ts';
import { readBounded } from './read-bounded.ts';

/** More than any key or certificate has. */
const MAX_KEY_FILE_LENGTH = 65_536;
const VERIFIER_KEY = /^[^+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]+=*$/;
const PEM = /-----BEGIN ([A-Z0-9 ]+)-----/;

/**
 * Makes one of a reader's keys from what a command line says.
 *
 * @param value - A verifier key, or the path of a file: an SPKI or a certificate in PEM, whose key
 *   alone is used, or a verifier key on its first line.
 * @param pemName - Name of a key that comes without one.
 * @throws {KeyError} `ERR_KEY` if that is no usable public key.
 */
export function readReaderKey(value: string, pemName: string): VerifierKey {
  return readGivenKey(value, pemName).key;
}

/**
 * As `readReaderKey`, with the fingerprint of the certificate, if that is what the file holds.
 *
 * @throws As `readReaderKey`.
 */
export function readGivenKey(value: string, pemName: string): GivenKey {
  if (VERIFIER_KEY.test(value)) return { key: parseVerifierKey(value) };
  const text = readText(value);
  const label = PEM.exec(text)?.[1];
  if (label !== undefined) {
    const key = verifierKeyFromSpki(pemName, spkiOf(publicKey(text, label, value)));
    if (label !== 'CERTIFICATE') return { key };
    return { key, certificate: certificateFingerprint(text, value) };
  }
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  if (VERIFIER_KEY.test(line)) return { key: parseVerifierKey(line) };
  throw new KeyError('ERR_KEY', `${quote(value)} holds neither PEM nor a verifier key`);
}

/**
 * Reads the key of a certificate that is known by its fingerprint.
 *
 * The certificate is a container: neither its issuer nor its validity dates are looked at.
 *
 * @param sha256 - SHA-256 of the certificate's DER, lower-case hexadecimal.
 * @throws {KeyError} `ERR_KEY` if the file holds no certificate, or another one.
 */
export function readCertificateKey(path: string, sha256: string, name: string): VerifierKey {
  const text = readText(path);
  const found = certificateFingerprint(text, path);
  if (found !== sha256) {
    throw new KeyError('ERR_KEY', `${quote(path)} has the fingerprint ${found}, want ${sha256}`);
  }
  return verifierKeyFromSpki(name, spkiOf(publicKey(text, 'CERTIFICATE', path)));
}

function certificateFingerprint(pem: string, path: string): string {
  try {
    return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
  } catch (cause) {
    throw new KeyError('ERR_KEY', `${quote(path)} holds no certificate in PEM`, { cause });
  }
}

function readText(path: string): string {
  try {
    return Buffer.from(readBounded(path, MAX_KEY_FILE_LENGTH)).toString('utf8');
  } catch (cause) {
    const what = `${quote(path)} is no verifier key, and no file: ${systemReason(cause)}`;
    throw new KeyError('ERR_KEY', what, { cause });
  }
}

/** Says why a file can not be read, in the system's words and without its path. */
function systemReason(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : 0;
  return getSystemErrorMap().get(errno)?.[1] ?? String(error);
}

function publicKey(pem: string, label: string, path: string): KeyObject {
  if (label.includes('PRIVATE')) {
    const what = `${quote(path)} holds a private key: readers are given the public one`;
    throw new KeyError('ERR_KEY', what);
  }
  try {
    const key = label === 'CERTIFICATE' ? new X509Certificate(pem).publicKey : createPublicKey(pem);
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
    if (type === 'ed25519' || details?.namedCurve === 'prime256v1') return key;
  } catch (cause) {
    throw new KeyError('ERR_KEY', `${quote(path)} holds no public key in PEM`, { cause });
  }
  throw new KeyError('ERR_KEY', `${quote(path)} holds neither an Ed25519 nor a P-256 key`);
}

/** Returns SPKI in DER; through JWK, which spells out points that a PEM file compresses. */
function spkiOf(key: KeyObject): Uint8Array {
  const plain = createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
  return new Uint8Array(plain.export({ type: 'spki', format: 'der' }));
}
