import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { pagesCost } from '../../common/cost.ts';
import { fsverityDigest } from '../../common/descriptor.ts';
import type { ReadPages } from '../../common/read-frames.ts';
import { FSVERITY } from '../../common/tree/profile.ts';
import { nodesFromRangeProof } from '../../common/tree/verify-range.ts';
import { type ClientMessage, encodeClientFrame, type ReadNodes } from '../../common/wire.ts';
import { type RunningServer, serve } from '../../server/serve.ts';
import { flipBit, hex, noise } from '../helpers/bytes.ts';
import {
  directory,
  entryOf,
  file,
  signer,
  statementText,
  symlink,
  volumeOf,
} from '../helpers/memory-volume.ts';
import { greetedClient, rawClient } from '../helpers/raw-client.ts';
import { silentLog } from '../helpers/sealed-store.ts';

const f = file(noise(12 * 1024 + 700, 1));
const v = file(noise(40 * 1024 + 1, 2), { profile: FSVERITY });
const wide = file(noise(2 ** 21, 3), { pageSize: 4096 });
const lone = file(noise(100, 4));
const empty = file(new Uint8Array());
const d = directory(Array.from({ length: 70 }, (_, i) => symlink(`n${10 + i}`, 'x'.repeat(400))));
const root = directory([entryOf('d', d), entryOf('f', f), entryOf('v', v)]);
const volume = volumeOf(root, [f, v, wide, lone, empty, d]);
const second = signer.note(statementText(root, { version: 2 }));
volume.publish(second, 2);

const digest = fsverityDigest(v.parsed) ?? new Uint8Array();
const unknown = flipBit(f.id, 0);
const page: ReadPages = { type: 'readPages', object: f.id, first: 0, count: 1, anchorLevel: 4 };
const node: ReadNodes = {
  type: 'readNodes',
  object: f.id,
  level: 0,
  first: 0,
  count: 1,
  anchorLevel: 4,
};

let server: RunningServer;
beforeAll(async () => {
  server = await serve({ volumes: [volume], log: silentLog() });
});
afterAll(() => server.close());

afterEach(async () => {
  // whatever was done to the server, others are served
  await using client = await greetedClient(server);
  expect(await client.ask(page)).toMatchObject({ type: 'pages', data: f.page(0) });
});

