import { describe, expect, it, test } from 'vitest';
import { encodeServerFrame } from '../../common/wire.ts';
import { attackedVolume, onReads } from '../helpers/attacked-volume.ts';
import { failure } from '../helpers/failure.ts';
import {
  connectTo,
  drain,
  hostileServer,
  on,
  type Reply,
  SHORT_MS,
  type Tamper,
} from '../helpers/hostile-server.ts';

const { f, volume } = attackedVolume();
const large = attackedVolume({ large: true });

const SILENT = ['TransportError', 'ERR_DEADLINE'] as const;
const GONE = ['TransportError', 'ERR_CONNECTION'] as const;

/** Sends the header of a message and half of what it announces, then this. */
function half(then: 'close' | 'destroy' | 'wait'): Reply {
  return (webSocket, socket) => {
    socket.write(Buffer.from([0x82, 100, ...new Uint8Array(50)]));
    if (then === 'destroy') socket.destroy();
    if (then === 'close') webSocket.terminate();
  };
}

describe('connect()', () => {
  it.each<{ attack: string; tamper: Tamper; error: readonly [string, string] }>([
    { attack: 'never answers Hello', tamper: on('welcome', () => undefined), error: SILENT },
    { attack: 'never sends the root', tamper: on('pages', () => undefined), error: SILENT },
    {
      attack: 'closes after Hello',
      tamper: on('welcome', () => (webSocket) => webSocket.close(1013)),
      error: GONE,
    },
    {
      attack: 'closes instead of the root',
      tamper: on('pages', () => (webSocket) => webSocket.close()),
      error: GONE,
    },
    {
      attack: 'vanishes',
      tamper: on('pages', () => (_webSocket, socket) => socket.destroy()),
      error: GONE,
    },
  ])('V15 gives up on a server that $attack', async ({ tamper, error }) => {
    await using server = await hostileServer(volume, tamper);
    const connecting = connectTo(server, { deadlineMs: SHORT_MS });
    await expect(connecting).rejects.toThrow(failure(...error));
    await server.disconnected();
  });
});

describe('RemoteFile', () => {
  it.each<{ attack: string; reply: Reply; error: readonly [string, string] }>([
    { attack: 'never answers', reply: undefined, error: SILENT },
    { attack: 'sends half a message and waits', reply: half('wait'), error: SILENT },
    { attack: 'sends half a message and closes', reply: half('close'), error: GONE },
    { attack: 'sends half a message and vanishes', reply: half('destroy'), error: GONE },
    {
      attack: 'closes in mid-answer',
      reply: (webSocket) => webSocket.close(1001, 'bye'),
      error: GONE,
    },
  ])('V15 releases nothing of a server that $attack', async ({ reply, error }) => {
    let replies = 0; // two halves might make one whole
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', () => {
        replies += 1;
        return replies === 1 ? reply : undefined;
      }),
    );
    await using opened = await connectTo(server, { deadlineMs: SHORT_MS });
    const file = await opened.open('f');
    const given: Uint8Array[] = [];
    const reads = [file.read(0, 10), file.read(2000, 10), drain(file.pages(), given)];
    const settled = await Promise.allSettled(reads);
    expect(settled[0]).toEqual({ status: 'rejected', reason: failure(...error) });
    expect(settled[1]?.status).toBe('rejected');
    expect(settled[2]?.status).toBe('rejected');
    expect(given).toEqual([]);
    await expect(file.read(0, 10)).rejects.toMatchObject({
      name: 'TransportError',
      code: expect.stringMatching(/^ERR_(?:CONNECTION|DEADLINE)$/), // the same server again
    });
  });

  test('V15 waits no longer for one request because others are answered', async () => {
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', (message, { first }) => (first === 3 ? undefined : message)),
    );
    await using opened = await connectTo(server, {
      deadlineMs: 3 * SHORT_MS,
      cache: { pageBytes: 1 },
    });
    const file = await opened.open('f');
    const silent = file.read(3 * 1024, 1);
    const timer = setInterval(() => {
      file.read(0, 1).catch(() => undefined);
    }, SHORT_MS / 4);
    await expect(silent).rejects.toThrow(failure(...SILENT));
    clearInterval(timer);
    await server.disconnected();
  });

  test('V15 gives up on a stream whose nodes never come', async () => {
    await using server = await hostileServer(
      large.volume,
      onReads(large.f, 'nodes', () => undefined),
    );
    await using opened = await connectTo(server, { deadlineMs: SHORT_MS });
    const given: Uint8Array[] = [];
    const reading = drain((await opened.open('f')).pages(), given);
    await expect(reading).rejects.toThrow(failure(...SILENT));
    expect(given).toEqual([]);
    await server.disconnected();
  });

  test('V15 gives up on a server that answers a Cancel with silence', async () => {
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', () => undefined),
    );
    await using opened = await connectTo(server, { deadlineMs: SHORT_MS });
    const file = await opened.open('f');
    const stop = new AbortController();
    const reading = file.read(0, 1, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await server.disconnected();
    expect(server.asked('cancel')).toHaveLength(1);
  });

  test('V15 delivers the runs that came before the server vanished', async () => {
    await using server = await hostileServer(
      large.volume,
      onReads(large.f, 'pages', (message, { first }, requestId) =>
        first === 0
          ? [encodeServerFrame(requestId, message), (_webSocket, socket) => socket.end()]
          : undefined,
      ),
    );
    await using opened = await connectTo(server, { deadlineMs: 500 });
    const given: Uint8Array[] = [];
    const reading = drain((await opened.open('f')).pages(), given);
    await expect(reading).rejects.toThrow(failure(...GONE));
    expect(given).toHaveLength(1);
    expect(given[0]).toEqual(large.f.data.slice(0, given[0]?.length));
  });
});
