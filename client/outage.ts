import { type PagesealError, TransportError } from '../common/errors.ts';
import type { ClientMessage } from '../common/wire.ts';

/** What a lost connection means to a request. */
export function lost(cause: PagesealError): PagesealError {
  if (!(cause instanceof TransportError)) return cause;
  return new TransportError('ERR_CONNECTION', `connection is lost: ${cause.message}`, { cause });
}

/** What is said of a server that is about to stop. */
export function goingAway(): TransportError {
  return new TransportError('ERR_CONNECTION', 'server is going away');
}

/** What is said of a connection that is no longer needed. */
export function closedHere(): TransportError {
  return new TransportError('ERR_CONNECTION', 'connection was closed here');
}

/** What is said of a request without an answer. */
export function silent(type: ClientMessage['type'], deadlineMs: number): TransportError {
  return new TransportError('ERR_DEADLINE', `no answer to ${type} within ${deadlineMs} ms`);
}
