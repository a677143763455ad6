import { describe, expect, it, test, vi } from 'vitest';
import { IntegrityError, TransportError } from '../../common/errors.ts';
import type { ServerMessage } from '../../common/wire.ts';
import { failure } from '../helpers/failure.ts';
import {
  DEADLINE,
  GONE,
  greeted,
  LIMITS,
  PERIOD,
  pass,
  read,
  SILENT,
  type Socket,
  serve,
  stopClocks,
  types,
  type Wire,
} from '../helpers/wire.ts';

const PONG: ServerMessage = { type: 'pong' };

stopClocks();

describe('Link, of a server that is silent', () => {
  test('V15 pings, and replaces the connection when nothing comes, long before the deadline', async () => {
    const wire = await greeted();
    await pass(PERIOD);
    const reading = read(wire, 1);
    await pass(2 * PERIOD);
    expect(types(wire.socket)).toEqual(['readPages', 'ping']);
    await pass(PERIOD + 1);
    expect(wire.sockets).toHaveLength(2);
    expect(wire.sockets[0]?.closes).toBe(1);
    await wire.socket.welcome();
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
  });

  test('V15 leaves a slow server its time that answers pings', async () => {
    const wire = await greeted();
    const reading = read(wire, 1);
    for (let i = 0; i < 5; i += 1) {
      await pass(PERIOD);
      for (const { requestId, message } of wire.socket.sent.splice(1)) {
        if (message.type === 'ping') wire.socket.answer(requestId, PONG);
      }
    }
    await pass(PERIOD - 1);
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
    expect(wire.sockets).toHaveLength(1);
  });

  test('V15 does not ping where nothing is wanted, or the window has no room', async () => {
    const wire = await greeted({ ...LIMITS, maxOutstandingBytes: 65_536 });
    await pass(10 * DEADLINE);
    expect(wire.socket.sent).toEqual([]);
    const reading = read(wire, 1, 65_000);
    await pass(2 * PERIOD);
    expect(types(wire.socket)).toEqual(['readPages']);
    await pass(PERIOD + 1);
    expect(wire.sockets).toHaveLength(2);
    await wire.socket.welcome();
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
  });

  test('V15 takes one late look for no silence', async () => {
    const wire = await greeted();
    const reading = read(wire, 1);
    // a program that is stopped for long: its timers are late, and the answer waits to be read
    vi.setSystemTime(Date.now() + 3_600_000);
    vi.advanceTimersToNextTimer();
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
    expect(wire.sockets).toHaveLength(1);
  });

  test('V15 replaces a connection that goes on, but answers neither a request nor its Cancel', async () => {
    const wire = await greeted();
    const reading = expect(read(wire, 1)).rejects.toThrow(SILENT);
    const keepAnswering = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += PERIOD / 2) {
        const other = read(wire, 2);
        serve(wire.socket, 2);
        wire.socket.sent.splice(1);
        await other;
        await pass(PERIOD / 2);
      }
    };
    await keepAnswering(DEADLINE);
    await reading;
    expect(wire.sockets[0]?.closes).toBe(0);
    await keepAnswering(DEADLINE - PERIOD);
    await pass(3 * PERIOD);
    expect(wire.sockets[0]?.closes).toBe(1);
    expect(wire.link.endedBy).toBeUndefined();
  });
});

