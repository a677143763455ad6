import { IntegrityError } from '../common/errors.ts';
import type { AcceptedStatement } from './accept.ts';
import type { Acceptor } from './acceptor.ts';
import type { Connection } from './connection.ts';

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
  connection: Connection,
): Promise<AcceptedStatement> {
  try {
    if (note.length === 0) throw new IntegrityError('ERR_NOTE', 'server has no statement');
    return await acceptor.judge(note);
  } catch (error) {
    if (error instanceof IntegrityError) connection.report({ check: 'statement', error, note });
    throw error;
  }
}
