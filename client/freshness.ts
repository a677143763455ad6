import { equalBytes, toHex } from '../common/bytes.ts';
import { FreshnessError } from '../common/errors.ts';
import { CLOCK_SKEW } from '../common/limits.ts';
import { formatTime, type Statement } from '../common/statement.ts';
import type { AuditableRule, Trust } from './trust.ts';
import type { RememberedVersion } from './version-memory.ts';

/** What one rule has against a statement, if anything. */
type Finding = readonly [rule: AuditableRule, error: FreshnessError | undefined];

/**
 * Checks a statement against the clock and the reader's bounds.
 *
 * @param now - Milliseconds since 1970.
 * @returns What is against it, but only audited.
 * @throws {FreshnessError} `ERR_EXPIRED`, `ERR_NOT_YET_VALID`, `ERR_TOO_OLD` or `ERR_MIN_VERSION`.
 * @see SPEC.md, V6 and V26 to V28
 */
export function checkFreshness(statement: Statement, trust: Trust, now: number): FreshnessError[] {
  return decide(trust, [
    ['expires', expired(statement, now)],
    ['not-yet-valid', notYetValid(statement, now)],
    ['max-age', tooOld(statement, trust, now)],
    ['min-version', belowMinimum(statement, trust)],
  ]);
}

/**
 * Checks again what time can change, when a path is opened.
 *
 * @param now - Milliseconds since 1970.
 * @returns What is against it, but only audited.
 * @throws {FreshnessError} `ERR_EXPIRED` or `ERR_TOO_OLD`.
 * @see SPEC.md, V6 and V27
 */
export function checkAge(statement: Statement, trust: Trust, now: number): FreshnessError[] {
  return decide(trust, [
    ['expires', expired(statement, now)],
    ['max-age', tooOld(statement, trust, now)],
  ]);
}

/**
 * Checks a statement against what is remembered, but for `checkOneText`.
 *
 * @returns What is against it, but only audited.
 * @throws {FreshnessError} `ERR_ROLLBACK` or `ERR_PREVIOUS`.
 * @see SPEC.md, V7 and V9
 */
export function checkSeries(
  statement: Statement,
  trust: Trust,
  remembered: RememberedVersion,
): FreshnessError[] {
  return decide(trust, [
    ['rollback', rolledBack(statement, remembered)],
    ['previous', brokenSeries(statement, remembered)],
  ]);
}

/**
 * Checks that there are no two texts of one version.
 *
 * @throws {FreshnessError} `ERR_EQUIVOCATION`, with both notes, the remembered one first.
 * @see SPEC.md, V8
 */
export function checkOneText(found: RememberedVersion, remembered: RememberedVersion): void {
  const { version, textHash, note } = found;
  if (version !== remembered.version || equalBytes(textHash, remembered.textHash)) return;
  const evidence = [remembered.note, note];
  const what = `two statements of version ${version} are signed`;
  throw new FreshnessError('ERR_EQUIVOCATION', what, { evidence });
}

/** Throws what is not audited, and returns what is. */
function decide({ audit }: Trust, findings: readonly Finding[]): FreshnessError[] {
  const relaxed: FreshnessError[] = [];
  for (const [rule, error] of findings) {
    if (error === undefined) continue;
    if (audit?.has(rule) !== true) throw error;
    relaxed.push(error);
  }
  return relaxed;
}

// Each comparison is such that a value that is no number fails it.

function expired({ version, expires }: Statement, now: number): FreshnessError | undefined {
  if (expires === undefined || now < expires) return undefined;
  const times = `${formatTime(expires)}, now is ${formatNow(now)}`;
  return new FreshnessError('ERR_EXPIRED', `version ${version} expired at ${times}`);
}

function notYetValid({ version, issued }: Statement, now: number): FreshnessError | undefined {
  if (issued <= now + CLOCK_SKEW * 1000) return undefined;
  const times = `${formatTime(issued)}, now is ${formatNow(now)}`;
  return new FreshnessError('ERR_NOT_YET_VALID', `version ${version} is issued at ${times}`);
}

function tooOld(
  { version, issued }: Statement,
  { maxAgeMs }: Trust,
  now: number,
): FreshnessError | undefined {
  if (maxAgeMs === undefined || now <= issued + maxAgeMs) return undefined;
  const age = `is ${Math.ceil((now - issued) / 1000)} seconds old`;
  const want = `want at most ${maxAgeMs / 1000}`;
  return new FreshnessError('ERR_TOO_OLD', `version ${version} ${age}, ${want}`);
}

function belowMinimum(
  { version }: Statement,
  { minVersion = 1 }: Trust,
): FreshnessError | undefined {
  if (version >= minVersion) return undefined;
  const what = `server has version ${version}, want at least ${minVersion}`;
  return new FreshnessError('ERR_MIN_VERSION', what);
}

function rolledBack(
  { version }: Statement,
  remembered: RememberedVersion,
): FreshnessError | undefined {
  if (version >= remembered.version) return undefined;
  const what = `server has version ${version}, accepted before: ${remembered.version}`;
  return new FreshnessError('ERR_ROLLBACK', what);
}

function brokenSeries(
  { version, previous = new Uint8Array() }: Statement,
  remembered: RememberedVersion,
): FreshnessError | undefined {
  if (version !== remembered.version + 1) return undefined;
  if (equalBytes(previous, remembered.textHash)) return undefined;
  const want = `want ${toHex(remembered.textHash)}`;
  const what = `version ${version} follows ${toHex(previous)}, ${want}`;
  return new FreshnessError('ERR_PREVIOUS', what);
}

/** Writes a time of a clock that may be far off. */
function formatNow(now: number): string {
  try {
    return formatTime(now);
  } catch {
    return `${now} ms after 1970`;
  }
}
