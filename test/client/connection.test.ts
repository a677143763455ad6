import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { TransportError } from '../../common/errors.ts';
import { FIXED_COST } from '../../common/limits.ts';
import type { ReadPages } from '../../common/read-frames.ts';
import type { ServerMessage } from '../../common/wire.ts';
import { failure } from '../helpers/failure.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { DEADLINE, greeted, LIMITS, stopClocks, turns, Wire } from '../helpers/wire.ts';

function ping(wire: Wire, cost?: number, signal?: AbortSignal): Promise<string> {
  const ask = { message: { type: 'ping' }, answer: 'pong', accept: () => 'pong' } as const;
  return wire.link.request({ ...ask, ...(cost === undefined ? {} : { cost }) }, signal);
}

/** Random steps of a client and a server; each request bears its number and its cost. */
class Play {
  readonly results: Promise<unknown>[] = [];
  readonly stops: AbortController[] = [];
  readonly #wire: Wire;
  readonly #answered = new Set<number>();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** Numbers of the requests in the order in which they were sent. */
  get order(): number[] {
    return this.#reads().map(({ number }) => number);
  }

  inFlight() {
    return this.#reads().filter(({ requestId }) => !this.#answered.has(requestId));
  }

  ask(cost: number): void {
    const stop = new AbortController();
    const first = this.stops.length;
    const message: ReadPages = {
      type: 'readPages',
      object: new Uint8Array(32),
      first,
      count: cost,
      anchorLevel: 0,
    };
    const ask = { message, answer: 'pages' as const, cost, accept: () => 'pages' };
    this.stops.push(stop);
    this.results.push(this.#wire.link.request(ask, stop.signal));
  }

  answer(which: number): void {
    this.#reply(which, { type: 'pages', siblings: new Uint8Array(), data: new Uint8Array() });
  }

  refuse(which: number): void {
    this.#reply(which, { type: 'error', code: 'STORAGE', message: '', retryAfterMs: 0 });
  }

  abort(which: number): void {
    this.stops[which % Math.max(1, this.stops.length)]?.abort(new Error('stop'));
  }

  #reply(which: number, message: ServerMessage): void {
    const open = this.inFlight();
    const { requestId } = open[which % Math.max(1, open.length)] ?? {};
    if (requestId === undefined) return;
    this.#answered.add(requestId);
    this.#wire.socket.answer(requestId, message);
  }

  #reads() {
    return this.#wire.socket.sent.flatMap(({ requestId, message }) =>
      message.type === 'readPages'
        ? [{ requestId, number: message.first, cost: message.count }]
        : [],
    );
  }
}

const PONG: ServerMessage = { type: 'pong' };

stopClocks();