describe('Link, connected again', () => {
  it.each([
    {
      what: 'was forged',
      error: new IntegrityError('ERR_SIGNATURE', 'bad signature'),
      expected: failure('IntegrityError', 'ERR_SIGNATURE'),
    },
  ])('V2 ends where the statement $what', async ({ error, expected }) => {
    const judge = vi.fn(() => Promise.reject(error));
    const wire = await greeted(LIMITS, { judge });
    expect(judge).not.toHaveBeenCalled();
    const reading = expect(read(wire, 1)).rejects.toThrow(expected);
    wire.socket.end();
    await pass(0);
    await wire.socket.welcome(LIMITS, new Uint8Array([1, 2]));
    await reading;
    expect(judge).toHaveBeenCalledWith(new Uint8Array([1, 2]));
    expect(wire.socket.sent).toEqual([]);
    expect(wire.socket.closes).toBe(1);
    expect(wire.link.endedBy).toBe(error);
  });

  test('V12 ends where the limits are none', async () => {
    const wire = await greeted();
    const reading = expect(read(wire, 1)).rejects.toThrow(failure('ProtocolError', 'ERR_WELCOME'));
    wire.socket.end();
    await pass(0);
    await wire.socket.welcome({ ...LIMITS, maxOutstandingRequests: 0 });
    await reading;
    expect(wire.link.endedBy).toMatchObject({ code: 'ERR_WELCOME' });
  });

  test('goes on with a server that has no statement, or that refuses Hello for a while', async () => {
    const judge = vi.fn(() => Promise.resolve());
    const wire = await greeted(LIMITS, { judge });
    const reading = read(wire, 1);
    wire.socket.end();
    await pass(0);
    const busy = { type: 'error', code: 'BUSY', message: '', retryAfterMs: 700 } as const;
    wire.socket.answer(wire.socket.sent[0]?.requestId ?? 0, busy);
    await pass(699);
    expect(wire.sockets).toHaveLength(2);
    await pass(1);
    await wire.socket.welcome();
    serve(wire.socket, 1);
    expect(await reading).toBe(1);
    expect(judge).not.toHaveBeenCalled();
  });
});

test('V15 says that the connection was lost, though the attempts to replace it took too long', async () => {
  const wire = await greeted();
  const reading = expect(read(wire, 1)).rejects.toThrow(GONE);
  wire.socket.end();
  await pass(DEADLINE); // no attempt is ever answered
  await reading;
  expect(wire.sockets.length).toBeGreaterThan(1);
});

describe('Link.watch()', () => {
  async function watching(): Promise<{
    wire: Wire;
    notes: number[];
    ended: unknown[];
    stop: () => void;
  }> {
    const wire = await greeted();
    const notes: number[] = [];
    const ended: unknown[] = [];
    const stop = wire.link.watch({
      statement: (note) => void notes.push(note[0] ?? -1),
      ended: (error) => void ended.push(error),
    });
    push(wire.socket, 1);
    return { wire, notes, ended, stop };
  }

  function push(socket: Socket, version: number): void {
    const watch = socket.sent.find(({ message }) => message.type === 'watch');
    const statement = new Uint8Array([version]);
    socket.answer(watch?.requestId ?? 0, { type: 'statement', statement });
  }

  test.each(['is lost', 'is left'])('V34 subscribes again when the connection %s', async (how) => {
    const { wire, notes, ended, stop } = await watching();
    push(wire.socket, 2);
    const [old] = wire.sockets;
    if (how === 'is lost') old?.end();
    else old?.answer(0, { type: 'goAway' });
    await pass(0);
    await wire.socket.welcome();
    push(wire.socket, 3);
    push(wire.socket, 4);
    expect(notes).toEqual([1, 2, 3, 4]);
    await pass(DEADLINE / 2);
    stop();
    expect(wire.socket.cancelled).toHaveLength(1);
    expect(ended).toEqual([]);
    push(wire.socket, 5); // crossed the Cancel
    expect(notes).toEqual([1, 2, 3, 4]);
    wire.link.close();
    expect(ended).toEqual([]);
  });

  test('V15 ends when the server stays away', async () => {
    const { wire, ended } = await watching();
    wire.refusal = new TransportError('ERR_CONNECT', 'connection was refused');
    await pass(DEADLINE / 2);
    wire.socket.end();
    await pass(DEADLINE - 1);
    expect(ended).toEqual([]);
    await pass(1);
    expect(ended).toEqual([GONE]);
  });

  test('V15 finds out that a silent connection is dead', async () => {
    const { wire, ended } = await watching();
    await pass(DEADLINE + 2 * PERIOD);
    expect(types(wire.sockets[0] as Socket)).toEqual(['watch', 'ping']);
    await pass(PERIOD + 1);
    expect(wire.sockets).toHaveLength(2);
    expect(ended).toEqual([]);
    wire.link.close();
    expect(ended).toEqual([GONE]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
