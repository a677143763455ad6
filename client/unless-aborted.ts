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
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
