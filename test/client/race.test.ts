import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AnswerType, Ask } from '../../client/channel.ts';
import type { Link } from '../../client/link.ts';
import { Mirrors } from '../../client/mirrors.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A connected server that answers when it is told to. */
class Server implements Pick<Link, 'isUp' | 'endedBy' | 'maxReadCost' | 'heard' | 'begin'> {
  readonly isUp = true;
  readonly endedBy = undefined;
  readonly maxReadCost = 2 ** 20;
  heard = 1;
  /** Requests that it has ever got. */
  asked = 0;
  readonly #open: (() => void)[] = [];

  begin<Type extends AnswerType, Result>(
    _ask: Ask<Type, Result>,
    resolve: (result: Result) => void,
  ): () => void {
    this.asked += 1;
    const answer = () => resolve(this as never);
    this.#open.push(answer);
    return () => void this.#open.splice(this.#open.indexOf(answer), 1);
  }

  /** Answers all that was not given up. */
  answer(): void {
    this.heard += 1;
    for (const answer of this.#open.splice(0)) answer();
  }
}

const COST = 262_144;
const message = { type: 'readPages', object: new Uint8Array(32), first: 0, count: 64 } as const;

/** Has servers asked as mirrors. */
function mirrorsOf(...servers: readonly Server[]) {
  const mirrors = new Mirrors({ deadlineMs: 60_000, onFailedCheck: () => undefined });
  for (const server of servers) mirrors.add(server as unknown as Link);
  return () =>
    mirrors.request({
      message: { ...message, anchorLevel: 0 },
      answer: 'pages',
      cost: COST,
      accept: () => undefined,
    });
}

/** Mirrors of which the first has answered in a millisecond, and the second has a request, unanswered. */
async function oneStalled(...others: readonly Server[]) {
  const [good, stalled] = [new Server(), new Server()];
  const request = mirrorsOf(good, stalled, ...others);
  const first = request();
  await vi.advanceTimersByTimeAsync(1);
  good.answer();
  await first;
  const waiting = request();
  expect([good.asked, stalled.asked]).toEqual([1, 1]);
  return { good, stalled, request, waiting };
}

describe('a request to mirrors', () => {
  it('V15 goes to one that has answered before it goes to one that never did', async () => {
    const unknown = new Server();
    const { good, waiting } = await oneStalled(unknown);
    await vi.advanceTimersByTimeAsync(19);
    expect(good.asked).toBe(1);
    await vi.advanceTimersByTimeAsync(2);
    expect([good.asked, unknown.asked]).toEqual([2, 0]);
    good.answer();
    expect(await waiting).toBe(good);
  });

  it('V15 spares one that has let others step in, until it sends anything', async () => {
    const { good, stalled, request, waiting } = await oneStalled();
    await vi.advanceTimersByTimeAsync(21);
    good.answer();
    await waiting;
    const many = Array.from({ length: 200 }, request);
    expect([good.asked, stalled.asked]).toEqual([202, 1]); // though the good one owes 50 MiB
    stalled.heard += 1;
    many.push(request());
    expect([good.asked, stalled.asked]).toEqual([202, 2]);
    good.answer();
    stalled.answer();
    expect(new Set(await Promise.all(many))).toEqual(new Set([good, stalled]));
  });

  it('V15 tries one again that was silent five seconds ago, once', async () => {
    const { good, stalled, request, waiting } = await oneStalled();
    await vi.advanceTimersByTimeAsync(21);
    good.answer();
    await waiting;
    await vi.advanceTimersByTimeAsync(5001);
    const asked = [request(), request(), request()];
    expect(stalled.asked).toBe(2);
    await vi.advanceTimersByTimeAsync(21);
    good.answer();
    expect(await Promise.all(asked)).toEqual([good, good, good]);
  });

  it('V15 goes to another as soon as that one has done what it owed', async () => {
    const { good, stalled, request, waiting } = await oneStalled();
    const queue = Array.from({ length: 200 }, request); // of 1 ms each, by what is known
    expect([good.asked, stalled.asked]).toEqual([201, 1]);
    await vi.advanceTimersByTimeAsync(100);
    expect(good.asked).toBe(201);
    good.answer();
    await Promise.all(queue);
    await vi.advanceTimersByTimeAsync(21);
    expect(good.asked).toBe(202);
    good.answer();
    expect(await waiting).toBe(good);
  });
});
