import {
  type FreshnessError,
  IntegrityError,
  PagesealError,
  ProtocolError,
} from '../common/errors.ts';
import { parseNote } from '../common/note.ts';
import { verifySigners } from '../common/signature.ts';
import { parseStatement, type Statement, textHash } from '../common/statement.ts';
import { checkFreshness, checkOneText, checkSeries } from './freshness.ts';
import { checkRevoked } from './revocation.ts';
import type { Trust } from './trust.ts';
import { type Verdict, withRelaxed } from './verdict.ts';
import type { RememberedVersion } from './version-memory.ts';

/** A statement that passed "Accepting a statement", with what a reader remembers of it. */
export interface AcceptedStatement extends RememberedVersion {
  readonly statement: Statement;
  readonly verdict: Verdict;
}

/** A statement that enough trusted keys have signed for the origin asked for. */
export interface VerifiedStatement {
  readonly statement: Statement;
  /** Names of the trusted keys that have signed it. */
  readonly signers: readonly string[];
  /** Of the text. */
  readonly hash: Uint8Array;
}

/**
 * Decides whether a statement that a server sent is to be believed.
 *
 * @param note - Attacker-controlled; not retained.
 * @param remembered - What was accepted before; `undefined` on first contact.
 * @param now - Milliseconds since 1970, read once by the caller.
 * @throws {IntegrityError} `ERR_NOTE`, `ERR_SIGNATURE`, `ERR_THRESHOLD`, `ERR_STATEMENT`,
 *   `ERR_ORIGIN` or `ERR_DESCRIPTOR`.
 * @throws {FreshnessError} `ERR_EQUIVOCATION`, `ERR_EXPIRED`, `ERR_NOT_YET_VALID`, `ERR_TOO_OLD`,
 *   `ERR_MIN_VERSION`, `ERR_ROLLBACK`, `ERR_PREVIOUS` or `ERR_REVOKED`.
 * @see SPEC.md, "Accepting a statement"
 */
export function acceptStatement(
  note: Uint8Array,
  trust: Trust,
  remembered: RememberedVersion | undefined,
  now: number,
): AcceptedStatement {
  return underRule(trust, () => {
    const { statement, signers, hash } = verifyStatement(note, trust);
    const found = { version: statement.version, textHash: hash, note: note.slice() };
    if (remembered !== undefined) checkOneText(found, remembered);
    const relaxed = [
      ...checkFreshness(statement, trust, now),
      ...(remembered === undefined ? [] : checkSeries(statement, trust, remembered)),
    ];
    checkRevoked(statement.descriptor, trust.revokedObjects);
    const verdict = verdictOf(statement, signers, trust, remembered === undefined);
    return { statement, ...found, verdict: withRelaxed(verdict, relaxed) };
  });
}

/**
 * Checks an accepted statement against what is remembered by now.
 *
 * @returns The statement, with a verdict that says what was audited.
 * @throws {FreshnessError} `ERR_EQUIVOCATION`, `ERR_ROLLBACK` or `ERR_PREVIOUS`.
 * @see SPEC.md, V7 to V9
 */
export function acceptAgain(
  accepted: AcceptedStatement,
  trust: Trust,
  remembered: RememberedVersion,
): AcceptedStatement {
  return underRule(trust, () => {
    checkOneText(accepted, remembered);
    const relaxed: FreshnessError[] = checkSeries(accepted.statement, trust, remembered);
    return { ...accepted, verdict: withRelaxed(accepted.verdict, relaxed) };
  });
}

/**
 * Decides whether a statement is that of an older version, which the reader has asked for by its number.
 *
 * It is not the newest, so neither its age nor what is remembered says anything against it.
 *
 * @param note - Attacker-controlled; not retained.
 * @throws {IntegrityError} As `acceptStatement`.
 * @throws {ProtocolError} `ERR_UNEXPECTED_ANSWER` if it is of another version.
 * @see SPEC.md, "Following"
 */
export function acceptOlder(note: Uint8Array, trust: Trust, version: number): AcceptedStatement {
  return underRule(trust, () => {
    const { statement, signers, hash } = verifyOlder(note, trust, version);
    const verdict = verdictOf(statement, signers, trust, false);
    return { statement, version, textHash: hash, note: note.slice(), verdict };
  });
}

/**
 * As `verifyStatement`, of a version that was asked for by its number.
 *
 * @throws As `acceptOlder`.
 */
export function verifyOlder(
  note: Uint8Array,
  trust: Pick<Trust, 'origin' | 'keys' | 'threshold'>,
  version: number,
): VerifiedStatement {
  const verified = verifyStatement(note, trust);
  const found = verified.statement.version;
  if (found === version) return verified;
  const what = `statement is of version ${found}, want ${version}`;
  throw new ProtocolError('ERR_UNEXPECTED_ANSWER', what);
}

/**
 * Verifies what can be said of a statement without a clock and a memory.
 *
 * @param bytes - A note, attacker-controlled; not retained.
 * @throws {IntegrityError} As `acceptStatement`.
 * @see SPEC.md, V1 to V5 and V10
 */
export function verifyStatement(
  bytes: Uint8Array,
  { origin, keys, threshold }: Pick<Trust, 'origin' | 'keys' | 'threshold'>,
): VerifiedStatement {
  const note = parseNote(bytes);
  const signers = verifySigners(note, keys, threshold).map(({ name }) => name);
  const statement = parseStatement(note.text);
  if (statement.origin !== origin) {
    const found = `statement speaks for "${statement.origin}"`;
    throw new IntegrityError('ERR_ORIGIN', `${found}, want "${origin}"`);
  }
  return { statement, signers, hash: textHash(note.text) };
}

function verdictOf(
  statement: Statement,
  signers: readonly string[],
  { rule, maxAgeMs }: Trust,
  firstContact: boolean,
): Verdict {
  return {
    statement,
    signers,
    ...(rule === undefined ? {} : { rule }),
    firstContact,
    freshnessAsserted: statement.expires !== undefined || maxAgeMs !== undefined,
    relaxed: [],
  };
}

/** Has every refusal name the reader's rule. */
export function underRule<T>({ rule }: Trust, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (rule !== undefined && error instanceof PagesealError) error.message += `, by ${rule}`;
    throw error;
  }
}
