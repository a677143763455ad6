import { ProtocolError } from '../common/errors.ts';
import { MAX_FRAME_LENGTH, MIN_FRAME_LENGTH, MIN_OUTSTANDING_REQUESTS } from '../common/limits.ts';
import type { Welcome } from '../common/wire.ts';

/** What a server announces; see SPEC.md, "States and flow control". */
export type ServerLimits = Omit<Welcome, 'type' | 'statement'>;

/**
 * Checks a server's limits.
 *
 * @throws {ProtocolError} `ERR_WELCOME` if they are not as SPEC.md wants them.
 * @see SPEC.md, V12 and S8
 */
export function acceptLimits(welcome: Welcome): ServerLimits {
  const { maxFrameBytes, maxOutstandingBytes, maxOutstandingRequests } = welcome;
  const frameFits = maxFrameBytes >= MIN_FRAME_LENGTH && maxFrameBytes <= MAX_FRAME_LENGTH;
  if (
    !frameFits ||
    maxOutstandingBytes < maxFrameBytes ||
    maxOutstandingRequests < MIN_OUTSTANDING_REQUESTS
  ) {
    const found = `${maxFrameBytes}, ${maxOutstandingBytes}, ${maxOutstandingRequests}`;
    throw new ProtocolError('ERR_WELCOME', `server announces the limits ${found}`);
  }
  return { maxFrameBytes, maxOutstandingBytes, maxOutstandingRequests };
}
