import { dirname, resolve } from 'node:path';
import { fromUtf8 } from '../../../common/bytes.ts';
import { KeyError, PolicyError } from '../../../common/errors.ts';
import { quote } from '../../../common/escape.ts';
import {
  type LoadKey,
  MAX_POLICY_LENGTH,
  parsePolicy,
  type TrustPolicy,
} from '../../policy/index.ts';
import { readBounded } from '../read-bounded.ts';
import { readCertificateKey, readGivenKey } from '../reader-key.ts';

/**
 * Reads a trust policy.
 *
 * @throws {PolicyError} `ERR_POLICY` if the file can not be read, or is no policy.
 */
export function readPolicy(path: string): TrustPolicy {
  const text = readPolicyText(path);
  if (text === undefined) throw new PolicyError('ERR_POLICY', `there is no policy ${quote(path)}`);
  return parsePolicy(text, path);
}

/**
 * Reads the text of a trust policy.
 *
 * @returns The text; `undefined` if there is no such file.
 * @throws {PolicyError} `ERR_POLICY` if it can not be read, is too long, or is not UTF-8.
 */
export function readPolicyText(path: string): string | undefined {
  const bytes = readBytes(path);
  if (bytes === undefined) return undefined;
  if (bytes.length > MAX_POLICY_LENGTH) {
    throw new PolicyError('ERR_POLICY', `${path}: longer than ${MAX_POLICY_LENGTH} bytes`);
  }
  const text = fromUtf8(bytes);
  if (text === undefined) throw new PolicyError('ERR_POLICY', `${path}: not UTF-8`);
  return text;
}

function readBytes(path: string): Uint8Array | undefined {
  try {
    return readBounded(path, MAX_POLICY_LENGTH + 1);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new PolicyError('ERR_POLICY', `policy ${quote(path)} can not be read`, { cause });
  }
}

/**
 * Makes what loads the keys of a policy from files, whose names are relative to the policy's own.
 *
 * @param policy - Path of the policy.
 */
export function policyKeys(policy: string): LoadKey {
  const folder = dirname(resolve(policy));
  return (source, name) => {
    const path = resolve(folder, source.file);
    if (source.type === 'certificate') return readCertificateKey(path, source.sha256, name);
    const { key, certificate } = readGivenKey(path, name);
    if (certificate === undefined) return key;
    const want = `want { certificate = "...", sha256 = "${certificate}" }`;
    throw new KeyError('ERR_KEY', `${quote(path)} holds a certificate, ${want}`);
  };
}
