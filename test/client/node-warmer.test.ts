import { describe, expect, it } from 'vitest';
import type { RemoteFile } from '../../client/remote-file.ts';
import type { ReadNodes } from '../../common/wire.ts';
import { noise } from '../helpers/bytes.ts';
import { connectTo, type HostileServer, hostileServer, on } from '../helpers/hostile-server.ts';
import { file, volumeOfFiles } from '../helpers/memory-volume.ts';

/** 8,192 pages: the tree has 14 levels. */
const large = file(noise(8 * 1024 * 1024, 1));
const small = file(noise(1024 * 1024, 2));
const volume = volumeOfFiles({ large, small });
const UNCACHED = { cache: { pageBytes: 0 } };

/** Reads a page here and there, one after the other. */
async function readScattered(f: RemoteFile, count: number): Promise<void> {
  for (let i = 1; i <= count; i += 1) await readPage(f, (i * 1237) % (f.size / 1024));
}

async function readPage(f: RemoteFile, page: number, pages = 1): Promise<void> {
  const found = await f.read(page * 1024, pages * 1024);
  const { data } = f.size === large.data.length ? large : small;
  expect(Buffer.compare(found, data.subarray(page * 1024, (page + pages) * 1024))).toBe(0);
}

function warmed(server: HostileServer): Pick<ReadNodes, 'level' | 'first' | 'count'>[] {
  return server.asked('readNodes').map(({ level, first, count }) => ({ level, first, count }));
}

describe('a file in mode auto', () => {
  it('fetches upper levels once, when it is read here and there', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, UNCACHED);
    const f = await opened.open('large');
    await readScattered(f, 31);
    expect(warmed(server)).toEqual([]);
    await readScattered(f, 100);
    expect(warmed(server)).toEqual([{ level: 4, first: 0, count: 512 }]);
    const { anchorLevel } = server.asked('readPages').at(-1) ?? {};
    expect(anchorLevel).toBeLessThanOrEqual(4);
  });

  it('leaves the levels of a small file alone', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, UNCACHED);
    await readScattered(await opened.open('small'), 100);
    expect(warmed(server)).toEqual([]);
  });

  it.each([
    { pages: 1, level: 0 },
    { pages: 3, level: 1 },
    { pages: 8, level: 3 },
  ])('fetches level $level ahead of reads of $pages pages in order', async ({ pages, level }) => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, UNCACHED);
    const f = await opened.open('large');
    for (let i = 0; i < 200; i += 1) await readPage(f, i * pages, pages);
    const loads = warmed(server);
    expect(loads.map(({ count }) => count).slice(0, 3)).toEqual([32, 64, 128]);
    expect(loads.every((load) => load.level === level)).toBe(true);
    const ends = loads.map(({ first, count }) => first + count);
    expect(loads.slice(1).map(({ first }) => first)).toEqual(ends.slice(0, -1));
    // aligned reads rest on what was fetched ahead, but for the first ones
    const levels = server.asked('readPages').slice(-150);
    expect(levels.every(({ anchorLevel }) => anchorLevel <= level)).toBe(true);
  });

  it('stops at the end of the level', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, UNCACHED);
    const f = await opened.open('small');
    for (let i = 0; i < 1024; i += 1) await readPage(f, i);
    const last = warmed(server).at(-1);
    expect((last?.first ?? 0) + (last?.count ?? 0)).toBeLessThanOrEqual(1024);
  });

  it('reads on if the nodes are refused', async () => {
    const tamper = on('nodes', () => {
      return { type: 'error', code: 'BUSY', message: '', retryAfterMs: 0 };
    });
    await using server = await hostileServer(volume, tamper);
    await using opened = await connectTo(server, UNCACHED);
    const f = await opened.open('large');
    await readScattered(f, 50);
    for (let i = 0; i < 50; i += 1) await readPage(f, i);
  });

  it.each(['ahead', 'on-demand', 'inline'] as const)(
    'does nothing of the kind in mode %s',
    async (mode) => {
      await using server = await hostileServer(volume);
      await using opened = await connectTo(server, UNCACHED);
      const f = await opened.open('large', { mode });
      for (let i = 0; i < 5; i += 1) await readPage(f, i);
      await readScattered(f, 40);
      const upper = server.asked('readNodes').filter(({ level }) => level > 0);
      expect(upper).toEqual([]);
    },
  );
});