describe('serve()', () => {
  it.each<{ what: string; frames: readonly (readonly [number, ClientMessage])[] }>([
    { what: 'a read before Hello', frames: [[1, page]] },
    { what: 'a Ping before Hello', frames: [[1, { type: 'ping' }]] },
    { what: 'a Cancel before Hello', frames: [[1, { type: 'cancel' }]] },
    { what: 'Hello with id 0', frames: [[0, { type: 'hello' }]] },
    {
      what: 'a second Hello',
      frames: [
        [1, { type: 'hello' }],
        [2, { type: 'hello' }],
      ],
    },
    {
      what: 'a request with id 0',
      frames: [
        [1, { type: 'hello' }],
        [0, { type: 'ping' }],
      ],
    },
    {
      what: 'a second Watch',
      frames: [
        [1, { type: 'hello' }],
        [2, { type: 'watch' }],
        [3, { type: 'watch' }],
      ],
    },
    {
      what: 'a read under the id of a Watch',
      frames: [
        [1, { type: 'hello' }],
        [2, { type: 'watch' }],
        [2, page],
      ],
    },
    {
      what: 'a second Watch under the same id',
      frames: [
        [1, { type: 'hello' }],
        [2, { type: 'watch' }],
        [2, { type: 'watch' }],
      ],
    },
  ])('S2 closes with 1008 after $what', async ({ frames }) => {
    await using client = await rawClient(server);
    for (const [id, message] of frames) client.say(id, message);
    expect(await client.closed).toBe(1008);
  });

  test('S2 closes with 1008 after a frame without a body in the place of Hello', async () => {
    await using client = await rawClient(server);
    client.webSocket.send(hex('0801'));
    expect(await client.closed).toBe(1008);
  });

  test('S2 answers nothing after it has closed', async () => {
    await using client = await greetedClient(server);
    client.say(0, { type: 'ping' });
    for (let id = 2; id < 50; id += 1) client.say(id, { type: 'ping' });
    expect(await client.closed).toBe(1008);
    expect(client.arrived).toEqual([]);
  });

  it.each<{ what: string; message: string | Uint8Array; code: number }>([
    { what: 'a text message', message: 'hello', code: 1003 },
    { what: 'a message of 4,097 bytes', message: new Uint8Array(4097), code: 1009 },
    { what: 'a message of a megabyte', message: new Uint8Array(2 ** 20), code: 1009 },
    { what: 'noise', message: hex('ffffffffffffffffffff'), code: 1007 },
    { what: 'a cut frame', message: encodeClientFrame(2, page).slice(0, -1), code: 1007 },
    { what: 'a field number of 0', message: hex('0801 0200'), code: 1007 },
  ])('S3 closes with $code after $what', async ({ message, code }) => {
    for (const greeted of [false, true]) {
      await using client = await (greeted ? greetedClient(server) : rawClient(server));
      client.webSocket.send(message);
      expect(await client.closed).toBe(code);
    }
  });

  test('S3 closes with 1009 after fragments that together are too long', async () => {
    await using client = await greetedClient(server);
    client.webSocket.send(new Uint8Array(4000), { fin: false });
    client.webSocket.send(new Uint8Array(97), { fin: true });
    expect(await client.closed).toBe(1009);
  });

  it.each([
    { what: 'no body', frame: hex('0805') },
    { what: 'an unknown body', frame: hex('0805 7a00') },
  ])('S4 answers a frame with $what with BAD_REQUEST', async ({ frame }) => {
    await using client = await greetedClient(server);
    client.webSocket.send(frame);
    expect(await client.next()).toMatchObject({
      requestId: 5,
      message: { type: 'error', code: 'BAD_REQUEST' },
    });
  });

  it.each<{ what: string; request: ClientMessage }>([
    { what: 'an object of 31 bytes', request: { ...page, object: f.id.slice(1) } },
    { what: 'an object of 33 bytes', request: { ...page, object: new Uint8Array(33) } },
    { what: 'no object', request: { ...page, object: new Uint8Array() } },
    { what: 'nodes of an object of 31 bytes', request: { ...node, object: f.id.slice(1) } },
    { what: 'a description of 31 bytes', request: { type: 'describe', object: f.id.slice(1) } },
    { what: 'a description of nothing', request: { type: 'describe', object: new Uint8Array() } },
    {
      what: 'a digest of 33 bytes',
      request: { type: 'describe', fsverityDigest: new Uint8Array(33) },
    },
    { what: 'version 0', request: { type: 'getStatement', version: '0' } },
    { what: 'version 01', request: { type: 'getStatement', version: '01' } },
    { what: 'version +1', request: { type: 'getStatement', version: '+1' } },
    { what: 'version 1.0', request: { type: 'getStatement', version: '1.0' } },
    { what: 'version 1e3', request: { type: 'getStatement', version: '1e3' } },
    { what: 'a version in words', request: { type: 'getStatement', version: '../1' } },
    { what: 'version 2^53', request: { type: 'getStatement', version: '9007199254740992' } },
    { what: 'no pages', request: { ...page, count: 0 } },
    { what: 'a page beyond the last', request: { ...page, first: 13 } },
    { what: 'pages to beyond the last', request: { ...page, first: 12, count: 2 } },
    { what: 'a sum of 2^32', request: { ...page, first: 1, count: 2 ** 32 - 1 } },
    { what: 'a sum of 2^33 - 2', request: { ...page, first: 2 ** 32 - 1, count: 2 ** 32 - 1 } },
    { what: 'pages up to level 5 of 4', request: { ...page, anchorLevel: 5 } },
    { what: 'pages up to level 2^32 - 1', request: { ...page, anchorLevel: 2 ** 32 - 1 } },
    { what: 'a page of an empty file', request: { ...page, object: empty.id, anchorLevel: 0 } },
    { what: 'no nodes', request: { ...node, count: 0 } },
    { what: 'nodes of the anchor level', request: { ...node, level: 4 } },
    { what: 'nodes above their anchors', request: { ...node, level: 3, anchorLevel: 2 } },
    {
      what: 'nodes of level 2^32 - 1',
      request: { ...node, level: 2 ** 32 - 1, anchorLevel: 2 ** 32 - 1 },
    },
    { what: 'nodes beyond their level', request: { ...node, level: 1, first: 6, count: 2 } },
    { what: 'nodes of a sum of 2^32', request: { ...node, first: 2, count: 2 ** 32 - 2 } },
    { what: 'nodes of one page', request: { ...node, object: lone.id, anchorLevel: 0 } },
  ])('S5 answers $what with BAD_REQUEST', async ({ request }) => {
    await using client = await greetedClient(server);
    expect(await client.ask(request)).toMatchObject({ type: 'error', code: 'BAD_REQUEST' });
    expect(await client.ask(page)).toMatchObject({ type: 'pages' });
  });

  it.each<{ what: string; request: ClientMessage }>([
    { what: '2 MiB of pages', request: { ...page, object: wide.id, count: 512, anchorLevel: 9 } },
  ])('S6 answers a read of $what with TOO_LARGE', async ({ request }) => {
    await using client = await greetedClient(server);
    expect(await client.ask(request)).toMatchObject({ type: 'error', code: 'TOO_LARGE' });
    expect(await client.ask(page)).toMatchObject({ type: 'pages' });
  });

  it.each([
    { room: 64, type: 'pages' },
    { room: 63, type: 'error' },
  ])(
    'S6 counts an overhead of 64 bytes: with $room it answers with $type',
    async ({ room, type }) => {
      const request = { ...page, object: wide.id, count: 15, anchorLevel: 9 };
      const range = { level: 0, start: 0, end: 15, anchorLevel: 9 };
      const maxFrameBytes = pagesCost(wide.shape, range) + room;
      const limits = { maxFrameBytes, maxOutstandingBytes: 2 ** 20, maxOutstandingRequests: 8 };
      await using small = await serve({ volumes: [volume], log: silentLog(), limits });
      await using client = await greetedClient(small);
      const answer = await client.ask(request);
      expect(answer.type).toBe(type);
      if (answer.type === 'error') expect(answer.code).toBe('TOO_LARGE');
    },
  );

  const unreached: readonly { request: ClientMessage }[] = [
    { request: { ...page, object: unknown } },
    { request: { ...node, object: unknown } },
    { request: { type: 'describe', object: unknown } },
    { request: { type: 'describe', fsverityDigest: unknown } },
    { request: { type: 'walk', object: unknown, path: utf8('a'), room: 10_000 } },
  ];

  it.each(unreached)(
    'S7 answers $request.type of what it does not reach with UNKNOWN_OBJECT',
    async ({ request }) => {
      await using client = await greetedClient(server);
      expect(await client.ask(request)).toMatchObject({ type: 'error', code: 'UNKNOWN_OBJECT' });
    },
  );

  it.each(unreached)(
    'S7 answers $request.type of what it does not reach with GONE if versions are not retained',
    async ({ request }) => {
      volume.incomplete = true;
      onTestFinished(() => {
        volume.incomplete = false;
      });
      await using client = await greetedClient(server);
      expect(await client.ask(request)).toMatchObject({ type: 'error', code: 'GONE' });
    },
  );

  test('S8 announces limits within their bounds, and its newest statement', async () => {
    await using client = await rawClient(server);
    const welcome = await client.hello();
    expect(welcome.maxFrameBytes).toBe(1_572_864);
    expect(welcome.maxOutstandingBytes).toBeGreaterThanOrEqual(welcome.maxFrameBytes);
    expect(welcome.maxOutstandingRequests).toBeGreaterThanOrEqual(8);
    expect(welcome.statement).toEqual(second);
  });

  it.each([f, v])(
    'S9 sends pages and proofs that lead to the root: every range',
    async (object) => {
      await using client = await greetedClient(server);
      const { shape } = object;
      const count = shape.widths[0] ?? 0;
      for (let first = 0; first < count; first += 3) {
        for (let anchorLevel = 0; anchorLevel <= shape.height; anchorLevel += 1) {
          const run = Math.min(5, count - first);
          const answer = await client.ask({
            type: 'readPages',
            object: object.id,
            first,
            count: run,
            anchorLevel,
          });
          if (answer.type !== 'pages') throw new Error(answer.type);
          const { pageSize } = shape;
          expect(answer.data).toEqual(
            object.data.slice(first * pageSize, (first + run) * pageSize),
          );
          const range = { level: 0, start: first, end: first + run, anchorLevel };
          const runs = nodesFromRangeProof(
            shape,
            range,
            object.nodes(0, first, first + run),
            answer.siblings,
          );
          const anchors = runs.at(-1);
          const end = (anchors?.start ?? 0) + (anchors?.hashes.length ?? 0) / 32;
          expect(anchors?.hashes).toEqual(object.nodes(anchorLevel, anchors?.start ?? 0, end));
        }
      }
    },
  );

  test('S9 sends nodes of any level below their anchors', async () => {
    await using client = await greetedClient(server);
    for (let level = 0; level < f.shape.height; level += 1) {
      const count = f.shape.widths[level] ?? 0;
      const answer = await client.ask({ ...node, level, count });
      expect(answer).toEqual({ type: 'nodes', siblings: new Uint8Array(), nodes: f.levels[level] });
    }
  });

  test('S9 answers Describe, GetStatement and Ping', async () => {
    await using client = await greetedClient(server);
    const descriptor = { type: 'descriptor', descriptor: v.descriptor };
    expect(await client.ask({ type: 'describe', object: v.id })).toEqual(descriptor);
    expect(await client.ask({ type: 'describe', fsverityDigest: digest })).toEqual(descriptor);
    const newest = { type: 'statement', statement: second };
    expect(await client.ask({ type: 'getStatement', version: '' })).toEqual(newest);
    expect(await client.ask({ type: 'getStatement', version: '2' })).toEqual(newest);
    expect(await client.ask({ type: 'getStatement', version: '1' })).toEqual({
      type: 'statement',
      statement: volume.statement(1),
    });
    const gone = await client.ask({ type: 'getStatement', version: '3' });
    expect(gone).toMatchObject({ type: 'error', code: 'GONE' });
    expect(await client.ask({ type: 'ping' })).toEqual({ type: 'pong' });
  });

  test('S9 answers GONE while it has no statement, and Hello without one', async () => {
    const bare = volumeOf(root);
    await using none = await serve({
      volumes: [Object.assign(bare, { newest: () => new Uint8Array() })],
      log: silentLog(),
    });
    await using client = await rawClient(none);
    expect((await client.hello()).statement).toHaveLength(0);
    const gone = await client.ask({ type: 'getStatement', version: '' });
    expect(gone).toMatchObject({ type: 'error', code: 'GONE' });
  });

  test('S10 ignores a Cancel of what is not in flight', async () => {
    await using client = await greetedClient(server);
    for (const id of [1, 7, 2 ** 32 - 1]) client.say(id, { type: 'cancel' });
    client.say(9, { type: 'ping' });
    expect(await client.next()).toEqual({ requestId: 9, message: { type: 'pong' } });
  });

  test('S2 lets an id be used again once it was answered', async () => {
    await using client = await greetedClient(server);
    for (let i = 0; i < 20; i += 1) {
      client.say(7, { type: 'ping' });
      expect(await client.next()).toEqual({ requestId: 7, message: { type: 'pong' } });
    }
  });
});
