import { getEventListeners } from 'node:events';
import { describe, expect, it, test } from 'vitest';
import { originOf } from '../../client/connect.ts';
import { connect } from '../../client/node/index.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer, on } from '../helpers/hostile-server.ts';
import { file, ISSUED, ORIGIN, Signer, signer, volumeOfFiles } from '../helpers/memory-volume.ts';

const volume = volumeOfFiles({ f: file(noise(3000)) });
const wrong = expect.objectContaining({ name: 'TypeError' });

describe('originOf()', () => {
  it.each([
    { url: 'wss://host/a', origin: 'a' },
    { url: 'ws://host:8080/lab.example/images', origin: 'lab.example/images' },
    {
      url: 'wss://host/base/lab.example/images',
      asked: 'lab.example/images',
      origin: 'lab.example/images',
    },
    { url: 'wss://host/lab.example/images?token=1', origin: 'lab.example/images' },
    { url: 'wss://user:secret@host/a', origin: 'a' },
    { url: 'WSS://HOST/a', origin: 'a' },
  ])('reads $origin in $url', ({ url, asked, origin }) => {
    expect(originOf(url, asked)).toBe(origin);
  });

  it.each([
    { url: 'host/a' },
    { url: '' },
    { url: 'https://host/a' },
    { url: 'wss://host/a#fragment' },
    { url: 'wss://host' },
    { url: 'wss://host/' },
    { url: 'wss://host/A' },
    { url: 'wss://host/a/' },
    { url: 'wss://host//a' },
    { url: 'wss://host/a%2fb' },
    { url: 'wss://host/é' },
    { url: `wss://host/${'a'.repeat(201)}` },
    { url: 'wss://host/base/a', asked: 'b' },
    { url: 'wss://host/ba', asked: 'a' },
    { url: 'wss://host/a', asked: '' },
    { url: 'wss://host/a', asked: '..' },
    { url: 'wss://host/a', asked: '/a' },
  ])('refuses $url for origin $asked', ({ url, asked }) => {
    expect(() => originOf(url, asked)).toThrow(wrong);
  });
});

describe('connect()', () => {
  const other = new Signer(2).key;

  it.each([
    { what: 'no keys', options: { keys: [] } },
    { what: 'threshold 0', options: { keys: [signer.key], threshold: 0 } },
    { what: 'threshold 2 of 1', options: { keys: [signer.key], threshold: 2 } },
    { what: 'threshold 1.5', options: { keys: [signer.key, other], threshold: 1.5 } },
    { what: 'threshold NaN', options: { keys: [signer.key], threshold: Number.NaN } },
  ])('refuses $what before it connects', async ({ options }) => {
    const connecting = connect(`ws://127.0.0.1:1/${ORIGIN}`, options);
    await expect(connecting).rejects.toThrow(wrong);
  });

  it.each([
    { what: 'no deadline', options: { deadlineMs: Number.POSITIVE_INFINITY } },
    { what: 'no caches', options: { cache: { pageBytes: 0, nodeBytes: 0 } } },
    { what: 'as many signatures as keys', options: { threshold: 1 } },
    { what: 'no age allowed', options: { maxAgeMs: 0, now: () => ISSUED } },
    { what: 'the least version and series', options: { minVersion: 1, series: 0 } },
  ])('reads with $what', async ({ options }) => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, options);
    const f = await opened.open('f');
    expect(await f.read(0, 3000)).toHaveLength(3000);
    expect(await f.read(1000, 2000)).toHaveLength(2000);
  });

  test('does not connect under a signal that has been aborted', async () => {
    const reason = new Error('enough');
    await using server = await hostileServer(volume);
    await expect(connectTo(server, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.requests).toEqual([]);
  });

  test('leaves no listener on a signal, whether it connects or not', async () => {
    const { signal } = new AbortController();
    await using server = await hostileServer(volume);
    await using _volume = await connectTo(server, { signal });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    server.tamper = on('welcome', () => undefined);
    await expect(connectTo(server, { signal, deadlineMs: 50 })).rejects.toThrow('no answer');
    const nowhere = connect(`ws://127.0.0.1:9/${ORIGIN}`, { keys: [signer.key], signal });
    await expect(nowhere).rejects.toThrow(failure('TransportError', 'ERR_CONNECT'));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('closes the connection when its signal aborts', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    await using server = await hostileServer(
      volume,
      on('pages', () => () => stop.abort(reason)),
    );
    await expect(connectTo(server, { signal: stop.signal })).rejects.toBe(reason);
    await server.disconnected();
  });

  test('closes the connection with the volume', async () => {
    await using server = await hostileServer(volume);
    const opened = await connectTo(server);
    const f = await opened.open('f');
    await f.read(0, 10);
    await opened[Symbol.asyncDispose]();
    await server.disconnected();
    expect(await f.read(0, 10)).toHaveLength(10); // what was read before stays good
    const gone = failure('TransportError', 'ERR_CONNECTION');
    await expect(f.read(2000, 10)).rejects.toThrow(gone);
  });
});
