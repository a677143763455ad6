import { type AcceptedStatement, acceptOlder } from './accept.ts';
import type { Connection } from './connection.ts';
import type { Trust } from './trust.ts';

/**
 * Asks for the statement of an older version than the accepted one.
 *
 * @throws As `acceptOlder`.
 * @throws {RequestError} `ERR_REMOTE_GONE` if the server says that it does not keep it.
 * @see SPEC.md, "Following"
 */
export function fetchOlder(
  version: number,
  connection: Connection,
  trust: Trust,
  signal?: AbortSignal,
): Promise<AcceptedStatement> {
  const accept = ({ statement }: { readonly statement: Uint8Array }) =>
    acceptOlder(statement, trust, version);
  const message = { type: 'getStatement', version: String(version) } as const;
  return connection.request({ message, answer: 'statement', accept }, signal);
}
