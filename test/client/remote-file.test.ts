import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { READ_MODES } from '../../client/read-mode.ts';
import type { Volume } from '../../client/volume.ts';
import { FSVERITY, type Profile, RFC9162 } from '../../common/tree/profile.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import type { SessionLimits } from '../../server/session.ts';
import { join, noise } from '../helpers/bytes.ts';
import { connectTo, drain, type HostileServer, hostileServer } from '../helpers/hostile-server.ts';
import { file, type MemoryObject, volumeOfFiles } from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

/** The least that a server may announce. */
const LEAST: SessionLimits = {
  maxFrameBytes: 65_536,
  maxOutstandingBytes: 65_536,
  maxOutstandingRequests: 8,
};

interface Case {
  readonly name: string;
  readonly profile: Profile;
  readonly pageSize: number;
  readonly size: number;
}

/** Sizes around the borders of pages, of runs and of tree levels. */
const cases: readonly Case[] = [
  { name: 'empty', profile: RFC9162, pageSize: 1024, size: 0 },
  { name: 'empty-verity', profile: FSVERITY, pageSize: 1024, size: 0 },
  { name: 'a-byte', profile: RFC9162, pageSize: 1024, size: 1 },
  { name: 'a-page', profile: RFC9162, pageSize: 1024, size: 1024 },
  { name: 'more-than-a-page', profile: RFC9162, pageSize: 1024, size: 1025 },
  { name: 'odd', profile: RFC9162, pageSize: 4096, size: 777_777 },
  { name: 'runs', profile: RFC9162, pageSize: 4096, size: 3 * 262_144 },
  { name: 'verity-1k', profile: FSVERITY, pageSize: 1024, size: 1_300_001 },
  { name: 'verity-1k-block', profile: FSVERITY, pageSize: 1024, size: 32 * 1024 },
  { name: 'verity-4k', profile: FSVERITY, pageSize: 4096, size: 1_000_000 },
];
const large: readonly Case[] = [
  { name: 'verity-64k', profile: FSVERITY, pageSize: 65_536, size: 700_000 },
  { name: 'mega-pages', profile: RFC9162, pageSize: 1_048_576, size: 2_500_000 },
];

function sealed(list: readonly Case[]): Record<string, MemoryObject> {
  return Object.fromEntries(list.map((one, i) => [one.name, file(noise(one.size, i), one)]));
}

