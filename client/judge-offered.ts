import { IntegrityError } from '../common/errors.ts';
import { type AcceptedStatement, underRule, verifyStatement } from './accept.ts';
import type { Acceptor } from './acceptor.ts';
import type { Channel } from './channel.ts';

/**
 * Judges a statement that a server offers, and reports a failed check to the connection's owner.
 *
 * @param note - Attacker-controlled; not retained.
 * @throws {IntegrityError} `ERR_NOTE` if there is none.
 * @throws As `Acceptor.judge`.
 */
export async function judgeOffered(
  note: Uint8Array,
  acceptor: Acceptor,
  connection: Channel,
): Promise<AcceptedStatement> {
  return reporting(note, connection, () => {
    if (note.length === 0) throw new IntegrityError('ERR_NOTE', 'server has no statement');
    return acceptor.judge(note);
  });
}

/**
 * Judges a statement that a server pushes to who watches, as `judgeOffered`.
 *
 * @param last - What was accepted last on this connection.
 * @returns `undefined` if it is signed, but not newer.
 * @throws {FreshnessError} `ERR_EQUIVOCATION` if it is another text of the same version.
 * @throws As `Acceptor.judge`.
 * @see SPEC.md, V34
 */
export async function judgePushed(
  note: Uint8Array,
  last: AcceptedStatement,
  acceptor: Acceptor,
  connection: Channel,
): Promise<AcceptedStatement | undefined> {
  return reporting(note, connection, async () => {
    const { statement, hash } = underRule(acceptor.trust, () =>
      verifyStatement(note, acceptor.trust),
    );
    const { version } = statement;
    if (version > last.version) return acceptor.judge(note);
    await acceptor.checkOneText({ version, textHash: hash, note }, last);
    return undefined;
  });
}

/**
 * Judges what a server announces when it is connected to again: it may be behind or ahead, but must not
 * contradict what was accepted.
 *
 * @param last - What was accepted last; `undefined` if nothing is yet.
 * @throws {IntegrityError} As `verifyStatement`.
 * @throws {FreshnessError} `ERR_EQUIVOCATION` if it is another text of the same version.
 * @see SPEC.md, "Connection life"
 */
export async function judgeAgain(
  note: Uint8Array,
  last: AcceptedStatement | undefined,
  acceptor: Acceptor,
  connection: Channel,
): Promise<void> {
  return reporting(note, connection, async () => {
    const { trust } = acceptor;
    const { statement, hash } = underRule(trust, () => verifyStatement(note, trust));
    const found = { version: statement.version, textHash: hash, note };
    if (last !== undefined) await acceptor.checkOneText(found, last);
  });
}

async function reporting<T>(
  note: Uint8Array,
  connection: Channel,
  judge: () => Promise<T>,
): Promise<T> {
  try {
    return await judge();
  } catch (error) {
    if (error instanceof IntegrityError) connection.report({ check: 'statement', error, note });
    throw error;
  }
}