describe('Link.open()', () => {
  test('V12 sends Hello alone until the server has answered it', async () => {
    const wire = new Wire();
    const opening = wire.link.open();
    const first = ping(wire);
    await turns();
    expect(wire.socket.sent.map(({ message }) => message.type)).toEqual(['hello']);
    await wire.socket.welcome(LIMITS, new Uint8Array(3));
    expect(await opening).toEqual(new Uint8Array(3));
    expect(wire.socket.sent.map(({ message }) => message.type)).toEqual(['ping']);
    wire.socket.answer(wire.socket.asked[0] ?? 0, PONG);
    expect(await first).toBe('pong');
  });

  test('sends nothing but Hello before Welcome, even when it is given up', async () => {
    const wire = new Wire();
    const stop = new AbortController();
    const opening = wire.link.open(stop.signal);
    await turns();
    stop.abort(new Error('enough'));
    await expect(opening).rejects.toThrow('enough');
    expect(wire.socket.sent.map(({ message }) => message.type)).toEqual(['hello']);
    expect(wire.socket.closes).toBe(1);
  });

  test('V15 gives up on a server that does not answer Hello', async () => {
    const wire = new Wire();
    const opening = wire.link.open();
    await turns();
    vi.advanceTimersByTime(DEADLINE);
    await expect(opening).rejects.toThrow(failure('TransportError', 'ERR_DEADLINE'));
    expect(wire.socket.closes).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('Link.request() on one connection', () => {
  test('S5 never has more requests in flight than were announced, first come first served', async () => {
    const wire = await greeted();
    const results = Array.from({ length: 25 }, () => ping(wire, 0));
    expect(wire.socket.asked).toHaveLength(10);
    for (let i = 0; i < 25; i += 1) {
      wire.socket.answer(wire.socket.asked[i] ?? 0, PONG);
      expect(wire.socket.asked).toHaveLength(Math.min(25, 11 + i));
    }
    expect(new Set(wire.socket.asked).size).toBe(25);
    expect(await Promise.all(results)).toHaveLength(25);
  });

  test('S5 never has more bytes in flight than were announced', async () => {
    const wire = await greeted();
    for (const cost of [65_000, 65_000, 65_000, 6000, 1]) void ping(wire, cost);
    // 195,000 of 200,000 bytes; the small one waits its turn behind the one that does not fit
    expect(wire.socket.asked).toHaveLength(3);
    wire.socket.answer(wire.socket.asked[1] ?? 0, PONG);
    expect(wire.socket.asked).toHaveLength(5);
  });

  test('S5 counts what is no read with its fixed cost', async () => {
    const wire = await greeted();
    for (let i = 0; i < 20; i += 1) void ping(wire);
    expect(wire.socket.asked).toHaveLength(10);
    const narrow = await greeted({
      ...LIMITS,
      maxOutstandingBytes: 5 * FIXED_COST - 1,
      maxOutstandingRequests: 99,
    });
    for (let i = 0; i < 20; i += 1) void ping(narrow);
    expect(narrow.socket.asked).toHaveLength(4);
  });

  test('S5 property: the window holds, and every request is settled, whatever happens', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('ask' as const), which: fc.nat(65_000) }),
      fc.record({ do: fc.constantFrom('answer' as const, 'refuse' as const), which: fc.nat(9) }),
      fc.record({ do: fc.constant('abort' as const), which: fc.nat(40) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
        const wire = await greeted();
        const play = new Play(wire);
        for (const { do: what, which } of steps) {
          play[what](which);
          const open = play.inFlight();
          expect(open.length).toBeLessThanOrEqual(10);
          const bytes = open.reduce((sum, { cost }) => sum + cost, 0);
          expect(bytes).toBeLessThanOrEqual(200_000);
        }
        wire.link.close();
        await Promise.allSettled(play.results);
        // first come, first served
        expect(play.order).toEqual([...play.order].sort((a, b) => a - b));
        for (const { signal } of play.stops) {
          expect(getEventListeners(signal, 'abort')).toHaveLength(0);
        }
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 2 * NUM_RUNS },
    );
  });

  test('S10 sends Cancel for what is in flight, which stays in flight until it is answered', async () => {
    const wire = await greeted();
    const stop = new AbortController();
    const first = ping(wire, 0, stop.signal);
    for (let i = 0; i < 12; i += 1) void ping(wire, 0);
    expect(wire.socket.asked).toHaveLength(10);
    const reason = new Error('stop');
    stop.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(wire.socket.cancelled).toEqual([wire.socket.asked[0]]);
    expect(wire.socket.asked).toHaveLength(10);
    wire.socket.answer(wire.socket.asked[0] ?? 0, {
      type: 'error',
      code: 'CANCELLED',
      message: '',
      retryAfterMs: 0,
    });
    expect(wire.socket.asked).toHaveLength(11);
    expect(wire.link.endedBy).toBeUndefined();
  });

  test('S10 never sends what is given up while it waits', async () => {
    const wire = await greeted();
    for (let i = 0; i < 10; i += 1) void ping(wire, 0);
    const stop = new AbortController();
    const late = ping(wire, 0, stop.signal);
    const later = ping(wire, 0);
    stop.abort(new Error('stop'));
    await expect(late).rejects.toThrow('stop');
    for (let i = 0; i < 11; i += 1) wire.socket.answer(wire.socket.asked[i] ?? 0, PONG);
    expect(await later).toBe('pong');
    expect(wire.socket.asked).toHaveLength(11);
    expect(wire.socket.cancelled).toEqual([]);
  });

  test('asks nothing under a signal that has been aborted', async () => {
    const wire = await greeted();
    const reason = new Error('stop');
    await expect(ping(wire, 0, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(wire.socket.sent).toEqual([]);
  });

  test('listens once to a signal that many requests share, and not after them', async () => {
    const wire = await greeted();
    const { signal } = new AbortController();
    const results = Array.from({ length: 30 }, () => ping(wire, 0, signal));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    for (let i = 0; i < 30; i += 1) wire.socket.answer(wire.socket.asked[i] ?? 0, PONG);
    await Promise.all(results);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('V14 keeps the first error, and hears nothing after the end', async () => {
    const wire = await greeted();
    const asking = ping(wire);
    wire.socket.answer(4711, PONG);
    const unexpected = failure('ProtocolError', 'ERR_UNEXPECTED_ANSWER');
    await expect(asking).rejects.toThrow(unexpected);
    wire.socket.end(new TransportError('ERR_CONNECTION', 'gone'));
    wire.socket.answer(wire.socket.asked[0] ?? 0, PONG);
    expect(wire.socket.closes).toBe(1);
    wire.link.close();
    expect(wire.link.endedBy).toMatchObject({ code: 'ERR_UNEXPECTED_ANSWER' });
    await expect(ping(wire)).rejects.toThrow(unexpected);
  });

  test('V25 goes on after a refusal', async () => {
    const wire = await greeted();
    const asking = ping(wire);
    wire.socket.answer(wire.socket.asked[0] ?? 0, {
      type: 'error',
      code: 'STORAGE',
      message: 'disk',
      retryAfterMs: 5,
    });
    await expect(asking).rejects.toThrow(failure('RequestError', 'ERR_REMOTE_STORAGE'));
    const again = ping(wire);
    wire.socket.answer(wire.socket.asked[1] ?? 0, PONG);
    expect(await again).toBe('pong');
  });
});
