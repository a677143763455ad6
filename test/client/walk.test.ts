import { describe, expect, test } from 'vitest';
import { FRAME_OVERHEAD, MIN_FRAME_LENGTH } from '../../common/limits.ts';
import type { ClientMessage } from '../../common/wire.ts';
import { noise } from '../helpers/bytes.ts';
import { cachedScene } from '../helpers/cached-scene.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  type MemoryObject,
  symlink,
  volumeOf,
} from '../helpers/memory-volume.ts';

const f = file(noise(3000, 1));
const sub = directory([entryOf('f', f)]);
/** Eleven pages. */
const wide = (target: string) =>
  directory([
    ...Array.from({ length: 200 }, (_, i) => symlink(`n${1000 + 2 * i}`, target.repeat(400))),
    entryOf('n1151', sub),
  ]);
const first = wide('x');
const NOT_FOUND = failure('PathError', 'ERR_NOT_FOUND');

function rooms(requests: readonly Extract<ClientMessage, { type: 'walk' }>[]): number[] {
  return requests.map(({ room }) => room);
}

describe('Volume', () => {
  test('asks for no more room than a frame has, and goes on where the walk ended', async () => {
    const big = (inner: MemoryObject) =>
      directory(
        [entryOf('d', inner), ...Array.from({ length: 90 }, (_, i) => symlink(`e${i}`, 'x'))],
        16_384,
      );
    const all = [sub];
    for (let i = 0; i < 12; i += 1) all.push(big(all.at(-1) as MemoryObject));
    const limits = {
      maxFrameBytes: MIN_FRAME_LENGTH,
      maxOutstandingBytes: MIN_FRAME_LENGTH,
      maxOutstandingRequests: 8,
    };
    const root = all.at(-1) as MemoryObject;
    await using server = await hostileServer(volumeOf(root, [...all, f]), undefined, limits);
    const path = `${'d/'.repeat(12)}f`;
    await using volume = await connectTo(server, { firstPath: path });
    expect((await volume.stat(path)).entry.name).toBe('f');
    const walks = server.asked('walk');
    expect(Math.max(...rooms(walks))).toBe(MIN_FRAME_LENGTH - FRAME_OVERHEAD);
    expect(walks.length).toBeGreaterThan(0);
    expect(walks.length).toBeLessThan(4);
  });

  test('reads pages one by one where not even one step fits a frame', async () => {
    // a page of 64 KiB and its proof leave no room for an index
    const entries = Array.from({ length: 400 }, (_, i) => symlink(`n${1000 + i}`, 'x'.repeat(400)));
    const root = directory([...entries, entryOf('d', sub)], 65_536);
    const maxFrameBytes = 65_536 + 2 * 32 + FRAME_OVERHEAD;
    const limits = { maxFrameBytes, maxOutstandingBytes: maxFrameBytes, maxOutstandingRequests: 8 };
    await using server = await hostileServer(volumeOf(root, [sub, f]), undefined, limits);
    await using volume = await connectTo(server, { firstPath: 'n1399/f' });
    for (const name of ['n1000', 'n1200', 'n1399']) {
      expect((await volume.stat(name)).entry.name).toBe(name);
    }
    await expect(volume.stat('n1200+/f')).rejects.toThrow(NOT_FOUND);
    expect(server.asked('walk')).toEqual([]);
  });
});

describe('a durable cache', () => {
  const PATHS = ['wide/n1151/f', 'wide/n1000', 'wide/n1398', 'sub/f'];
  const files = { wide: first, sub, f };

  async function scene() {
    const made = await cachedScene(files);
    made.versions.volume.add([sub, f]);
    await made.read(
      async (volume) => {
        for (const path of PATHS) await volume.stat(path);
        await expect(volume.stat('wide/n1200+')).rejects.toThrow(NOT_FOUND);
      },
      { firstPath: PATHS[0] ?? '' },
    );
    return made;
  }

  test('finds the pages that a walk has brought, without asking', async () => {
    const { read, server } = await scene();
    const before = server.requests.length;
    await read(async (volume) => {
      for (const path of PATHS) await volume.stat(path);
      await expect(volume.stat('wide/n1200+')).rejects.toThrow(NOT_FOUND);
    });
    expect(server.requests.slice(before).map(({ type }) => type)).toEqual(['hello']);
  });

  test('finds them offline, and says what is not there', async () => {
    const { read } = await scene();
    await read(
      async (volume) => {
        for (const path of PATHS) await volume.stat(path);
        await expect(volume.stat('wide/n1200+')).rejects.toThrow(NOT_FOUND);
        const missing = volume.stat('wide/n1080');
        await expect(missing).rejects.toThrow(failure('TransportError', 'ERR_CONNECTION'));
      },
      { offline: true },
    );
  });

  test('takes one walk through directories that have changed', async () => {
    const { read, server, versions } = await scene();
    const changed = directory([entryOf('f', f), symlink('new', 'f')]);
    const next = directory([
      ...Array.from({ length: 200 }, (_, i) => symlink(`n${1000 + 2 * i}`, 'y'.repeat(400))),
      entryOf('n1151', changed),
    ]);
    versions.volume.add([changed]);
    versions.publish({ wide: next, sub, f });
    const before = server.requests.length;
    const refuted = await read(
      async (volume, cache) => {
        expect((await volume.stat('wide/n1151/new')).entry.type).toBe('symlink');
        return cache.refutedPages;
      },
      { firstPath: 'wide/n1151/new' },
    );
    const asked = server.requests.slice(before).map(({ type }) => type);
    expect(asked).toEqual(['hello', 'walk']);
    expect(refuted).toBeGreaterThan(0);
  });
});
