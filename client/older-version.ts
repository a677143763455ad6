import { type AcceptedStatement, acceptOlder, underRule } from './accept.ts';
import type { Channel } from './channel.ts';
import { checkRevoked } from './revocation.ts';
import type { Trust } from './trust.ts';

/**
 * Asks for the statement of an older version than the accepted one.
 *
 * @throws As `acceptOlder`.
 * @throws {FreshnessError} `ERR_REVOKED` if the reader has revoked its object.
 * @throws {RequestError} `ERR_REMOTE_GONE` if the server says that it does not keep it.
 * @see SPEC.md, "Following"
 */
export async function fetchOlder(
  version: number,
  connection: Channel,
  trust: Trust,
  signal?: AbortSignal,
): Promise<AcceptedStatement> {
  const accept = ({ statement }: { readonly statement: Uint8Array }) =>
    acceptOlder(statement, trust, version);
  const message = { type: 'getStatement', version: String(version) } as const;
  const accepted = await connection.request({ message, answer: 'statement', accept }, signal);
  underRule(trust, () => checkRevoked(accepted.statement.descriptor, trust.revokedObjects));
  return accepted;
}
