import type { FreshnessError } from '../common/errors.ts';
import type { Statement } from '../common/statement.ts';

/**
 * What was found when a statement was accepted; a refusal is an error instead.
 *
 * @see SPEC.md, "Verdict"
 */
export interface Verdict {
  readonly statement: Statement;
  /** Names of the trusted keys whose signatures verified, each once. */
  readonly signers: readonly string[];
  /** What the reader calls the rule that decided, `Trust.rule`. */
  readonly rule?: string;
  /** Nothing was remembered: an older version than one read elsewhere would not be noticed. */
  readonly firstContact: boolean;
  /** The statement expires, or the reader sets a maximum age: it is known to be recent. */
  readonly freshnessAsserted: boolean;
  /** What the reader's `Trust.audit` made a warning of; at most one of each code. */
  readonly relaxed: readonly FreshnessError[];
}

/** Adds findings to a verdict that does not have their codes yet. */
export function withRelaxed(verdict: Verdict, found: readonly FreshnessError[]): Verdict {
  const known = new Set(verdict.relaxed.map(({ code }) => code));
  const more = found.filter(({ code }) => !known.has(code));
  return more.length === 0 ? verdict : { ...verdict, relaxed: [...verdict.relaxed, ...more] };
}
