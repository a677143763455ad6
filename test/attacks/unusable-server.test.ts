import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it, test } from 'vitest';
import { connect } from '../../client/node/index.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer, on, SHORT_MS } from '../helpers/hostile-server.ts';
import { file, ORIGIN, signer, volumeOfFiles } from '../helpers/memory-volume.ts';

const volume = volumeOfFiles({ f: file(noise(3000)) });
const GOOD = { maxFrameBytes: 65_536, maxOutstandingBytes: 65_536, maxOutstandingRequests: 8 };

/** A server that answers an upgrade with these lines, and then stays. */
async function upgradeServer(answer: (key: string) => readonly string[] | undefined) {
  const http = createServer();
  const sockets: Socket[] = [];
  http.on('upgrade', (request, socket: Socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    const lines = answer(request.headers['sec-websocket-key'] ?? '');
    if (lines) socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    sockets,
    url: `ws://127.0.0.1:${port}/${ORIGIN}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function accepted(key: string, ...more: readonly string[]): readonly string[] {
  const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  const hash = createHash('sha1').update(`${key}${guid}`).digest('base64');
  const start = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  return [...start, `Sec-WebSocket-Accept: ${hash}`, ...more];
}

const SELECTED = 'Sec-WebSocket-Protocol: pageseal.v1';

describe('connect()', () => {
  it.each([
    { attack: 'frames of 65,535 bytes', limits: { ...GOOD, maxFrameBytes: 65_535 } },
    {
      attack: 'frames above the maximum',
      limits: { ...GOOD, maxFrameBytes: 1_572_865, maxOutstandingBytes: 2 ** 24 },
    },
    {
      attack: 'frames of 2^32 - 1 bytes',
      limits: { ...GOOD, maxFrameBytes: 2 ** 32 - 1, maxOutstandingBytes: 2 ** 32 - 1 },
    },
    { attack: 'no bytes at all', limits: { ...GOOD, maxFrameBytes: 0 } },
    { attack: 'less in flight than one frame', limits: { ...GOOD, maxOutstandingBytes: 65_535 } },
    { attack: 'seven requests', limits: { ...GOOD, maxOutstandingRequests: 7 } },
    { attack: 'no requests', limits: { ...GOOD, maxOutstandingRequests: 0 } },
  ])('V12 refuses a server that announces $attack', async ({ limits }) => {
    await using server = await hostileServer(
      volume,
      on('welcome', (message) => ({ ...message, ...limits })),
    );
    await expect(connectTo(server)).rejects.toThrow(failure('ProtocolError', 'ERR_WELCOME'));
    await server.disconnected();
    expect(server.requests).toEqual([{ type: 'hello' }]);
  });

  it.each([
    { limits: GOOD },
    {
      limits: {
        maxFrameBytes: 1_572_864,
        maxOutstandingBytes: 2 ** 32 - 1,
        maxOutstandingRequests: 2 ** 32 - 1,
      },
    },
  ])('V12 accepts the bounds $limits', async ({ limits }) => {
    await using server = await hostileServer(
      volume,
      on('welcome', (message) => ({ ...message, ...limits })),
    );
    await using opened = await connectTo(server);
    expect(opened.statement.version).toBe(1);
  });

  it.each([
    { attack: 'no subprotocol', headers: [] },
    { attack: 'another subprotocol', headers: ['Sec-WebSocket-Protocol: pageseal.v2'] },
  ])('V12 refuses a server that selects $attack', async ({ headers }) => {
    await using server = await upgradeServer((key) => accepted(key, ...headers));
    const connecting = connect(server.url, { keys: [signer.key] });
    await expect(connecting).rejects.toThrow(failure('ProtocolError', 'ERR_WELCOME'));
  });

  it.each([
    {
      attack: 'selects an extension',
      answer: (key: string) =>
        accepted(key, SELECTED, 'Sec-WebSocket-Extensions: permessage-deflate'),
    },
    {
      attack: 'redirects',
      answer: () => [
        'HTTP/1.1 302 Found',
        'Location: ws://127.0.0.1:1/lab.example/images',
        'Content-Length: 0',
      ],
    },
    { attack: 'refuses', answer: () => ['HTTP/1.1 404 Not Found', 'Content-Length: 0'] },
    { attack: 'proves no key', answer: () => accepted('another key', SELECTED) },
    { attack: 'answers with a page', answer: () => ['HTTP/1.1 200 OK', 'Content-Length: 1000000'] },
    { attack: 'does not speak HTTP', answer: () => ['SSH-2.0-OpenSSH_9.6'] },
  ])('V15 reports ERR_CONNECT of a server that $attack', async ({ answer }) => {
    await using server = await upgradeServer(answer);
    const connecting = connect(server.url, { keys: [signer.key] });
    await expect(connecting).rejects.toThrow(failure('TransportError', 'ERR_CONNECT'));
    expect(server.sockets).toHaveLength(1);
  });

  test('V15 reports ERR_CONNECT if nobody listens', async () => {
    const connecting = connect(`ws://127.0.0.1:9/${ORIGIN}`, { keys: [signer.key] });
    await expect(connecting).rejects.toThrow(failure('TransportError', 'ERR_CONNECT'));
  });

  test('V15 does not wait for an upgrade for ever', async () => {
    await using server = await upgradeServer(() => undefined);
    const connecting = connect(server.url, { keys: [signer.key], deadlineMs: SHORT_MS });
    await expect(connecting).rejects.toThrow(failure('TransportError', 'ERR_DEADLINE'));
  });

  test('V15 stops waiting for an upgrade when its signal aborts', async () => {
    await using server = await upgradeServer(() => undefined);
    const stop = new AbortController();
    const connecting = connect(server.url, { keys: [signer.key], signal: stop.signal });
    while (server.sockets.length === 0) await new Promise(setImmediate);
    const reason = new Error('enough');
    stop.abort(reason);
    await expect(connecting).rejects.toBe(reason);
  });

  test('V25 reports a refusal of Hello as one', async () => {
    await using server = await hostileServer(
      volume,
      on('welcome', () => ({ type: 'error', code: 'BUSY', message: 'no', retryAfterMs: 7 })),
    );
    const connecting = connectTo(server);
    await expect(connecting).rejects.toThrow(failure('RequestError', 'ERR_REMOTE_BUSY'));
    await expect(connecting).rejects.toHaveProperty('retryAfterMs', 7);
    await server.disconnected();
  });
});
