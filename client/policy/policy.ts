import type { VerifierKey } from '../../common/signature.ts';
import type { Anchor } from '../describe.ts';
import type { AuditableRule } from '../trust.ts';

/**
 * Where a rule takes a key from: the policy itself, or a file beside it.
 *
 * Without a name, the key is called as the origin asked for.
 */
export type KeySource =
  | { readonly type: 'key'; readonly key: VerifierKey }
  | { readonly type: 'file'; readonly file: string; readonly name?: string }
  | {
      readonly type: 'certificate';
      readonly file: string;
      /** SHA-256 of the certificate's DER, lower-case hexadecimal. */
      readonly sha256: string;
      readonly name?: string;
    };

/** What a policy says of the origins that a pattern matches. */
export interface Rule {
  /** An origin, or one that ends in the wildcard `*`. */
  readonly match: string;
  /** Where it stands in the file, from 1; `undefined` if that can not be told. */
  readonly line?: number;
  /** None in a rule that only pins. */
  readonly keys: readonly KeySource[];
  readonly threshold: number;
  readonly maxAgeMs?: number;
  readonly minVersion?: number;
  readonly series?: number;
  readonly audit: ReadonlySet<AuditableRule>;
  /** Files that need no signature, by plain path; the empty path is a single sealed file. */
  readonly pins: ReadonlyMap<string, Anchor>;
}

/** How a policy names a key that it revokes, whatever the key is called. */
export type RevokedKey =
  | { readonly type: 'key'; readonly key: VerifierKey }
  /** SHA-256 of the key's SPKI, or of a certificate that holds it; lower-case hexadecimal. */
  | { readonly type: 'sha256'; readonly sha256: string }
  /** 8 hexadecimal digits, as in a verifier key. */
  | { readonly type: 'key-id'; readonly keyId: string };

/**
 * A reader's trust policy.
 *
 * @see SPEC.md, "Trust policy file"
 */
export interface TrustPolicy {
  /** What the policy is called in messages: its file. */
  readonly file: string;
  /** Only grows from one file to the one that replaces it; 0 if the policy does not say. */
  readonly version: number;
  readonly rules: readonly Rule[];
  readonly revokedKeys: readonly RevokedKey[];
  /** Object ids, lower-case hexadecimal. */
  readonly revokedObjects: ReadonlySet<string>;
}
