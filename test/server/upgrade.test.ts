import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { WebSocket } from 'ws';
import { type RunningServer, serve } from '../../server/serve.ts';
import { noise } from '../helpers/bytes.ts';
import { file, ORIGIN, volumeOfFiles } from '../helpers/memory-volume.ts';
import { greetedClient, rawClient } from '../helpers/raw-client.ts';
import { silentLog } from '../helpers/sealed-store.ts';

const volume = volumeOfFiles({ f: file(noise(3000)) });
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/** Sends a request and returns the whole answer's text once the server has closed. */
function exchange(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectTcp(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data) => {
      text += String(data);
    });
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
}

function upgrade(path: string, ...more: readonly string[]): readonly string[] {
  const start = [`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket'];
  return [...start, `Sec-WebSocket-Key: ${KEY}`, 'Sec-WebSocket-Version: 13', ...more];
}

const OFFER = 'Sec-WebSocket-Protocol: pageseal.v1';

describe('serve()', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await serve({ volumes: [volume], log: silentLog() });
  });
  afterAll(() => server.close());

  it.each([
    { what: 'a path it does not serve', lines: upgrade('/lab.example/other', OFFER), status: 404 },
    { what: 'a longer path', lines: upgrade(`/${ORIGIN}/x`, OFFER), status: 404 },
    { what: 'a shorter path', lines: upgrade('/lab.example', OFFER), status: 404 },
    { what: 'a path with dots', lines: upgrade(`/x/../${ORIGIN}`, OFFER), status: 404 },
    { what: 'an escaped path', lines: upgrade('/lab%2eexample/images', OFFER), status: 404 },
    { what: 'no subprotocol', lines: upgrade(`/${ORIGIN}`), status: 400 },
    {
      what: 'other subprotocols',
      lines: upgrade(`/${ORIGIN}`, 'Sec-WebSocket-Protocol: pageseal.v2, x'),
      status: 400,
    },
    { what: 'no path and no subprotocol', lines: upgrade('/'), status: 404 },
    {
      what: 'no key',
      lines: upgrade(`/${ORIGIN}`, OFFER).filter((line) => !line.includes(KEY)),
      status: 400,
    },
    {
      what: 'an old version of WebSockets',
      lines: upgrade(`/${ORIGIN}`, OFFER).map((line) => line.replace('13', '7')),
      status: 400,
    },
  ])('S1 answers an upgrade for $what with $status', async ({ lines, status }) => {
    const text = await exchange(server.port, lines);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it.each([
    { method: 'GET', path: `/${ORIGIN}`, status: 426 },
    { method: 'POST', path: `/${ORIGIN}`, status: 426 },
    { method: 'GET', path: '/lab.example/other', status: 404 },
    { method: 'GET', path: '/healthz', status: 200 },
  ])(
    'S1 answers $method $path, which is no upgrade, with $status',
    async ({ method, path, status }) => {
      const found = await new Promise((resolve, reject) => {
        const request = httpRequest({ port: server.port, method, path }, (response) => {
          response.resume();
          resolve({ status: response.statusCode, upgrade: response.headers.upgrade });
        });
        request.on('error', reject).end();
      });
      expect(found).toEqual({ status, upgrade: status === 426 ? 'websocket' : undefined });
    },
  );

  test('S1 selects pageseal.v1 among others, and no extension', async () => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${server.port}/${ORIGIN}?x=1`, [
      'a',
      'pageseal.v1',
    ]);
    await new Promise((resolve) => webSocket.on('open', resolve));
    expect(webSocket.protocol).toBe('pageseal.v1');
    expect(webSocket.extensions).toBe('');
    webSocket.terminate();
  });

  test('S1 refuses two volumes of one origin', async () => {
    const serving = serve({ volumes: [volume, volume], log: silentLog() });
    await expect(serving).rejects.toThrow(RangeError);
  });

  test('S12 answers with 503 and Retry-After beyond its most connections', async () => {
    await using small = await serve({ volumes: [volume], log: silentLog(), maxConnections: 2 });
    await using first = await greetedClient(small);
    await using _second = await greetedClient(small);
    const text = await exchange(small.port, upgrade(`/${ORIGIN}`, OFFER));
    expect(text).toMatch(/^HTTP\/1\.1 503 .*\r\nRetry-After: \d+\r\n/);
    first.webSocket.close();
    await first.closed;
    await using third = await rawClient(small).catch(() => rawClient(small));
    expect((await third.hello()).type).toBe('welcome');
  });

  test('S12 does not keep the socket of a refused upgrade, whatever its client does', async () => {
    const own = await serve({ volumes: [volume], log: silentLog() });
    const socket = connectTcp({ port: own.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(`${upgrade('/nowhere', OFFER).join('\r\n')}\r\n\r\n`);
    socket.resume();
    await new Promise((resolve) => socket.on('end', resolve));
    await own.close(); // would wait for ever for a socket that its client leaves open
    socket.destroy();
  });
});
