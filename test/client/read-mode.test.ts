import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { READ_MODES, type ReadMode } from '../../client/read-mode.ts';
import { replayDiagnostics } from '../../client/replay.ts';
import type { Frame } from '../../common/read-frames.ts';
import { FSVERITY } from '../../common/tree/profile.ts';
import type { ServerMessage } from '../../common/wire.ts';
import { flipBit, join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import {
  connectTo,
  drain,
  type HostileServer,
  hostileServer,
  on,
  type Reply,
  type Tamper,
} from '../helpers/hostile-server.ts';
import { file, type MemoryObject, volumeOfFiles } from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const files: Record<string, MemoryObject> = {
  empty: file(new Uint8Array()),
  page: file(noise(1000, 1)),
  some: file(noise(100_001, 2)),
  verity: file(noise(100_001, 3), { profile: FSVERITY }),
  runs: file(noise(1_500_000, 4), { pageSize: 4096 }),
};
const [some, runs] = [files['some'] as MemoryObject, files['runs'] as MemoryObject];
const volume = volumeOfFiles(files);
const FORCED = READ_MODES.filter((mode) => mode !== 'auto');

describe('RemoteFile', () => {
  let server: HostileServer;
  beforeAll(async () => {
    server = await hostileServer(volume);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(READ_MODES.flatMap((mode) => Object.keys(files).map((name) => ({ mode, name }))))(
    'V18 reads and streams all of $name in mode $mode',
    async ({ mode, name }) => {
      await using opened = await connectTo(server);
      const data = files[name]?.data ?? new Uint8Array();
      for (const reuse of [false, true]) {
        const f = await opened.open(name, { mode });
        const given = [];
        for await (const run of f.pages({ reuse })) given.push(run.slice());
        expect(Buffer.compare(join(...given), data)).toBe(0);
      }
      const f = await opened.open(name, { mode });
      expect(Buffer.compare(await f.read(0, data.length), data)).toBe(0);
    },
  );

  test('V18 property: reads what `pread` would, in every mode', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...READ_MODES),
        fc.constantFrom(...Object.keys(files)),
        fc.array(fc.tuple(fc.nat(110_000), fc.nat(9000)), { minLength: 1, maxLength: 5 }),
        async (mode, name, reads) => {
          await using opened = await connectTo(server, { cache: { pageBytes: 0 } });
          const f = await opened.open(name, { mode });
          const data = files[name]?.data ?? new Uint8Array();
          const found = await Promise.all(reads.map(([at, length]) => f.read(at, length)));
          for (const [i, [at, length]] of reads.entries()) {
            expect(Buffer.compare(found[i] ?? noise(1), data.slice(at, at + length))).toBe(0);
          }
        },
      ),
      { numRuns: NUM_RUNS },
    );
  });
});

/** Requests for nodes and pages of a file, in order. */
function readsOf(server: HostileServer, { id }: MemoryObject) {
  return server.requests.flatMap((message) => {
    const isRead = message.type === 'readPages' || message.type === 'readNodes';
    if (!isRead || Buffer.compare(message.object, id) !== 0) return [];
    const { type, first, count, anchorLevel } = message;
    return [{ type, first, count, anchorLevel }];
  });
}

/** Reads two pages here and there, one after the other. */
async function readTwice(server: HostileServer, mode: ReadMode) {
  await using opened = await connectTo(server);
  const f = await opened.open('some', { mode });
  await f.read(5 * 1024, 2048);
  await f.read(40 * 1024, 2048);
  return readsOf(server, some);
}

describe('the mode of a file', () => {
  const { height } = some.shape;

  it('fetches all leaf hashes once, before the first page, in mode ahead', async () => {
    await using server = await hostileServer(volume);
    expect(await readTwice(server, 'ahead')).toEqual([
      { type: 'readNodes', first: 0, count: 98, anchorLevel: height },
      { type: 'readPages', first: 5, count: 2, anchorLevel: 0 },
      { type: 'readPages', first: 40, count: 2, anchorLevel: 0 },
    ]);
  });

  it('fetches leaf hashes beside their pages in mode on-demand', async () => {
    await using server = await hostileServer(volume);
    expect(await readTwice(server, 'on-demand')).toEqual([
      { type: 'readNodes', first: 5, count: 2, anchorLevel: height },
      { type: 'readPages', first: 5, count: 2, anchorLevel: 0 },
      { type: 'readNodes', first: 40, count: 2, anchorLevel: 5 },
      { type: 'readPages', first: 40, count: 2, anchorLevel: 0 },
    ]);
  });

  it('fetches siblings with the pages in mode inline', async () => {
    await using server = await hostileServer(volume);
    expect(await readTwice(server, 'inline')).toEqual([
      { type: 'readPages', first: 5, count: 2, anchorLevel: height },
      { type: 'readPages', first: 40, count: 2, anchorLevel: 5 },
    ]);
  });

  it('does not wait for leaf hashes to ask for the pages beside them', async () => {
    let held: Frame<ServerMessage> | undefined;
    const tamper: Tamper = (frame) => {
      if (frame.message.type === 'nodes') held = frame;
      if (frame.message.type === 'nodes') return undefined;
      return held ? [frame, held] : frame; // the pages, then their leaf hashes
    };
    await using server = await hostileServer(volume, tamper);
    await using opened = await connectTo(server);
    const f = await opened.open('some', { mode: 'on-demand' });
    expect(await f.read(5000, 3000)).toEqual(some.data.slice(5000, 8000));
  });

  it('shares the leaf hashes between reads that wait for them, one of which gives up', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const f = await opened.open('some', { mode: 'ahead' });
    const stop = new AbortController();
    const given = [f.read(0, 10, { signal: stop.signal }), f.read(70_000, 10)];
    stop.abort(new Error('gave up'));
    await expect(given[0]).rejects.toThrow('gave up');
    expect(await given[1]).toEqual(some.data.slice(70_000, 70_010));
    expect(readsOf(server, some).map(({ type }) => type)).toEqual(['readNodes', 'readPages']);
  });

  it('asks again for leaf hashes that the server refused', async () => {
    let refusals = 0;
    const tamper = on('nodes', (message) => {
      refusals += 1;
      if (refusals > 1) return message;
      return { type: 'error', code: 'STORAGE', message: '', retryAfterMs: 0 };
    });
    await using server = await hostileServer(volume, tamper);
    await using opened = await connectTo(server);
    const f = await opened.open('some', { mode: 'ahead' });
    await expect(f.read(0, 10)).rejects.toThrow(failure('RequestError', 'ERR_REMOTE_STORAGE'));
    expect(await f.read(0, 10)).toEqual(some.data.slice(0, 10));
  });
});

