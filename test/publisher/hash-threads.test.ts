import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { concat, toHex } from '../../common/bytes.ts';
import { digest } from '../../common/hash.ts';
import { packPath, TREES } from '../../common/store/layout.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { treeShape } from '../../common/tree/shape.ts';
import { TileLayout } from '../../common/tree/tiles.ts';
import { hashSideBySide } from '../../publisher/hash-side-by-side.ts';
import { defaultWorkers, HashThreads } from '../../publisher/hash-threads.ts';
import { repair, type SealProgress, seal } from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { folder, plant } from '../helpers/folder.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { ReferenceTree } from '../helpers/reference-tree.ts';

// The threads run what `npm run build` made.

/** Enough for threads to pay; a hole, so that it is made at once. */
const LARGE = 300_000_000;
const OPTIONS = { origin: 'lab', issued: 0 };
const BUFFER = new Uint8Array(1_048_576);
const FAST = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const quiet = async () => {};

function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
}

/** Hashes a file as large ones are, whatever its size. */
async function hashed(
  path: string,
  layout: TileLayout,
  threads: HashThreads,
  onHashed: (length: number) => Promise<void> = quiet,
) {
  const file = openSync(path, 'r');
  const tree = new Uint8Array(layout.length);
  try {
    const sink = (offset: number, tile: Uint8Array) => tree.set(tile, offset);
    const tools = { threads, buffer: BUFFER, onHashed };
    return { root: await hashSideBySide(path, file, layout, sink, tools), tree };
  } finally {
    closeSync(file);
  }
}

function plantLarge(): { readonly source: string; readonly file: string; readonly store: string } {
  const parent = folder(FAST);
  const source = plant(join(parent, 'source'), { a: noise(5000) });
  const file = join(source, 'large');
  writeFileSync(file, noise(100_000));
  truncateSync(file, LARGE);
  return { source, file, store: join(parent, 'store') };
}

function expectNothingIn(store: string) {
  for (const name of readdirSync(store)) expect(readdirSync(join(store, name))).toEqual([]);
}

afterEach(() => vi.restoreAllMocks());

describe('hashSideBySide()', () => {
  it.each([1, 3])('shares out the smallest file that is shared, with %d others', async (others) => {
    const path = join(folder(FAST), 'file');
    writeFileSync(path, noise(8 * 1024 * 1024));
    const layout = new TileLayout(treeShape(RFC9162, 4096, 8 * 1024 * 1024));
    const threads = new HashThreads(others);
    const jobs = vi.spyOn(threads, 'hash');
    try {
      await hashed(path, layout, threads);
    } finally {
      await threads.close();
    }
    const elsewhere = jobs.mock.calls.reduce((sum, [{ run }]) => sum + run.count, 0);
    expect(jobs.mock.calls.length).toBeGreaterThanOrEqual(2 * others);
    expect(elsewhere).toBeGreaterThan(0);
    expect(elsewhere).toBeLessThan(layout.tilesOf(0)); // this thread did the rest
  });

  test('property: any size, page size, profile and number of threads gives the reference tree', {
    timeout: 120_000,
  }, async () => {
    const path = join(folder(FAST), 'file');
    const pools = [1, 2, 3].map((count) => new HashThreads(count));
    const trees = fc.constantFrom(
      { profile: RFC9162, pageSize: 1024 },
      { profile: RFC9162, pageSize: 4096 },
      { profile: FSVERITY, pageSize: 1024 },
      { profile: FSVERITY, pageSize: 4096 },
    );
    await fc.assert(
      fc.asyncProperty(
        trees,
        fc.nat(5_000_000),
        fc.constantFrom(...pools),
        async ({ profile, pageSize }, size, threads) => {
          const data = noise(size, size);
          writeFileSync(path, data);
          const layout = new TileLayout(treeShape(profile, pageSize, size));
          const { root } = await hashed(path, layout, threads);
          const reference = new ReferenceTree(profile.name, pageSize, data);
          expect(toHex(root)).toBe(toHex(reference.root));
        },
      ),
      { numRuns: Math.ceil(NUM_RUNS / 10) },
    );
    await Promise.all(pools.map((pool) => pool.close()));
  });

  it.each([
    { change: 'ends earlier', size: 5_000_001 },
    { change: 'ends within what this or another thread reads', size: 9_000_000 },
    { change: 'is longer', size: 3_999_999 },
  ])('throws ERR_SOURCE_CHANGED if the file $change', async ({ size }) => {
    const path = join(folder(FAST), 'file');
    writeFileSync(path, noise(4_000_000));
    const threads = new HashThreads(2);
    const layout = new TileLayout(treeShape(RFC9162, 1024, size));
    const error = await rejection(hashed(path, layout, threads));
    expect(error).toEqual(failure('StoreError', 'ERR_SOURCE_CHANGED'));
    await threads.close();
  });

  it('throws ERR_SOURCE_UNREADABLE if a thread can not read, with its reason', async () => {
    const path = folder(FAST); // a folder can be opened, but not read
    const threads = new HashThreads(1);
    const layout = new TileLayout(treeShape(RFC9162, 1024, 4_000_000));
    const error = await rejection(hashed(path, layout, threads));
    expect(error).toEqual(failure('StoreError', 'ERR_SOURCE_UNREADABLE'));
    expect(String(error)).toContain('illegal operation on a directory');
    await threads.close();
  });
});

