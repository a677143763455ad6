import { describe, expect, it } from 'vitest';
import type { RemoteFile } from '../../client/remote-file.ts';
import type { ReadPages } from '../../common/read-frames.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import {
  connectTo,
  type HostileServer,
  hostileServer,
  on,
  type Reply,
  type Tamper,
} from '../helpers/hostile-server.ts';
import { file, volumeOfFiles } from '../helpers/memory-volume.ts';

const PAGE = 4096;
const large = file(noise(16 * 1024 * 1024 + 5, 1), { pageSize: PAGE });
const small = file(noise(40 * PAGE + 5, 2), { pageSize: PAGE });
const volume = volumeOfFiles({ large, small });

async function readPage(f: RemoteFile, page: number): Promise<void> {
  const found = await f.read(page * PAGE, PAGE);
  const { data } = f.size === large.data.length ? large : small;
  expect(Buffer.compare(found, data.subarray(page * PAGE, (page + 1) * PAGE))).toBe(0);
}

async function readPages(f: RemoteFile, start: number, end: number): Promise<void> {
  for (let page = start; page < end; page += 1) await readPage(f, page);
}

/** What was asked for, as ranges of pages. */
function asked(server: HostileServer, object = large): [number, number][] {
  return server
    .asked('readPages')
    .filter(({ object: id }) => Buffer.compare(id, object.id) === 0)
    .map(({ first, count }) => [first, first + count]);
}

/** Holds back answers of more than a page, until it is opened. */
class Gate {
  readonly held: Reply[] = [];
  isOpen = false;

  readonly tamper: Tamper = (frame, request) => {
    const isAhead = request?.type === 'readPages' && request.count > 1;
    if (this.isOpen || !isAhead) return this.isOpen ? [...this.held.splice(0), frame] : frame;
    this.held.push(frame);
    return undefined;
  };
}

