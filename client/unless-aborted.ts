import { Aborts } from './aborts.ts';

/** Who waits, by signal: platforms warn of many listeners on one, and hundreds of reads may share it. */
const waiting = new Aborts<(reason: unknown) => void>((reject, reason) => reject(reason));

/**
 * Waits for something that others may wait for, too.
 *
 * @throws The signal's reason, if it aborts before that.
 */
export function unlessAborted<Result>(
  promise: Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const unwatch = waiting.watch(signal, reject);
    if (signal.aborted) reject(signal.reason);
    promise.then(resolve, reject).finally(unwatch);
  });
}