describe('HashThreads', () => {
  const job = { profile: 1, pageSize: 1024, size: 1024, run: { first: 0, count: 1 } };

  it('passes on how a system call failed in a thread', async () => {
    const threads = new HashThreads(1);
    const error = await rejection(threads.hash({ ...job, file: openSync(folder(), 'r') }));
    expect(error).toMatchObject({ code: 'EISDIR', syscall: 'read', errno: expect.any(Number) });
    await threads.close();
  });

  it('fails what is under way, and what comes later, if a thread ends', async () => {
    const path = join(folder(), 'file');
    writeFileSync(path, noise(1024));
    const file = openSync(path, 'r');
    const threads = new HashThreads(2);
    await threads.hash({ ...job, file });
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    post.mockImplementation(function (this: Worker) {
      void this.terminate();
    });
    const first = await rejection(threads.hash({ ...job, file }));
    expect(first).toEqual(failure('StoreError', 'ERR_STORE'));
    expect(String(first)).toContain('a hashing thread ended: exit status 1');
    expect(await rejection(threads.hash({ ...job, file }))).toBe(first);
    closeSync(file);
    await threads.close();
  });

  it('says why a thread failed', async () => {
    const threads = new HashThreads(1);
    const error = await rejection(threads.hash({ ...job, file: 0, profile: 77 }));
    expect(error).toEqual(failure('StoreError', 'ERR_STORE'));
    expect(String(error)).toContain('RangeError: no profile 77');
    await threads.close();
  });

  it.each([
    { files: [200_000_000, 50_000_000], pay: [false, false] },
    { files: [300_000_000, 9_000_000, 8_000_000], pay: [true, true, false] },
    { files: [200_000_000, 1000, 100_000_000], pay: [false, false, true] },
  ])('pays for $files: $pay', ({ files, pay }) => {
    const threads = new HashThreads(1);
    expect(files.map((size) => threads.payFor(size))).toEqual(pay);
  });
});

describe('seal() with several threads', () => {
  it.each([{ copy: false }, { copy: true }])(
    'makes the statement that one thread makes, copies $copy',
    { timeout: 120_000 },
    async ({ copy }) => {
      const { source, store } = plantLarge();
      const post = vi.spyOn(Worker.prototype, 'postMessage');
      const made: string[] = [];
      for (const workers of [1, 2, 3]) {
        const { note } = await seal(source, `${store} ${workers}`, { ...OPTIONS, copy, workers });
        const trees = readFileSync(join(`${store} ${workers}`, packPath(1), TREES));
        made.push(toHex(digest(concat(note.text, trees))));
        expect(post.mock.calls.length > 0).toBe(workers > 1);
      }
      expect(new Set(made).size).toBe(1);
    },
  );

  it('makes no version if a thread ends', { timeout: 60_000 }, async () => {
    const { source, store } = plantLarge();
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    post.mockImplementation(function (this: Worker) {
      void this.terminate();
    });
    const error = await rejection(seal(source, store, { ...OPTIONS, workers: 2 }));
    expect(error).toEqual(failure('StoreError', 'ERR_STORE'));
    expect(String(error)).toContain('a hashing thread ended');
    expectNothingIn(store);
  });

  it('refuses a file that changes meanwhile', { timeout: 60_000 }, async () => {
    const { source, file, store } = plantLarge();
    let told = 0;
    const onProgress = ({ currentBytes, currentSize }: SealProgress) => {
      if (currentSize !== LARGE || currentBytes === 0 || currentBytes === LARGE) return;
      told += 1;
      utimesSync(file, 1, 1);
    };
    const error = await rejection(seal(source, store, { ...OPTIONS, workers: 2, onProgress }));
    expect(told).toBeGreaterThan(0);
    expect(error).toEqual(failure('StoreError', 'ERR_SOURCE_CHANGED'));
    expectNothingIn(store);
  });

  it('ends with the reason of its signal', { timeout: 60_000 }, async () => {
    const { source, store } = plantLarge();
    const control = new AbortController();
    const reason = new Error('enough');
    const ended = vi.spyOn(Worker.prototype, 'terminate');
    const onProgress = ({ currentSize, currentBytes }: SealProgress) => {
      if (currentSize === LARGE && currentBytes > 0) control.abort(reason);
    };
    const { signal } = control;
    const error = await rejection(
      seal(source, store, { ...OPTIONS, workers: 3, signal, onProgress }),
    );
    expect(error).toBe(reason);
    expect(ended).toHaveBeenCalledTimes(2);
    expectNothingIn(store);
  });

  it.each([0, 7, 1.5, Number.NaN])('throws RangeError for %d workers', async (workers) => {
    const error = await rejection(seal('.', join(folder(), 'store'), { ...OPTIONS, workers }));
    expect(error).toEqual(new RangeError(`${workers} workers, want 1 to 6`));
  });
});

describe('repair() with several threads', () => {
  it('rebuilds the tree of a large file as it was', { timeout: 60_000 }, async () => {
    const { file, store } = plantLarge();
    await seal(file, store, OPTIONS);
    const trees = join(store, packPath(1), TREES);
    const before = readFileSync(trees);
    truncateSync(trees, 1_000_000);
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    const [repaired] = await repair(store);
    expect(post.mock.calls.length > 0).toBe(defaultWorkers() > 1);
    expect(repaired).toMatchObject({ losses: 0, replaced: true });
    const after = readFileSync(join(store, packPath(2), TREES));
    expect(Buffer.compare(after, before)).toBe(0);
  });

  it.runIf(defaultWorkers() > 1)(
    'calls nothing lost because a thread ended',
    { timeout: 60_000 },
    async () => {
      const { source, store } = plantLarge();
      await seal(source, store, OPTIONS);
      truncateSync(join(store, packPath(1), TREES), 1_000_000);
      vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker) {
        void this.terminate();
      });
      expect(await rejection(repair(store))).toEqual(failure('StoreError', 'ERR_STORE'));
      vi.restoreAllMocks();
      expect(await repair(store)).toMatchObject([{ losses: 0, replaced: true }]);
    },
  );
});