describe('RemoteFile.read() in order', () => {
  it('asks ahead, twice as much each time, in requests that end at the same borders', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const f = await opened.open('large');
    await readPages(f, 0, 60);
    await f.read(f.size - 1, 1); // what was sent before has arrived
    expect(asked(server).slice(0, 8)).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 19], // 64 KiB
      [19, 43], // up to 128 KiB ahead, at page 11
      [43, 64], // up to 256 KiB ahead, at page 27
      [64, 91],
      [91, 128], // up to 512 KiB ahead, at page 59
    ]);
  });

  it('is never more than 2 MiB ahead, and asks for each page once', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const f = await opened.open('large');
    let furthest = 0;
    for (let page = 0; page < 4096; page += 1) {
      await readPage(f, page);
      const ends = asked(server).map(([, end]) => end);
      if (page % 64 === 0) furthest = Math.max(furthest, Math.max(...ends) - page - 1);
    }
    expect(furthest).toBeGreaterThan(256);
    expect(furthest).toBeLessThanOrEqual(512);
    const wanted = asked(server).flatMap(([start, end]) =>
      Array.from({ length: end - start }, (_, i) => start + i),
    );
    expect(wanted.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 4097 }, (_, i) => i));
  });

  it('ends with the file', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const f = await opened.open('small');
    await readPages(f, 0, 41);
    expect(await f.read(41 * PAGE, PAGE)).toHaveLength(0);
    expect(Math.max(...asked(server, small).map(([, end]) => end))).toBe(41);
  });

  it('asks ahead for readers that take turns', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const f = await opened.open('large');
    for (let i = 0; i < 20; i += 1) {
      await readPage(f, i);
      await readPage(f, 2000 + i);
    }
    const ahead = asked(server).filter(([start, end]) => end - start > 1);
    expect(ahead).toContainEqual([3, 19]);
    expect(ahead).toContainEqual([2003, 2019]);
    expect(server.asked('cancel')).toEqual([]);
  });

  it('asks for nothing ahead of reads in scattered places', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const f = await opened.open('large');
    for (let i = 1; i <= 300; i += 1) await readPage(f, (i * 1237) % 4096);
    expect(asked(server)).toEqual(
      Array.from({ length: 300 }, (_, i) => [
        ((i + 1) * 1237) % 4096,
        (((i + 1) * 1237) % 4096) + 1,
      ]),
    );
  });

  it('waits for pages that are on their way, and does not ask again', async () => {
    const gate = new Gate();
    await using server = await hostileServer(volume, gate.tamper);
    await using opened = await connectTo(server);
    const f = await opened.open('large');
    await readPages(f, 0, 3);
    const reading = readPages(f, 3, 6);
    const stop = new AbortController();
    const given = f.read(4 * PAGE, PAGE, { signal: stop.signal });
    stop.abort(new Error('gave up'));
    await expect(given).rejects.toThrow('gave up');
    gate.isOpen = true;
    await f.read(1000 * PAGE, 1); // a seek calls off what is on its way
    await reading; // and whoever waits for it asks for himself
    expect(server.asked('cancel')).toHaveLength(1);
    expect(asked(server).slice(3, 6)).toEqual([
      [3, 19],
      [1000, 1001],
      [3, 4],
    ]);
  });

  it('serves from what is on its way', async () => {
    const gate = new Gate();
    await using server = await hostileServer(volume, gate.tamper);
    await using opened = await connectTo(server);
    const f = await opened.open('large');
    await readPages(f, 0, 3);
    const reading = Promise.all([3, 4, 5, 6].map((page) => readPage(f, page)));
    gate.isOpen = true;
    await readPage(await opened.open('small'), 30); // its answer brings what was held
    await reading;
    const ranges = asked(server).filter(([start]) => start >= 3 && start < 19);
    expect(ranges).toEqual([[3, 19]]);
  });

  it('reads on if the server refuses what is asked ahead', async () => {
    const tamper = on('pages', (message, request) =>
      (request as ReadPages).count > 1
        ? { type: 'error', code: 'STORAGE', message: '', retryAfterMs: 0 }
        : message,
    );
    await using server = await hostileServer(volume, tamper);
    await using opened = await connectTo(server);
    await readPages(await opened.open('large'), 0, 30);
  });

  it('reports what is wrong with a page when that page is read', async () => {
    const tamper = on('pages', (message, request) => {
      const { first, count } = request as ReadPages;
      const hasVictim = first <= 25 && first + count > 25;
      return hasVictim ? { type: 'error', code: 'GONE', message: '', retryAfterMs: 0 } : message;
    });
    await using server = await hostileServer(volume, tamper);
    await using opened = await connectTo(server);
    const f = await opened.open('large');
    await readPages(f, 0, 25);
    await expect(readPage(f, 25)).rejects.toThrow(failure('StaleError', 'ERR_STALE'));
  });

  it('V18 hands out no page that is wrong, though it came ahead of its read', async () => {
    const tamper = on('pages', (message, request) =>
      (request as ReadPages).first === 3
        ? { ...message, data: flipBit(message.data, 8 * 7 * PAGE) }
        : message,
    );
    await using server = await hostileServer(volume, tamper);
    await using opened = await connectTo(server);
    const f = await opened.open('large');
    await readPages(f, 0, 3);
    await expect(readPage(f, 3)).rejects.toThrow(failure('IntegrityError', 'ERR_PROOF_MISMATCH'));
  });

  it('does not keep pages that were read whole, but those that were not', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const f = await opened.open('small');
    await readPages(f, 0, 41);
    const before = asked(server, small).length;
    await readPage(f, 30);
    expect(asked(server, small).slice(before)).toEqual([[30, 31]]);
    const g = await opened.open('large');
    for (let at = 0; at < 100 * 1000; at += 1000) await g.read(at, 1000);
    const sent = asked(server).length;
    await readPages(g, 10, 20);
    expect(asked(server)).toHaveLength(sent);
  });

  it('asks for nothing ahead if the cache has no room for it', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, { cache: { pageBytes: 4 * 1024 * 1024 } });
    await readPages(await opened.open('large'), 0, 30);
    expect(asked(server).every(([start, end]) => end - start === 1)).toBe(true);
  });
});
