import { describe, expect, it, test } from 'vitest';
import type { ConnectOptions } from '../../client/connect.ts';
import { decodeDiagnostics } from '../../client/diagnostics.ts';
import { connect, connectObjects } from '../../client/node/index.ts';
import { READ_MODES, type ReadMode } from '../../client/read-mode.ts';
import { TransientVersions } from '../../client/version-memory.ts';
import type { Statement } from '../../common/statement.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import {
  drain,
  type HostileServer,
  hostileServer,
  on,
  type Tamper,
} from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  type MemoryObject,
  MemoryVolume,
  ORIGIN,
  Signer,
  signer,
} from '../helpers/memory-volume.ts';
import { connectMirrors, startMirrors } from '../helpers/mirrors.ts';
import { Versions } from '../helpers/versions.ts';

const data = file(noise(12_000_000));
const small = file(noise(3000, 1));
const root = directory([entryOf('f', data), entryOf('g', small)]);
const objects = [data, small, root];
const honest: Tamper = (frame) => frame;
const silent: Tamper = on('pages', () => undefined);
const refusing = on('pages', () => refusal('GONE'));
const slow: Tamper = (frame) => (webSocket) => {
  const bytes = encodeServerFrame(frame.requestId, frame.message);
  setTimeout(() => webSocket.send(bytes), 150);
};
/** Changes a bit of every file page; the root directory is right. */
const corrupt: Tamper = on('pages', (message) =>
  message.data.length > 1000 ? { ...message, data: flipBit(message.data, 5) } : message,
);

function refusal(code: 'GONE' | 'BUSY') {
  return { type: 'error', code, message: 'no', retryAfterMs: 0 } as const;
}

function at(more: Partial<Statement> = {}, named = root, by = signer): MemoryVolume {
  return new MemoryVolume(objects).publish(by.seal(named, more), more.version ?? 1);
}

/** Starts servers that end with the test. */
function mirrors(...tampers: readonly (Tamper | MemoryVolume)[]): Promise<HostileServer[]> {
  const row = tampers.map((what) =>
    what instanceof MemoryVolume ? { volume: what } : { volume: at(), tamper: what },
  );
  return startMirrors(...row);
}

const NOWHERE = `ws://127.0.0.1:9/${ORIGIN}`;

describe('connect() to mirrors', () => {
  it.each([
    { what: 'no URL', urls: [] },
    { what: 'the same URL twice', urls: [NOWHERE, NOWHERE] },
    { what: 'two origins', urls: [NOWHERE, 'ws://127.0.0.1:9/lab.example/other'] },
    { what: 'something else', urls: [NOWHERE, 'http://127.0.0.1/'] },
  ])('refuses $what', async ({ urls }) => {
    await expect(connect(urls, { keys: [signer.key] })).rejects.toThrow(TypeError);
  });

  test('V7 opens the newest version that any of them offers', async () => {
    const servers = await mirrors(at({ version: 3 }), at({ version: 7 }), at({ version: 5 }));
    const { volume } = await connectMirrors(servers);
    expect(volume.statement.version).toBe(7);
  });

  test('V7 opens an older version where none has what the newest one names', async () => {
    const gone = directory([entryOf('other', small)]);
    const [ahead, ...others] = await mirrors(at({ version: 9 }, gone), at({ version: 8 }));
    const memory = new TransientVersions();
    const { volume } = await connectMirrors([ahead as HostileServer, ...others], { memory });
    expect(volume.statement.version).toBe(8);
    expect((await memory.recall(ORIGIN))?.version).toBe(8);
  });

  test('V8 refuses two texts of one version, and keeps both', async () => {
    const kept: unknown[] = [];
    const memory = Object.assign(new TransientVersions(), {
      keepEvidence: async (...evidence: unknown[]) => {
        kept.push(evidence);
        return 'here';
      },
    });
    const forked = directory([entryOf('f', small)]);
    const servers = await mirrors(at({ version: 4 }), at({ version: 4 }, forked));
    const connecting = connectMirrors(servers, { memory });
    await expect(connecting).rejects.toThrow(failure('FreshnessError', 'ERR_EQUIVOCATION'));
    expect(kept).toHaveLength(1);
    for (const server of servers) await server.disconnected();
  });

  test('V3 takes no part in one that forges', async () => {
    const servers = await mirrors(at({ version: 9 }, root, new Signer(9)), at({ version: 2 }));
    const { volume, caught } = await connectMirrors(servers);
    expect(volume.statement.version).toBe(2);
    expect(caught).toEqual([{ url: servers[0]?.url, code: 'ERR_THRESHOLD' }]);
  });

  test('V15 does without one that can not be reached, and fails without all', async () => {
    const [server] = await mirrors(honest);
    const { volume } = await connectMirrors([NOWHERE, server as HostileServer]);
    expect(await (await volume.open('g')).read(0, 3000)).toEqual(small.data);
    const other = `ws://127.0.0.1:10/${ORIGIN}`;
    const nobody = connectMirrors([NOWHERE, other]);
    await expect(nobody).rejects.toThrow(failure('TransportError', 'ERR_CONNECT'));
  });

  test('V15 does not wait for one that is silent when it is greeted', async () => {
    const servers = await mirrors(
      on('welcome', () => undefined),
      honest,
    );
    const started = performance.now();
    const { volume } = await connectMirrors(servers, { deadlineMs: 60_000 });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await (await volume.open('g')).read(0, 3000)).toEqual(small.data);
  });
});