interface Lie {
  readonly label: string;
  readonly type: 'pages' | 'nodes';
  readonly modes: readonly ReadMode[];
  readonly change: (message: { siblings: Uint8Array }) => object;
  readonly error: readonly [string, string];
}

const MISMATCH = ['IntegrityError', 'ERR_PROOF_MISMATCH'] as const;

/** What a server may change; each mode meets all that it asks for. */
const lies: readonly Lie[] = [
  {
    label: 'V16 a truncated page',
    type: 'pages',
    modes: FORCED,
    change: (message) => ({ ...message, data: noise(1023) }),
    error: ['ProtocolError', 'ERR_DATA_LENGTH'],
  },
  {
    label: 'V17 a superfluous sibling of pages',
    type: 'pages',
    modes: FORCED,
    change: (message) => ({ ...message, siblings: join(message.siblings, noise(32)) }),
    error: ['ProtocolError', 'ERR_PROOF_LENGTH'],
  },
  {
    label: 'V18 another page',
    type: 'pages',
    modes: FORCED,
    change: (message) => ({ ...message, data: some.page(8) }),
    error: MISMATCH,
  },
  {
    label: 'V16 a missing leaf hash',
    type: 'nodes',
    modes: ['ahead', 'on-demand'],
    change: (message) => ({ ...message, nodes: new Uint8Array() }),
    error: ['ProtocolError', 'ERR_DATA_LENGTH'],
  },
  {
    label: 'V17 a superfluous sibling of leaf hashes',
    type: 'nodes',
    modes: ['ahead', 'on-demand'],
    change: (message) => ({ ...message, siblings: join(message.siblings, noise(32)) }),
    error: ['ProtocolError', 'ERR_PROOF_LENGTH'],
  },
  {
    label: 'V19 another leaf hash',
    type: 'nodes',
    modes: ['ahead', 'on-demand'],
    change: (message) => {
      const { nodes } = message as unknown as { nodes: Uint8Array };
      return { ...message, nodes: flipBit(nodes, 3) };
    },
    error: MISMATCH,
  },
];

/** Orders in which the answers of a pair may come. */
const ORDERS = ['in order', 'pages first'] as const;

describe('a lying server', () => {
  const cases = lies.flatMap((lie) =>
    lie.modes.flatMap((mode) => {
      const orders = mode === 'on-demand' ? ORDERS : ORDERS.slice(0, 1);
      const title = `${lie.label} is refused in mode ${mode}`;
      return orders.map((order) => [`${title}, ${order}`, { ...lie, mode, order }] as const);
    }),
  );
  it.each(cases)('%s', async (_title, { type, mode, order, change, error }) => {
    let held: Reply;
    let isLying = false;
    const lie = on(type, (message) => (isLying ? (change(message as never) as never) : message));
    const tamper: Tamper = (frame, request) => {
      const reply = lie(frame, request);
      if (!isLying || order === 'in order') return reply;
      if (frame.message.type !== 'nodes') return held === undefined ? reply : [reply, held];
      held = reply;
      return undefined;
    };
    await using server = await hostileServer(volume, tamper);
    const bundles: Uint8Array[] = [];
    const onDiagnostics = (bundle: Uint8Array) => bundles.push(bundle);
    await using opened = await connectTo(server, { onDiagnostics });
    const f = await opened.open('some', { mode });
    isLying = true;
    const [name, code] = error;
    await expect(f.read(7 * 1024, 1024)).rejects.toThrow(failure(name, code));
    isLying = false;
    await expect(f.read(7 * 1024, 1024)).rejects.toThrow(failure(name, code));
    expect(bundles).toHaveLength(1);
    const replay = replayDiagnostics(bundles[0] ?? new Uint8Array());
    expect(replay).toMatchObject({ isReproduced: true, diagnostics: { code } });
  });

  it.each(FORCED)('V18 another page in a stream is refused in mode %s', async (mode) => {
    const tamper = on('pages', (message, request) => {
      const isVictim = request?.type === 'readPages' && request.first === 64;
      return isVictim ? { ...message, data: flipBit(message.data, 77) } : message;
    });
    await using server = await hostileServer(volume, tamper);
    await using opened = await connectTo(server);
    const f = await opened.open('runs', { mode });
    const given: Uint8Array[] = [];
    await expect(drain(f.pages(), given)).rejects.toThrow(failure(...MISMATCH));
    const released = join(...given);
    expect(released.length).toBeLessThanOrEqual(64 * 4096);
    expect(Buffer.compare(released, runs.data.subarray(0, released.length))).toBe(0);
  });
});
