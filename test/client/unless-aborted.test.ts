import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { unlessAborted } from '../../client/unless-aborted.ts';

const REASON = new Error('enough');
const never = new Promise<never>(() => undefined);

/** A promise that the test settles. */
function settled<Result>() {
  let resolve: (result: Result) => void = () => undefined;
  const promise = new Promise<Result>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('unlessAborted()', () => {
  it('listens once to a signal, however many wait, and no more when all is there', async () => {
    const { signal } = new AbortController();
    const first = settled<number>();
    const second = settled<number>();
    const waits = Array.from({ length: 100 }, (_, i) =>
      unlessAborted(i === 0 ? first.promise : second.promise, signal),
    );
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    first.resolve(1);
    expect(await waits[0]).toBe(1);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    second.resolve(2);
    expect(await Promise.all(waits.slice(1))).toEqual(Array.from({ length: 99 }, () => 2));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('ends all that wait with the reason, and nobody else', async () => {
    const [stop, other] = [new AbortController(), new AbortController()];
    const { promise, resolve } = settled<string>();
    const waits = [1, 2, 3].map(() => unlessAborted(never, stop.signal));
    const patient = unlessAborted(promise, other.signal);
    stop.abort(REASON);
    for (const wait of waits) await expect(wait).rejects.toBe(REASON);
    resolve('here');
    expect(await patient).toBe('here');
  });

  it('does not wait under a signal that has been aborted', async () => {
    await expect(unlessAborted(never, AbortSignal.abort(REASON))).rejects.toBe(REASON);
  });

  it('passes a failure on', async () => {
    const { signal } = new AbortController();
    await expect(unlessAborted(Promise.reject(REASON), signal)).rejects.toBe(REASON);
  });
});
