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
