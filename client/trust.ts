import type { VerifierKey } from '../common/signature.ts';

/** Freshness rules that a reader may relax to a warning; all others always hold. */
export const AUDITABLE_RULES = [
  'expires',
  'not-yet-valid',
  'max-age',
  'min-version',
  'rollback',
  'previous',
] as const;

/** One of `AUDITABLE_RULES`. */
export type AuditableRule = (typeof AUDITABLE_RULES)[number];

/** Whom a reader believes about one origin, and how fresh it wants it. */
export interface Trust {
  /** The origin asked for. */
  readonly origin: string;
  readonly keys: readonly VerifierKey[];
  /** Keys, distinct as public keys, that must have signed; at least 1. */
  readonly threshold: number;
  /** What the reader calls this: a policy's file and rule, or its options. Printed with a refusal. */
  readonly rule?: string;
  /** How long after its `issued` a statement is good, in milliseconds. Default: for ever. */
  readonly maxAgeMs?: number;
  /** The lowest version that is good. Default 1. */
  readonly minVersion?: number;
  /** Raised by the reader to forget the versions it remembers. Default 0. */
  readonly series?: number;
  /** Object ids in hexadecimal that are never handed out. Default none. */
  readonly revokedObjects?: ReadonlySet<string>;
  /** Rules that are relaxed to a warning. Default none. */
  readonly audit?: ReadonlySet<AuditableRule>;
}

/**
 * Checks that a reader's rules make sense.
 *
 * @throws {TypeError} If there are no keys, or a number is out of its range.
 */
export function checkTrust(trust: Trust): void {
  const { keys, threshold, maxAgeMs = 0, minVersion = 1, series = 0 } = trust;
  if (keys.length === 0) throw new TypeError('no keys to verify statements with');
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > keys.length) {
    throw new TypeError(`threshold ${threshold} of ${keys.length} keys`);
  }
  if (!(maxAgeMs >= 0)) throw new TypeError(`maximum age of ${maxAgeMs} ms`);
  if (!Number.isSafeInteger(minVersion) || minVersion < 1) {
    throw new TypeError(`minimum version ${minVersion}`);
  }
  if (!Number.isSafeInteger(series) || series < 0) throw new TypeError(`series ${series}`);
}