describe('Volume, of mirrors', () => {
  async function readAll(
    servers: readonly HostileServer[],
    options?: Partial<ConnectOptions>,
    mode?: ReadMode,
  ) {
    const { volume, caught, bundles } = await connectMirrors(servers, options);
    const opened = await volume.open('f', mode && { mode });
    const given: Uint8Array[] = [];
    for await (const run of opened.pages({ reuse: true })) given.push(run.slice());
    expect(Buffer.compare(Buffer.concat(given), data.data)).toBe(0);
    return { volume, caught, bundles };
  }

  const reads = (server: HostileServer | undefined) => server?.asked('readPages').length ?? 0;

  test('spreads a stream over those that are fast', async () => {
    const servers = await mirrors(honest, honest);
    await readAll(servers);
    const [one = 0, two = 0] = servers.map(reads);
    expect(Math.min(one, two)).toBeGreaterThan((one + two) / 10);
  });

  test('V18 completes a read that one has spoiled, and never asks that one again', async () => {
    const servers = await mirrors(corrupt, honest);
    const { volume, caught, bundles } = await readAll(servers);
    expect(caught).toEqual([{ url: servers[0]?.url, code: 'ERR_PROOF_MISMATCH' }]);
    expect(bundles).toHaveLength(1);
    const { code, url } = decodeDiagnostics(bundles[0] as Uint8Array);
    expect({ code, url }).toEqual({ code: 'ERR_PROOF_MISMATCH', url: servers[0]?.url });
    await servers[0]?.disconnected();
    const before = servers[0]?.requests.length;
    expect(await (await volume.open('g')).read(0, 3000)).toEqual(small.data);
    expect(servers[0]?.requests).toHaveLength(before ?? 0);
  });

  test('V18 fails where all have spoiled it', async () => {
    const { volume, caught } = await connectMirrors(await mirrors(corrupt, corrupt));
    const reading = (await volume.open('f')).read(0, 5000);
    await expect(reading).rejects.toThrow(failure('IntegrityError', 'ERR_PROOF_MISMATCH'));
    expect(caught).toHaveLength(2);
  });

  test('V25 reads from another what one says it does not have, and remembers that', async () => {
    const servers = await mirrors(refusing, honest);
    const { volume } = await connectMirrors(servers, { cache: { pageBytes: 0 } });
    const opened = await volume.open('g');
    for (let i = 0; i < 20; i += 1) expect(await opened.read(0, 3000)).toEqual(small.data);
    expect(opened.size).toBe(3000);
    // once for the directory and once for the file, unless the other one was late for once
    expect(reads(servers[0])).toBeLessThan(8);
    expect(reads(servers[1])).toBeGreaterThan(20);
  });

  test('V25 reports the refusal where all refuse', async () => {
    const servers = await mirrors(honest, honest);
    const { volume } = await connectMirrors(servers);
    const opened = await volume.open('g');
    for (const server of servers) server.tamper = refusing;
    await expect(opened.read(0, 10)).rejects.toThrow(failure('RequestError', 'ERR_REMOTE_GONE'));
  });

  test('V7 uses one that is behind for what it has', async () => {
    const added = file(noise(3000, 7));
    const next = directory([entryOf('f', data), entryOf('h', added)]);
    const newest = at({ version: 2 }, next);
    newest.add([added, next]);
    const servers = await mirrors(at(), newest);
    const { volume } = await readAll(servers);
    expect(volume.statement.version).toBe(2);
    expect(await (await volume.open('h')).read(0, 3000)).toEqual(added.data);
    const asked = servers[0]
      ?.asked('readPages')
      .map(({ object }) => Buffer.from(object).toString('hex'));
    expect(
      asked?.filter((id) => id === Buffer.from(data.id).toString('hex')).length,
    ).toBeGreaterThan(2);
  });

  test('V15 passes over one that stalls, and one that is slow', async () => {
    const servers = await mirrors(silent, slow, honest);
    const started = performance.now();
    await readAll(servers, { deadlineMs: 20_000 });
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(reads(servers[2])).toBeGreaterThan(Math.max(reads(servers[0]), reads(servers[1])));
  });

  it.each(READ_MODES)(
    'V15 V18 reads all from one stalled, one slow, one corrupt and one good mirror in mode %s',
    async (mode) => {
      const servers = await mirrors(silent, slow, corrupt, honest);
      const { caught } = await readAll(servers, {}, mode);
      expect(caught.every(({ url }) => url === servers[2]?.url)).toBe(true);
    },
  );

  test('V15 waits for none beyond the deadline', async () => {
    const servers = await mirrors(honest, honest);
    const { volume } = await connectMirrors(servers, { deadlineMs: 400 });
    const opened = await volume.open('g');
    for (const server of servers) server.tamper = silent;
    const started = performance.now();
    const late = failure('TransportError', 'ERR_DEADLINE');
    await expect(opened.read(0, 10)).rejects.toThrow(late);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('goes on when one vanishes in mid-stream', async () => {
    let frames = 0;
    const [one, two] = await mirrors((frame) => {
      frames += 1;
      return frames < 5 ? frame : (_webSocket, socket) => socket.destroy();
    }, honest);
    await readAll([one as HostileServer, two as HostileServer]);
  });

  test('gives up a read whose signal aborts, on all of them', async () => {
    const servers = await mirrors(honest, honest);
    const { volume } = await connectMirrors(servers);
    const opened = await volume.open('g');
    for (const server of servers) server.tamper = silent;
    const stop = new AbortController();
    const reading = opened.read(0, 10, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    volume.close();
    await expect(opened.read(0, 10)).rejects.toThrow(failure('TransportError', 'ERR_CONNECTION'));
    for (const server of servers) await server.disconnected();
  });
});

describe('Volume.watch(), of mirrors', () => {
  test('V34 learns of a newer version from any, and drops one that forges it', async () => {
    const versions = new Versions();
    const files: Record<string, MemoryObject> = { g: small };
    versions.publish(files);
    const [behind] = await mirrors(at());
    const forging = await hostileServer(
      versions.volume,
      on('statement', (message) => ({
        ...message,
        statement: flipBit(message.statement, 8 * (message.statement.length - 20)),
      })),
    );
    const good = await hostileServer(versions.volume);
    const { volume, caught } = await connectMirrors([forging, good]);
    const next = volume.next();
    versions.publish({ g: small, more: small });
    expect((await next).statement.version).toBe(2);
    expect(caught.every(({ url }) => url === forging.url)).toBe(true);
    volume.close();
    await Promise.all([forging, good].map((server) => server[Symbol.asyncDispose]()));
    expect(behind?.requests).toEqual([]);
  });

  test('V15 ends when all stay away', async () => {
    const servers = await mirrors(honest, honest);
    const { volume } = await connectMirrors(servers, { deadlineMs: 300 });
    const next = volume.next();
    for (const server of servers) await server[Symbol.asyncDispose]();
    await expect(next).rejects.toThrow(failure('TransportError', 'ERR_CONNECTION'));
  });
});

test('connectObjects() reads a digest from whichever mirror has it', async () => {
  const servers = await mirrors(new MemoryVolume([root]), new MemoryVolume(objects));
  const urls = servers.map(({ url }) => url);
  await using source = await connectObjects(urls, { deadlineMs: 5000 });
  const opened = await source.open({ object: small.id });
  expect(await opened.read(0, 3000)).toEqual(small.data);
  expect(await drain(opened.pages())).toHaveLength(1);
});
