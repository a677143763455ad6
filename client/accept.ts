import { equalBytes, toHex } from '../common/bytes.ts';
import { FreshnessError, IntegrityError } from '../common/errors.ts';
import { parseNote } from '../common/note.ts';
import { verifyNote } from '../common/signature.ts';
import { formatTime, parseStatement, type Statement, textHash } from '../common/statement.ts';
import type { Trust } from './trust.ts';
import type { RememberedVersion } from './version-memory.ts';

/** A statement that passed V1 to V10, with what a reader remembers of it. */
export interface AcceptedStatement extends RememberedVersion {
  readonly statement: Statement;
}

/**
 * Decides whether a statement that a server sent is to be believed.
 *
 * @param note - Attacker-controlled; not retained.
 * @param remembered - What was accepted before; `undefined` on first contact.
 * @param now - Milliseconds since 1970, read once by the caller.
 * @throws {IntegrityError} `ERR_NOTE`, `ERR_SIGNATURE`, `ERR_THRESHOLD`, `ERR_STATEMENT`,
 *   `ERR_ORIGIN` or `ERR_DESCRIPTOR`.
 * @throws {FreshnessError} `ERR_EXPIRED`, `ERR_ROLLBACK`, `ERR_EQUIVOCATION` or `ERR_PREVIOUS`.
 * @see SPEC.md, "Accepting a statement"
 */
export function acceptStatement(
  note: Uint8Array,
  trust: Trust,
  remembered: RememberedVersion | undefined,
  now: number,
): AcceptedStatement {
  const text = verifyNote(parseNote(note), trust.keys, trust.threshold);
  const statement = parseStatement(text);
  if (statement.origin !== trust.origin) {
    const found = `statement speaks for "${statement.origin}"`;
    throw new IntegrityError('ERR_ORIGIN', `${found}, want "${trust.origin}"`);
  }
  checkExpiry(statement, now);
  const accepted = {
    statement,
    version: statement.version,
    textHash: textHash(text),
    note: note.slice(),
  };
  if (remembered !== undefined) checkSeries(accepted, remembered);
  return accepted;
}

/**
 * Checks that a statement has not expired.
 *
 * @param now - Milliseconds since 1970.
 * @throws {FreshnessError} `ERR_EXPIRED` if it has.
 * @see SPEC.md, V6
 */
export function checkExpiry({ version, expires }: Statement, now: number): void {
  if (expires === undefined || now < expires) return;
  const times = `${formatTime(expires)}, now is ${formatTime(now)}`;
  throw new FreshnessError('ERR_EXPIRED', `version ${version} expired at ${times}`);
}

/**
 * Checks a statement against what is remembered.
 *
 * @throws {FreshnessError} `ERR_ROLLBACK`, `ERR_EQUIVOCATION` or `ERR_PREVIOUS`.
 * @see SPEC.md, V7 to V9
 */
export function checkSeries(accepted: AcceptedStatement, remembered: RememberedVersion): void {
  const { version, statement } = accepted;
  if (version < remembered.version) {
    const found = `server has version ${version}`;
    throw new FreshnessError('ERR_ROLLBACK', `${found}, accepted before: ${remembered.version}`);
  }
  if (version === remembered.version && !equalBytes(accepted.textHash, remembered.textHash)) {
    const evidence = [remembered.note, accepted.note];
    const what = `two statements of version ${version} are signed`;
    throw new FreshnessError('ERR_EQUIVOCATION', what, { evidence });
  }
  const previous = statement.previous ?? new Uint8Array();
  if (version === remembered.version + 1 && !equalBytes(previous, remembered.textHash)) {
    const want = `want ${toHex(remembered.textHash)}`;
    throw new FreshnessError(
      'ERR_PREVIOUS',
      `version ${version} follows ${toHex(previous)}, ${want}`,
    );
  }
}
