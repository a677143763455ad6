import { describe, expect, test, vi } from 'vitest';
import { TransportError } from '../../common/errors.ts';
import { failure } from '../helpers/failure.ts';
import {
  DEADLINE,
  GONE,
  greeted,
  LIMITS,
  PERIOD,
  pages,
  pass,
  read,
  SILENT,
  type Socket,
  serve,
  stopClocks,
  turns,
} from '../helpers/wire.ts';

stopClocks();

describe('Link.request()', () => {
  test('V15 asks again on a new connection what the lost one has not answered, in order', async () => {
    const wire = await greeted();
    const reads = Array.from({ length: 15 }, (_, i) => read(wire, i));
    serve(wire.socket, 3);
    wire.socket.end();
    await pass(0);
    expect(wire.sockets).toHaveLength(2);
    await wire.socket.welcome();
    const again = [0, 1, 2, 4, 5, 6, 7, 8, 9, 10];
    expect(pages(wire.socket).map(({ first }) => first)).toEqual(again);
    for (const first of [...again, 11, 12, 13, 14]) serve(wire.socket, first);
    expect(await Promise.all(reads)).toEqual(reads.map((_, i) => i));
    wire.link.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('V14 takes no answer of a connection that was given up', async () => {
    const wire = await greeted();
    const reading = read(wire, 7);
    const [first] = wire.sockets;
    first?.end();
    await pass(0);
    await wire.socket.welcome();
    const [asked] = first ? pages(first) : [];
    const late = { type: 'pages', siblings: new Uint8Array(), data: new Uint8Array([8]) } as const;
    first?.answer(asked?.requestId ?? 0, late);
    await turns();
    serve(wire.socket, 7);
    expect(await reading).toBe(7);
  });

  test('connects again only when something is wanted', async () => {
    const wire = await greeted();
    wire.socket.end();
    await pass(10 * DEADLINE);
    expect(wire.attempts).toBe(1);
    const reading = read(wire, 1);
    await pass(0);
    await wire.socket.welcome();
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
  });

  test('V15 tries a server again that refuses, ever less often, until the deadline', async () => {
    const wire = await greeted(LIMITS, { random: () => 0.999 });
    wire.refusal = new TransportError('ERR_CONNECT', 'connection was refused');
    const started = performance.now();
    wire.socket.end();
    const tried: number[] = [];
    const reading = read(wire, 1);
    const late = expect(reading).rejects.toThrow(GONE);
    for (let seen = wire.attempts; performance.now() - started < DEADLINE; ) {
      await pass(10);
      if (wire.attempts > seen) tried.push(performance.now() - started);
      seen = wire.attempts;
    }
    await late;
    await expect(reading).rejects.toThrow(/connection was refused; no answer within 6000 ms/);
    const waits = tried.map((at, i) => at - (tried[i - 1] ?? 0));
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(tried.length).toBeGreaterThan(3);
    expect(tried.length).toBeLessThan(8);
    // nobody wants anything any more
    const { attempts } = wire;
    await pass(10 * DEADLINE);
    expect(wire.attempts).toBe(attempts);
  });

  test('V15 is served by a server that comes back within the deadline', async () => {
    const wire = await greeted();
    wire.refusal = new TransportError('ERR_CONNECT', 'connection was refused');
    wire.socket.end();
    const reading = read(wire, 1);
    await pass(10);
    wire.refusal = undefined;
    await pass(DEADLINE / 10);
    await wire.socket.welcome();
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
  });

  test('V15 gives up on an attempt that hangs, early enough for another one', async () => {
    const wire = await greeted();
    wire.refusal = 'hang';
    wire.socket.end();
    const reading = expect(read(wire, 1)).rejects.toThrow(GONE);
    await pass(DEADLINE);
    await reading;
    wire.link.close();
    await turns();
    expect(wire.attempts).toBe(2); // whoever dials sees to it that it ends
    expect(vi.getTimerCount()).toBe(0);
  });

  test('V15 tells each request when its own deadline is over', async () => {
    const wire = await greeted();
    const early = read(wire, 1);
    await pass(DEADLINE / 2);
    const later = read(wire, 2);
    const outcome = vi.fn();
    early.catch(outcome);
    await pass(DEADLINE / 2 - 1);
    expect(outcome).not.toHaveBeenCalled();
    await pass(1);
    expect(outcome).toHaveBeenCalledWith(SILENT);
    await wire.socket.welcome();
    serve(wire.socket, 2);
    expect(await later).toBe(2);
  });

  test('V15 counts the time that a request waits for room', async () => {
    const wire = await greeted();
    const outcomes = Array.from({ length: 11 }, (_, i) =>
      expect(read(wire, i)).rejects.toThrow(SILENT),
    );
    for (let passed = 0; passed < DEADLINE; passed += PERIOD / 2) {
      wire.link.watch({ statement: () => undefined, ended: () => undefined })();
      await pass(PERIOD / 2);
    }
    await Promise.all(outcomes);
  });

  test('V15 waits no longer because a machine has slept', async () => {
    const wire = await greeted();
    const reading = expect(read(wire, 1)).rejects.toThrow(SILENT);
    vi.setSystemTime(Date.now() - 86_400_000); // which asks the wrong clock
    await pass(DEADLINE);
    await reading;
  });

  test('fails a read that no longer fits what the server announces', async () => {
    const wide = { ...LIMITS, maxFrameBytes: 131_072 };
    const wire = await greeted(wide);
    const large = expect(read(wire, 1, 100_000)).rejects.toThrow(
      failure('ProtocolError', 'ERR_WELCOME'),
    );
    const small = read(wire, 2);
    wire.socket.end();
    await pass(0);
    await wire.socket.welcome();
    await large;
    expect(wire.link.maxReadCost).toBe(65_536 - 64);
    serve(wire.socket, 2);
    expect(await small).toBe(2);
  });

  test('V18 never asks a server again that was caught', async () => {
    const wire = await greeted();
    const caught = failure('ProtocolError', 'ERR_DATA_LENGTH');
    const reads = [read(wire, 1), read(wire, 2)].map((each) =>
      expect(each).rejects.toThrow(caught),
    );
    const { requestId = 0 } = pages(wire.socket)[0] ?? {};
    wire.socket.answer(requestId, {
      type: 'pages',
      siblings: new Uint8Array(),
      data: new Uint8Array(2),
    });
    await Promise.all(reads);
    await expect(read(wire, 3)).rejects.toThrow(caught);
    await pass(DEADLINE);
    expect(wire.attempts).toBe(1);
    expect(wire.socket.closes).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('stops what it has begun when it is closed', async () => {
    const wire = await greeted();
    const reads = [1, 2].map((first) => expect(read(wire, first)).rejects.toThrow(GONE));
    wire.refusal = 'hang';
    wire.socket.end();
    await pass(0);
    wire.link.close();
    await Promise.all(reads);
    await expect(read(wire, 3)).rejects.toThrow(GONE);
    await turns();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('Link, of a server that is busy', () => {
  function busy(socket: Socket, first: number, retryAfterMs: number): void {
    const { requestId = 0 } = pages(socket).findLast((page) => page.first === first) ?? {};
    socket.answer(requestId, { type: 'error', code: 'BUSY', message: '', retryAfterMs });
  }

  test('V25 asks again after the time that the server names', async () => {
    const wire = await greeted();
    const reading = read(wire, 1);
    busy(wire.socket, 1, 500);
    await pass(499);
    expect(pages(wire.socket)).toHaveLength(1);
    await pass(1);
    expect(pages(wire.socket)).toHaveLength(2);
    busy(wire.socket, 1, 500);
    await pass(500);
    wire.socket.sent.splice(0, 2);
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
  });

  test('V25 tells the refusal if there is no time to ask again', async () => {
    const wire = await greeted();
    const reading = read(wire, 1);
    busy(wire.socket, 1, DEADLINE);
    await expect(reading).rejects.toThrow(failure('RequestError', 'ERR_REMOTE_BUSY'));
    expect(wire.link.endedBy).toBeUndefined();
  });

  test('forgets a request that is given up meanwhile', async () => {
    const wire = await greeted();
    const stop = new AbortController();
    const reading = read(wire, 1, 1000, stop.signal);
    busy(wire.socket, 1, 500);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await pass(DEADLINE);
    expect(pages(wire.socket)).toHaveLength(1);
  });
});

describe('Link, of a server that is going away', () => {
  test('S11 lets what is in flight finish, and sends what is new on another connection', async () => {
    const wire = await greeted();
    const early = read(wire, 1);
    wire.socket.answer(0, { type: 'goAway' });
    const late = read(wire, 2);
    await pass(0);
    const [old] = wire.sockets;
    expect(wire.sockets).toHaveLength(2);
    await wire.socket.welcome();
    if (old) serve(old, 1);
    expect(await early).toBe(1);
    expect(old?.closes).toBe(1);
    serve(wire.socket, 2);
    expect(await late).toBe(2);
    expect(old && pages(old)).toHaveLength(1);
  });

  test('S11 asks another connection at once what was refused as too late', async () => {
    const wire = await greeted();
    const late = read(wire, 1);
    const { requestId = 0 } = pages(wire.socket)[0] ?? {};
    wire.socket.answer(0, { type: 'goAway' });
    const refusal = { type: 'error', code: 'BUSY', message: '', retryAfterMs: 1000 } as const;
    wire.socket.answer(requestId, refusal);
    await pass(1);
    await wire.socket.welcome();
    serve(wire.socket, 1);
    expect(await late).toBe(1);
  });

  test('V15 asks again what a leaving connection did not answer before it broke', async () => {
    const wire = await greeted();
    const reading = read(wire, 1);
    wire.socket.answer(0, { type: 'goAway' });
    wire.socket.end();
    await pass(0);
    await wire.socket.welcome();
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
  });

  test('does not take a connection that leaves as soon as it has come', async () => {
    const wire = await greeted();
    wire.socket.end();
    const reading = read(wire, 1);
    await pass(0);
    wire.socket.answer(0, { type: 'goAway' });
    await wire.socket.welcome();
    await pass(0);
    expect(wire.sockets).toHaveLength(3);
    await wire.socket.welcome();
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
  });
});
