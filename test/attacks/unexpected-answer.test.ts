import { describe, expect, it, test } from 'vitest';
import { encodeServerFrame, type ServerMessage } from '../../common/wire.ts';
import { attackedVolume, expectRefusedReads, onReads } from '../helpers/attacked-volume.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer, on, SHORT_MS } from '../helpers/hostile-server.ts';
import { stepsTo } from '../helpers/steps.ts';

const { f, volume } = attackedVolume();
const UNEXPECTED = ['ProtocolError', 'ERR_UNEXPECTED_ANSWER'] as const;
const empty = new Uint8Array();
const STATEMENT: ServerMessage = { type: 'statement', statement: volume.newest() };
const LIMITS = { maxFrameBytes: 2 ** 20, maxOutstandingBytes: 2 ** 24, maxOutstandingRequests: 99 };

describe('RemoteFile', () => {
  it.each<{ attack: string; message: ServerMessage }>([
    { attack: 'nodes', message: { type: 'nodes', siblings: empty, nodes: empty } },
    { attack: 'a descriptor', message: { type: 'descriptor', descriptor: f.descriptor } },
    { attack: 'steps', message: stepsTo([f, 0]) },
    { attack: 'a statement', message: STATEMENT },
    { attack: 'a pong', message: { type: 'pong' } },
    { attack: 'a GoAway', message: { type: 'goAway' } },
    {
      attack: 'a second Welcome',
      message: { type: 'welcome', ...LIMITS, statement: volume.newest() },
    },
  ])('V14 refuses $attack in answer to ReadPages', async ({ message }) => {
    await expectRefusedReads(
      volume,
      onReads(f, 'pages', () => message),
      UNEXPECTED,
    );
  });

  it.each([
    { attack: 'a request that was never made', id: (requestId: number) => requestId + 1 },
    { attack: 'a request that was answered before', id: () => 2 },
    { attack: 'request 0', id: () => 0 },
    { attack: 'request 2^32 - 1', id: () => 2 ** 32 - 1 },
  ])('V14 refuses an answer to $attack', async ({ id }) => {
    const tamper = onReads(f, 'pages', (message, _request, requestId) => ({
      requestId: id(requestId),
      message,
    }));
    await expectRefusedReads(volume, tamper, UNEXPECTED);
  });

  it.each<{ attack: string; message: ServerMessage }>([
    { attack: 'an error', message: { type: 'error', code: 'BUSY', message: '', retryAfterMs: 0 } },
    { attack: 'a statement', message: STATEMENT },
  ])('V14 refuses $attack that answers nothing', async ({ message }) => {
    const tamper = onReads(f, 'pages', () => ({ requestId: 77, message }));
    await expectRefusedReads(volume, tamper, UNEXPECTED);
  });

  test('V14 refuses a second answer, and keeps what the first one proved', async () => {
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', (message, _request, requestId) => {
        const frame = encodeServerFrame(requestId, message);
        return [frame, frame];
      }),
    );
    await using opened = await connectTo(server);
    const file = await opened.open('f');
    expect(await file.read(8, 1000)).toEqual(f.data.slice(8, 1008));
    await server.disconnected();
    await expect(file.read(2048, 1)).rejects.toThrow(failure(...UNEXPECTED));
    expect(await file.read(0, 1024)).toEqual(f.data.slice(0, 1024));
  });

  test('V14 V16 verifies the late answer to a request that was cancelled', async () => {
    const stop = new AbortController();
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', (message, _request, requestId) => () => {
        stop.abort(new Error('enough'));
        const cut = { ...message, data: message.data.slice(1) };
        setImmediate(() => server.say(encodeServerFrame(requestId, cut)));
      }),
    );
    await using opened = await connectTo(server);
    const file = await opened.open('f');
    await expect(file.read(0, 10, { signal: stop.signal })).rejects.toThrow('enough');
    await server.disconnected();
    await expect(file.read(0, 10)).rejects.toThrow(failure('ProtocolError', 'ERR_DATA_LENGTH'));
  });
});

describe('connect()', () => {
  it.each<{ attack: string; message: ServerMessage }>([
    { attack: 'pages', message: { type: 'pages', siblings: empty, data: empty } },
    { attack: 'a statement', message: STATEMENT },
    { attack: 'GoAway', message: { type: 'goAway' } },
  ])('V12 V14 refuses $attack instead of Welcome', async ({ message }) => {
    await using server = await hostileServer(
      volume,
      on('welcome', () => message),
    );
    await expect(connectTo(server)).rejects.toThrow(failure(...UNEXPECTED));
    await server.disconnected();
  });

  test('V14 refuses a Welcome that comes twice', async () => {
    await using server = await hostileServer(
      volume,
      on('welcome', (message, _request, requestId) => {
        const frame = encodeServerFrame(requestId, message);
        return [frame, frame];
      }),
    );
    await expect(connectTo(server)).rejects.toThrow(failure(...UNEXPECTED));
    await server.disconnected();
  });
});

describe('Volume', () => {
  test('V14 takes GoAway as it is meant: what is in flight finishes, and nothing new is asked', async () => {
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', (message, _request, requestId) => [
        { requestId: 0, message: { type: 'goAway' } },
        { requestId, message },
        { requestId: 0, message: { type: 'goAway' } },
      ]),
    );
    await using opened = await connectTo(server);
    const file = await opened.open('f');
    expect(await file.read(0, 1000)).toEqual(f.data.slice(0, 1000));
    expect(await file.read(5000, 1000)).toEqual(f.data.slice(5000, 6000)); // elsewhere
    expect(server.asked('hello').length).toBeGreaterThan(1);
  });

  test('V14 ends a connection on the first of many frames nobody asked for', async () => {
    const unasked = encodeServerFrame(4000, {
      type: 'pages',
      siblings: empty,
      data: new Uint8Array(2 ** 20),
    });
    let flooded = 0;
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', () => (webSocket) => {
        const flood = () => {
          if (webSocket.readyState !== webSocket.OPEN) return;
          flooded += 1;
          webSocket.send(unasked, () => setImmediate(flood));
        };
        flood();
      }),
    );
    await using opened = await connectTo(server, { deadlineMs: 60_000 });
    const file = await opened.open('f');
    await expect(file.read(0, 1)).rejects.toThrow(failure(...UNEXPECTED));
    await server.disconnected();
    expect(flooded).toBeLessThan(200);
  });

  test('V15 is not kept waiting by a flood of GoAway', async () => {
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', () => (webSocket) => {
        const flood = () => {
          if (webSocket.readyState !== webSocket.OPEN) return;
          webSocket.send(encodeServerFrame(0, { type: 'goAway' }), () => setImmediate(flood));
        };
        flood();
      }),
    );
    await using opened = await connectTo(server, { deadlineMs: SHORT_MS });
    const file = await opened.open('f');
    await expect(file.read(0, 1)).rejects.toThrow(failure('TransportError', 'ERR_DEADLINE'));
    await server.disconnected();
  });
});
