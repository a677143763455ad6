import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadlines } from '../../client/deadlines.ts';
import { Pending, type PendingOwner } from '../../client/pending.ts';

const NOBODY: PendingOwner = { answered: () => undefined, refused: () => undefined };
const MS = 1000;

/** Deadlines that forget what is late, and the request ids of that in the order of its expiry. */
function listen() {
  const expired: number[] = [];
  const deadlines = new Deadlines(MS, (late) => {
    for (const pending of late) {
      expired.push(pending.requestId);
      deadlines.delete(pending);
    }
  });
  const ask = { message: { type: 'ping' }, answer: 'pong', accept: () => undefined } as const;
  const [resolve, reject] = [() => undefined, () => undefined];
  const add = (requestId: number) => {
    const deadline = deadlines.next();
    const pending = new Pending(NOBODY, ask, { cost: 1, deadline, resolve, reject });
    pending.requestId = requestId;
    deadlines.add(pending);
    return pending;
  };
  return { deadlines, expired, add };
}

describe('Deadlines', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('expires what is left, in order, however many were settled around it', () => {
    const { deadlines, expired, add } = listen();
    const kept = [0, 250, 777].map((id) => ({ id, pending: undefined as Pending | undefined }));
    for (let id = 0; id < 1000; id += 1) {
      const pending = add(id);
      const keep = kept.find((each) => each.id === id);
      if (keep) keep.pending = pending;
      else deadlines.delete(pending);
    }
    expect(deadlines.all().map(({ requestId }) => requestId)).toEqual([0, 250, 777]);
    for (const { pending } of kept) expect(deadlines.has(pending as Pending)).toBe(true);
    vi.advanceTimersByTime(MS - 1);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(2);
    expect(expired).toEqual([0, 250, 777]);
    expect(deadlines.all()).toEqual([]);
  });

  it('takes a request out once, and does not take another one for it', () => {
    const { deadlines, add } = listen();
    const [first, second] = [add(1), add(2)];
    deadlines.delete(first);
    deadlines.delete(first);
    expect(deadlines.has(first)).toBe(false);
    expect(deadlines.all()).toEqual([second]);
    deadlines.add(first);
    expect(deadlines.all()).toEqual([second, first]);
  });

  it('gives each request its own time', () => {
    const { expired, add } = listen();
    add(1);
    vi.advanceTimersByTime(600);
    add(2);
    vi.advanceTimersByTime(500);
    expect(expired).toEqual([1]);
    vi.advanceTimersByTime(600);
    expect(expired).toEqual([1, 2]);
  });
});