describe.each([
  { limits: 'its own limits', announced: undefined, list: [...cases, ...large] },
  { limits: 'the least limits there may be', announced: LEAST, list: cases },
])('RemoteFile under $limits', ({ announced, list }) => {
  const files = sealed(list);
  let server: HostileServer;
  let volume: Volume;
  beforeAll(async () => {
    server = await hostileServer(volumeOfFiles(files), undefined, announced);
    volume = await connectTo(server);
  });
  afterAll(async () => {
    volume.close();
    await server[Symbol.asyncDispose]();
  });

  it.each(list)('V18 reads and streams all of $name', async ({ name, size }) => {
    const f = await volume.open(name);
    expect(f.size).toBe(size);
    const data = files[name]?.data ?? new Uint8Array();
    expect(Buffer.compare(join(...(await drain(f.pages()))), data)).toBe(0);
    expect(Buffer.compare(await f.read(0, size), data)).toBe(0);
    expect(Buffer.compare(await f.read(0, size + 1000), data)).toBe(0);
    expect(await f.read(size, 10)).toHaveLength(0);
    expect(await f.read(size + 5, 10)).toHaveLength(0);
    expect(await f.read(0, 0)).toHaveLength(0);
  });

  test('V18 property: reads what `pread` would, cached or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...list),
        fc.double({ min: 0, max: 1.05, noNaN: true }),
        fc.oneof(fc.nat(10), fc.nat(5000), fc.nat(400_000)),
        fc.integer({ min: -2, max: 2 }),
        async ({ name, size, pageSize }, where, length, by) => {
          // near the border of a page, more often than not
          const border = Math.floor((where * size) / pageSize) * pageSize;
          const position = Math.max(0, Math.floor(length % 3 === 0 ? where * size : border + by));
          const f = await volume.open(name);
          const data = files[name]?.data ?? new Uint8Array();
          const found = await f.read(position, length);
          expect(Buffer.compare(found, data.slice(position, position + length))).toBe(0);
        },
      ),
      { numRuns: 2 * NUM_RUNS },
    );
  });

  test('V18 property: streams any range of pages, in order and in whole pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...list),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        async ({ name, size, pageSize }, a, b, reuse) => {
          const count = Math.ceil(size / pageSize);
          const [start = 0, end = 0] = [a, b]
            .map((x) => Math.floor(x * (count + 0.999)))
            .sort((x, y) => x - y);
          const f = await volume.open(name);
          let at = start;
          for await (const run of f.runs({ start, end, reuse })) {
            expect(run.start).toBe(at);
            const from = at * pageSize;
            const data = files[name]?.data.slice(from, from + run.data.length) ?? new Uint8Array();
            expect(Buffer.compare(run.data, data)).toBe(0);
            at += Math.ceil(run.data.length / pageSize);
          }
          expect(at).toBe(Math.max(start, end));
        },
      ),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('RemoteFile', () => {
  const f = file(noise(1_000_000, 7), { pageSize: 4096 });
  const v = file(join(noise(300_000, 8), new Uint8Array(100)), {
    profile: FSVERITY,
    pageSize: 4096,
  });
  const volume = volumeOfFiles({ f, v });

  it.each([
    { position: -1, length: 1 },
    { position: 0, length: -1 },
    { position: 0.5, length: 1 },
    { position: 0, length: Number.NaN },
    { position: 2 ** 53, length: 1 },
  ])('read() refuses position $position and length $length', async ({ position, length }) => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const file = await opened.open('f');
    await expect(file.read(position, length)).rejects.toThrow(RangeError);
  });

  it.each([{ start: -1 }, { end: 246 }, { start: 5, end: 4 }, { start: Number.NaN }])(
    'runs() refuses the range $start to $end',
    async (range) => {
      await using server = await hostileServer(volume);
      await using opened = await connectTo(server);
      const file = await opened.open('f');
      expect(() => file.runs(range)).toThrow(RangeError);
    },
  );

  test('V19 rests on ever lower nodes as they become known', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, { cache: { pageBytes: 1 } });
    const file = await opened.open('f');
    const levels: number[] = [];
    for (const page of [0, 128, 64, 32, 1, 0]) {
      await file.read(page * 4096, 1);
      levels.push(server.asked('readPages').at(-1)?.anchorLevel ?? -1);
    }
    // page 0 proves node (7, 1), which stands above 128; page 128 nothing more above 64
    expect(levels).toEqual([8, 7, 6, 5, 0, 0]);
  });

  test('V16 fetches no siblings for aligned runs of a stream', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const siblings: number[] = [];
    server.tamper = (frame) => {
      if (frame.message.type === 'pages') siblings.push(frame.message.siblings.length);
      return frame;
    };
    await drain((await opened.open('f')).pages());
    expect(siblings).toEqual([0, 0, 0, 0]);
    expect(server.asked('readNodes')).toHaveLength(1);
  });

  test('reads a cached page without asking, and bounds what it keeps', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, {
      cache: { pageBytes: 10 * 4096, nodeBytes: 20_000 },
    });
    const file = await opened.open('f');
    await file.read(0, 100);
    const before = server.requests.length;
    expect(await file.read(50, 100)).toEqual(f.data.slice(50, 150));
    expect(server.requests).toHaveLength(before);
    for (let page = 1; page < 12; page += 1) await file.read(page * 4096, 1);
    await file.read(0, 1);
    expect(server.requests.length).toBe(before + 12);
  });

  test('hands out bytes that the caller may change without harm', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const file = await opened.open('f');
    (await file.read(0, 5000)).fill(0);
    (await file.read(0, 5000)).fill(0);
    expect(await file.read(0, 5000)).toEqual(f.data.slice(0, 5000));
  });

  it.each(READ_MODES)(
    'leaves a run of a stream as it is until the next one is asked for, mode %s',
    async (mode) => {
      const long = file(noise(30 * 262_144 + 5000, 9), { pageSize: 4096 });
      await using server = await hostileServer(volumeOfFiles({ long }));
      await using opened = await connectTo(server);
      let at = 0;
      for await (const run of (await opened.open('long', { mode })).pages({ reuse: true })) {
        await setTimeout(1); // all others arrive meanwhile
        const want = long.data.subarray(at, at + run.length);
        expect(Buffer.compare(run, want)).toBe(0);
        run.fill(0); // what it is in may be written to: its neighbours are not
        at += run.length;
      }
      expect(at).toBe(long.data.length);
    },
  );

  test('streams what comes after a run that was given away though it must not be', async () => {
    const long = file(noise(30 * 262_144, 9), { pageSize: 4096 });
    await using server = await hostileServer(volumeOfFiles({ long }));
    await using opened = await connectTo(server);
    let at = 0;
    for await (const run of (await opened.open('long')).pages({ reuse: true })) {
      await setTimeout(1);
      const { length } = run;
      expect(Buffer.compare(run, long.data.subarray(at, at + length))).toBe(0);
      const { buffer } = run;
      try {
        structuredClone(buffer, { transfer: [buffer as ArrayBuffer] });
      } catch (error) {
        expect(error).toMatchObject({ name: 'DataCloneError' }); // from Node 21 on
      }
      at += length;
    }
    expect(at).toBe(long.data.length);
  });

  test('S10 cancels what is in flight when a stream is left', async () => {
    await using server = await hostileServer(volume, undefined);
    await using opened = await connectTo(server);
    const file = await opened.open('f');
    server.tamper = (frame, request) =>
      request?.type === 'readPages' && request.first > 0 ? undefined : frame;
    for await (const _pages of file.pages()) break;
    while (server.asked('cancel').length < 3) await new Promise(setImmediate);
    expect(server.asked('cancel')).toHaveLength(3);
  });

  test('streams further ahead where answers take long', async () => {
    const long = file(new Uint8Array(20 * 1024 * 1024), { pageSize: 65_536 });
    let inFlight = 0;
    let most = 0;
    await using server = await hostileServer(volumeOfFiles({ f: long }), (frame, request) => {
      if (request?.type !== 'readPages') return frame;
      inFlight += 1;
      most = Math.max(most, inFlight);
      return (webSocket) => {
        void setTimeout(50).then(() => {
          inFlight -= 1;
          webSocket.send(encodeServerFrame(frame.requestId, frame.message));
        });
      };
    });
    await using opened = await connectTo(server);
    await drain((await opened.open('f')).pages());
    expect(most).toBeGreaterThan(12);
    expect(most).toBeLessThanOrEqual(48);
  });

  test('stops a stream with the reason of its signal, and listens to it no more', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const file = await opened.open('f');
    const stop = new AbortController();
    const pages = file.pages({ signal: stop.signal });
    await pages.next();
    await opened.at(0).catch(() => undefined); // no server has version 0: what was asked before is here
    const reason = new Error('enough');
    stop.abort(reason);
    const given: Uint8Array[] = [];
    await expect(drain(pages, given)).rejects.toBe(reason);
    expect(given).toEqual([]);
    await expect(drain(file.pages({ signal: stop.signal }))).rejects.toBe(reason);
    await expect(file.read(900_000, 1, { signal: stop.signal })).rejects.toBe(reason);
  });
});
