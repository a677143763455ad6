import { equalBytes, toHex } from '../../common/bytes.ts';
import { digest } from '../../common/hash.ts';
import { spkiOfVerifierKey, type VerifierKey } from '../../common/signature.ts';
import type { KeySource, RevokedKey, Rule } from './policy.ts';

/** A source of a key that is a file. */
export type FileSource = Exclude<KeySource, { readonly type: 'key' }>;

/**
 * Loads a key from a file that a policy names.
 *
 * @param name - What the key is called.
 * @throws {KeyError} `ERR_KEY` if the file has no such key.
 */
export type LoadKey = (source: FileSource, name: string) => VerifierKey;

/** A key, and what it came in. */
export interface GivenKey {
  readonly key: VerifierKey;
  /** SHA-256 of the certificate's DER, lower-case hexadecimal: it revokes the key, too. */
  readonly certificate?: string | undefined;
}

/** A key of a rule. */
export interface RuleKey {
  readonly key: VerifierKey;
  readonly source: KeySource;
  /** Whether the policy revokes it: then it counts as unknown. */
  readonly revoked: boolean;
}

/**
 * Collects the keys of a rule.
 *
 * @param origin - The origin asked for, which names keys that have no name of their own.
 * @throws {KeyError} `ERR_KEY` if one can not be loaded.
 */
export function keysOf(
  { keys }: Rule,
  revokedKeys: readonly RevokedKey[],
  origin: string,
  load: LoadKey,
): readonly RuleKey[] {
  return keys.map((source) => {
    const key = source.type === 'key' ? source.key : load(source, source.name ?? origin);
    const certificate = source.type === 'certificate' ? source.sha256 : undefined;
    return { key, source, revoked: isRevoked({ key, certificate }, revokedKeys) };
  });
}

/**
 * Tells whether a key is revoked, under whatever name.
 *
 * @see SPEC.md, V29
 */
export function isRevoked(
  { key, certificate }: GivenKey,
  revokedKeys: readonly RevokedKey[],
): boolean {
  if (revokedKeys.length === 0) return false;
  const keyId = toHex(key.keyId);
  const fingerprints = [toHex(digest(spkiOfVerifierKey(key)))];
  if (certificate !== undefined) fingerprints.push(certificate);
  return revokedKeys.some(
    (revoked) =>
      (revoked.type === 'key' && equalBytes(revoked.key.publicKey, key.publicKey)) ||
      (revoked.type === 'sha256' && fingerprints.includes(revoked.sha256)) ||
      (revoked.type === 'key-id' && revoked.keyId === keyId),
  );
}
