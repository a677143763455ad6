import { describe, expect, test } from 'vitest';
import type { ReadPages } from '../../common/read-frames.ts';
import { serve } from '../../server/serve.ts';
import type { ServedVolume } from '../../server/volume.ts';
import { noise } from '../helpers/bytes.ts';
import { file, type MemoryVolume, volumeOf } from '../helpers/memory-volume.ts';
import { greetedClient, rawClient } from '../helpers/raw-client.ts';
import { silentLog } from '../helpers/sealed-store.ts';

const object = file(noise(2 ** 21, 3), { pageSize: 65_536 });
const volume = volumeOf(object);
const page: ReadPages = {
  type: 'readPages',
  object: object.id,
  first: 0,
  count: 1,
  anchorLevel: 5,
};

/** The volume, but for pages that come later. */
function delaying(honest: MemoryVolume, until: Promise<void>): ServedVolume {
  return {
    origin: honest.origin,
    incomplete: honest.incomplete,
    newest: () => honest.newest(),
    statement: (version) => honest.statement(version),
    findByDigest: () => undefined,
    follow: (listener) => honest.follow(listener),
    refresh: () => undefined,
    find: (id) => {
      const found = honest.find(id);
      if (found === undefined) return undefined;
      const { shape, descriptor, isDirectory } = found;
      return {
        shape,
        descriptor,
        isDirectory,
        pageOf: (name) => found.pageOf(name),
        readNodes: (range, siblings, nodes) => found.readNodes(range, siblings, nodes),
        readPages: (range, siblings, data) =>
          until.then(() => found.readPages(range, siblings, data)),
      };
    },
  };
}

describe('RunningServer.close()', () => {
  test('S11 closes idle connections with 1001 after GoAway', async () => {
    const server = await serve({ volumes: [volume], log: silentLog() });
    await using client = await greetedClient(server);
    await using silent = await rawClient(server);
    const closing = server.close();
    expect(await client.next()).toEqual({ requestId: 0, message: { type: 'goAway' } });
    expect(await client.closed).toBe(1001);
    expect(await silent.closed).toBe(1001);
    await closing;
    await expect(rawClient(server)).rejects.toThrow('ECONNREFUSED');
  });

  test('S11 answers what is in flight before it closes', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const slow = delaying(volume, held);
    const server = await serve({ volumes: [slow], log: silentLog() });
    await using client = await greetedClient(server);
    client.say(5, page);
    client.say(6, { type: 'ping' });
    expect((await client.next()).requestId).toBe(6); // and so 5 is in flight
    const closing = server.close();
    expect((await client.next()).message).toEqual({ type: 'goAway' });
    client.say(7, { type: 'ping' });
    expect(await client.next()).toMatchObject({ requestId: 7, message: { code: 'BUSY' } });
    release();
    expect(await client.next()).toMatchObject({ requestId: 5, message: { data: object.page(0) } });
    expect(await client.closed).toBe(1001);
    await closing;
  });

  test('S11 closes once, however often it is asked', async () => {
    const server = await serve({ volumes: [volume], log: silentLog() });
    await Promise.all([server.close(), server.close()]);
    await server[Symbol.asyncDispose]();
  });
});

describe('serve()', () => {
  test('S12 holds a bounded amount for a client that never reads', async () => {
    await using server = await serve({ volumes: [volume], log: silentLog() });
    await using client = await greetedClient(server);
    client.webSocket.pause();
    const before = process.memoryUsage();
    // beyond the window: many of them will be refused, and nothing of it will be read
    for (let id = 2; id < 20_000; id += 1) client.say(id, { ...page, first: id % 32 });
    await using other = await greetedClient(server);
    for (let i = 0; i < 50; i += 1) {
      expect(await other.ask({ ...page, first: i % 32 })).toMatchObject({ type: 'pages' });
    }
    const after = process.memoryUsage();
    const grown = after.arrayBuffers + after.external - before.arrayBuffers - before.external;
    expect(grown).toBeLessThan(64 * 2 ** 20);
  });

  test('S2 S3 survives clients that misbehave at once', async () => {
    await using server = await serve({ volumes: [volume], log: silentLog() });
    await using good = await greetedClient(server);
    const abuses = Array.from({ length: 40 }, async (_, i) => {
      await using client = await rawClient(server);
      if (i % 2 === 0) await client.hello();
      const noiseOf = [noise(200, i), 'text', new Uint8Array(5000), new Uint8Array()];
      client.webSocket.send(noiseOf[i % 4] ?? '');
      client.say(0, page);
      return await client.closed;
    });
    for (const code of await Promise.all(abuses)) expect([1003, 1007, 1008, 1009]).toContain(code);
    expect(await good.ask(page)).toMatchObject({ type: 'pages', data: object.page(0) });
  });

  test('S12 survives clients that vanish in the middle of answers', async () => {
    const lines: string[] = [];
    await using server = await serve({ volumes: [volume], log: silentLog(lines) });
    for (let i = 0; i < 20; i += 1) {
      await using client = await greetedClient(server);
      for (let id = 2; id < 40; id += 1) client.say(id, page);
      client.say(50, { type: 'watch' });
      if (i % 2 === 0) await client.next();
    }
    await using good = await greetedClient(server);
    expect(await good.ask(page)).toMatchObject({ type: 'pages', data: object.page(0) });
    expect(volume.listeners).toBe(0);
    expect(lines.filter((line) => line.includes('"fault"'))).toEqual([]);
  });
});
