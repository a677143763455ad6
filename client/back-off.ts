const BASE_MS = 100;
const MAX_MS = 5000;

/**
 * Says how long to wait before a server is tried again, so that its clients do not come all at once.
 *
 * @param failures - Attempts in a row that were in vain.
 * @param random - Returns numbers in `[0, 1)`.
 * @returns Milliseconds, from 0 up to a bound that doubles with each failure, and is at most 5,000.
 */
export function backOff(failures: number, random: () => number): number {
  return random() * Math.min(MAX_MS, BASE_MS * 2 ** failures);
}

/**
 * Says how long to wait before a request is sent again that a server has refused for load.
 *
 * @param retryAfterMs - What the server asks for.
 * @param refusals - Of this request, at least 1.
 * @returns Milliseconds, not less than the server asks for.
 */
export function busyDelay(retryAfterMs: number, refusals: number, random: () => number): number {
  return retryAfterMs + backOff(refusals, random);
}
