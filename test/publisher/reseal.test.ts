import {
  appendFileSync,
  type BigIntStats,
  chmodSync,
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import { parsePacks } from '../../common/store/layout.ts';
import { prune } from '../../publisher/prune.ts';
import { seal } from '../../publisher/seal.ts';
import type { SealOptions } from '../../publisher/seal-options.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { folder, plant, type Tree } from '../helpers/folder.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { changeScan, makeSafe } from '../helpers/scan.ts';
import { leftovers, readVolume } from '../helpers/stored-volume.ts';

const ISSUED = Date.UTC(2026, 10, 21, 10);
const OPTIONS: SealOptions = { origin: 'lab', issued: ISSUED, pageSize: 1024 };

const TREE: Tree = {
  large: noise(40_000, 1),
  small: 'x',
  empty: '',
  'dir/file': noise(5000, 2),
  'dir/sub/file': noise(3000, 3),
  'dir.d/file': noise(2000, 4),
  'dir-/file': noise(2000, 5),
  link: '-> large',
};
const FILES = 7;

interface Setting {
  readonly source: string;
  readonly store: string;
}

/** Seals, and does as if all files had last changed long before. */
async function sealSafely({ source, store }: Setting, options: SealOptions = {}) {
  const result = await seal(source, store, { ...OPTIONS, ...options });
  makeSafe(store, result.statement.version);
  return result;
}

/** A sealed tree whose files are not racy. */
async function setting(options: SealOptions = {}): Promise<Setting> {
  const parent = folder();
  const source = plant(join(parent, 'source'), TREE);
  const store = join(parent, 'store');
  const { filesRead, files } = await sealSafely({ source, store }, options);
  expect([filesRead, files]).toEqual([FILES, FILES]);
  return { source, store };
}

function packsOf(store: string, version: number): readonly number[] {
  return parsePacks(readFileSync(join(store, 'versions', `${version}`, 'packs')));
}

/** Seals the source into a new store, and returns the object id. */
async function freshId(source: string, options: SealOptions = {}): Promise<string> {
  const { objectId } = await seal(source, join(folder(), 'fresh'), { ...OPTIONS, ...options });
  return objectId;
}

const changes: readonly {
  what: string;
  change: (source: string) => void;
  read: number;
}[] = [
  { what: 'nothing', change: () => undefined, read: 0 },
  {
    what: 'a byte of a file',
    change: (source) => writeFileSync(join(source, 'large'), flipBit(noise(40_000, 1), 9)),
    read: 1,
  },
  {
    what: 'a byte of a file, with its mtime set back',
    change: (source) => {
      const path = join(source, 'dir/file');
      const { atime, mtime } = statSync(path);
      writeFileSync(path, flipBit(noise(5000, 2), 9));
      utimesSync(path, atime, mtime);
    },
    read: 1,
  },
  {
    what: 'a time of a file, and nothing else',
    change: (source) => utimesSync(join(source, 'dir/sub/file'), 1, 1),
    read: 1,
  },
  { what: 'a mode', change: (source) => chmodSync(join(source, 'large'), 0o600), read: 1 },
  {
    what: 'the inode of a file',
    change: (source) => {
      cpSync(join(source, 'large'), join(source, 'other'), { preserveTimestamps: true });
      renameSync(join(source, 'other'), join(source, 'large'));
    },
    read: 1,
  },
  {
    what: 'a file in the middle, which is gone',
    change: (source) => rmSync(join(source, 'dir/file')),
    read: 0,
  },
  {
    what: 'a whole directory, which is gone',
    change: (source) => rmSync(join(source, 'dir'), { recursive: true }),
    read: 0,
  },
  {
    what: 'new files before and behind others',
    change: (source) => plant(source, { '0': 'new', 'dir/a': 'new', 'dir/z/z': 'new', zz: 'new' }),
    read: 4,
  },
  {
    what: 'the name of a directory',
    change: (source) => renameSync(join(source, 'dir'), join(source, 'moved')),
    read: 2,
  },
  {
    what: 'a file, which is a symlink now',
    change: (source) => {
      rmSync(join(source, 'small'));
      symlinkSync('large', join(source, 'small'));
    },
    read: 0,
  },
  {
    what: 'a file, which is a directory now',
    change: (source) => {
      rmSync(join(source, 'small'));
      plant(source, { 'small/file': 'y' });
    },
    read: 1,
  },
];

describe('seal() of a store again', () => {
  it.each(changes)(
    'after $what, reads $read files and seals the same as a new store',
    async ({ change, read }) => {
      const { source, store } = await setting();
      change(source);
      const result = await seal(source, store, OPTIONS);
      expect(result.filesRead).toBe(read);
      expect(result.objectId).toBe(await freshId(source));
      readVolume(store, 2);
      expect(leftovers(store)).toEqual([]);
      // What was just changed is read once more, but nothing is written for it.
      const again = await seal(source, store, OPTIONS);
      expect(again.filesRead).toBe(read);
      expect(again.objectId).toBe(result.objectId);
      expect(packsOf(store, 3)).toEqual(packsOf(store, 2));
      readVolume(store, 3);
    },
  );

  it('keeps trees and directories that did not change', async () => {
    const { source, store } = await setting();
    writeFileSync(join(source, 'dir/sub/file'), noise(3000, 9));
    await seal(source, store, OPTIONS);
    expect(packsOf(store, 2)).toEqual([1, 2]);
    const sizes = (pack: number) =>
      ['trees', 'directories', 'paths'].map((name) => {
        return statSync(join(store, 'packs', `${pack}`, name)).size;
      });
    const [trees = 0, directories = 0, paths] = sizes(2);
    expect(paths).toBe('dir/sub/file'.length);
    expect(trees).toBe(5 * 32); // three leaves, and the two nodes below the root
    expect(directories).toBeLessThan(sizes(1)[1] ?? 0); // dir/sub, dir and the root; not dir.d
  });

  it('writes no pack if nothing changed, whatever is read', async () => {
    const { source, store } = await setting();
    const { filesRead } = await sealSafely({ source, store }, { rehash: true });
    expect(filesRead).toBe(FILES);
    expect(readdirSync(join(store, 'packs'))).toEqual(['1']);
    expect((await seal(source, store, OPTIONS)).filesRead).toBe(0);
    readVolume(store, 3);
  });

  it('with rehash, finds what no time tells', async () => {
    const { source, store } = await setting();
    const before = lstatSync(join(source, 'large'), { bigint: true });
    writeFileSync(join(source, 'large'), flipBit(noise(40_000, 1), 5));
    const after = lstatSync(join(source, 'large'), { bigint: true });
    // As if the clock of the file system had stood still.
    changeScan(join(store, 'versions/1/scan'), (body) => {
      const at = body.indexOf(times(before));
      expect(at).toBeGreaterThan(0);
      times(after).copy(body, at);
    });
    expect((await seal(source, store, OPTIONS)).filesRead).toBe(0);
    const { filesRead, objectId } = await seal(source, store, { ...OPTIONS, rehash: true });
    expect(filesRead).toBe(FILES);
    expect(objectId).toBe(await freshId(source));
  });

  it('reads files again that changed just before they were read', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), TREE);
    const store = join(parent, 'store');
    for (let version = 1; version <= 2; version += 1) {
      expect((await seal(source, store, OPTIONS)).filesRead).toBe(FILES);
    }
  });

  it.each([
    { what: 'another page size', options: { pageSize: 2048 } },
    { what: 'another profile', options: { profile: 'fsverity-sha256' } },
  ] as const)('reads everything for $what', async ({ options }) => {
    const { source, store } = await setting();
    const result = await seal(source, store, { ...OPTIONS, ...options });
    expect(result.filesRead).toBe(FILES);
    expect(result.objectId).toBe(await freshId(source, options));
    makeSafe(store, 2);
    expect((await seal(source, store, { ...OPTIONS, ...options })).filesRead).toBe(0);
    readVolume(store, 3);
  });

  it('keeps a single file', async () => {
    const parent = folder();
    const source = join(plant(join(parent, 'source'), { large: noise(40_000) }), 'large');
    const store = join(parent, 'store');
    for (const read of [1, 0]) {
      expect((await sealSafely({ source, store })).filesRead).toBe(read);
    }
    readVolume(store, 2);
    writeFileSync(source, 'other');
    expect((await seal(source, store, OPTIONS)).filesRead).toBe(1);
    readVolume(store, 3);
  });

  it('keeps each of several equal files under its own path', async () => {
    const parent = folder();
    const same = noise(5000);
    const source = plant(join(parent, 'source'), { a: same, b: same, 'c/a': same });
    linkSync(join(source, 'a'), join(source, 'd'));
    const store = join(parent, 'store');
    await sealSafely({ source, store });
    for (const [i, name] of ['a', 'b', 'd'].entries()) {
      rmSync(join(source, name));
      // a and d share an inode, whose ctime tells of the name that it lost
      const { filesRead } = await sealSafely({ source, store });
      expect(filesRead).toBe(name === 'a' ? 1 : 0);
      readVolume(store, i + 2);
    }
  });

  it('keeps what it can after old versions are gone', async () => {
    const { source, store } = await setting();
    for (let i = 0; i < 3; i += 1) {
      writeFileSync(join(source, 'dir/file'), noise(60_000, i));
      await sealSafely({ source, store });
    }
    await prune(store, { keep: 1 });
    const { filesRead, objectId } = await seal(source, store, OPTIONS);
    expect(filesRead).toBe(0);
    expect(objectId).toBe(await freshId(source));
    readVolume(store, 5);
    expect(leftovers(store)).toEqual([]);
  });
});

/** The times of a file as a scan has them. */
function times({ mtimeNs, ctimeNs }: BigIntStats): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64BE(mtimeNs);
  bytes.writeBigInt64BE(ctimeNs, 8);
  return bytes;
}

const damages: readonly { what: string; damage: (scan: string) => void }[] = [
  { what: 'missing', damage: (scan) => rmSync(scan) },
  { what: 'empty', damage: (scan) => writeFileSync(scan, '') },
  { what: 'cut', damage: (scan) => writeFileSync(scan, readFileSync(scan).subarray(0, -40)) },
  { what: 'longer', damage: (scan) => appendFileSync(scan, 'x') },
  {
    what: 'a folder',
    damage: (scan) => {
      rmSync(scan);
      mkdirSync(scan);
    },
  },
  {
    what: 'of another format',
    damage: (scan) => changeScan(scan, (body) => body.write('9', 14)),
  },
  ...[0, 16, 20, 60, 100, 200, 500, 900].map((at) => ({
    what: `wrong at byte ${at}`,
    damage: (scan: string) => writeFileSync(scan, flipBit(readFileSync(scan), at * 8)),
  })),
];

describe('seal() with a scan that is', () => {
  it.each(damages)('$what reads everything', async ({ damage }) => {
    const { source, store } = await setting();
    damage(join(store, 'versions/1/scan'));
    const { filesRead, objectId } = await seal(source, store, OPTIONS);
    expect(filesRead).toBe(FILES);
    expect(objectId).toBe(await freshId(source));
    // trees are found by their objects' ids all the same
    expect(packsOf(store, 2)).toEqual([1]);
    readVolume(store, 2);
  });

  it.each([
    { what: 'its index', name: 'versions/1/index' },
    { what: 'its list of packs', name: 'versions/1/packs' },
    { what: 'a pack', name: 'packs/1/trees' },
  ])('of a version without $what makes everything anew', async ({ name }) => {
    const { source, store } = await setting();
    rmSync(join(store, name));
    const { filesRead, objectId } = await seal(source, store, OPTIONS);
    expect(filesRead).toBe(FILES);
    expect(objectId).toBe(await freshId(source));
    expect(packsOf(store, 2)).toEqual([2]);
    readVolume(store, 2);
  });

  it('whole, but of a pack that is too short, keeps what is there', async () => {
    const { source, store } = await setting();
    writeFileSync(join(store, 'packs/1/trees'), new Uint8Array(64));
    const { filesRead } = await seal(source, store, OPTIONS);
    expect(filesRead).toBeGreaterThan(0);
    expect(filesRead).toBeLessThan(FILES);
    readVolume(store, 2);
  });
});

/** Contents of a file, or none, which removes what is there. */
interface Edit {
  readonly path: string;
  readonly content: { readonly size: number; readonly seed: number } | undefined;
}

const PATHS = ['a', 'b', 'b.c', 'd/a', 'd/e/f', 'd/e-', 'd0', 'd-'];
const edits: fc.Arbitrary<Edit> = fc.record({
  path: fc.constantFrom(...PATHS),
  content: fc.option(fc.record({ size: fc.nat(4000), seed: fc.nat(3) }), { nil: undefined }),
});

function edit(source: string, { path, content }: Edit): void {
  const absolute = join(source, path);
  if (content === undefined) rmSync(absolute, { recursive: true, force: true });
  else plant(source, { [path]: noise(content.size, content.seed) });
}

test('property: any edits are sealed as by a new store, copied or in place', async () => {
  const rounds = fc.array(fc.array(edits, { maxLength: 4 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(rounds, fc.boolean(), fc.boolean(), async (all, copy, isSafe) => {
      const parent = folder();
      const source = plant(join(parent, 'source'), {});
      const store = join(parent, 'store');
      for (const [i, round] of all.entries()) {
        for (const one of round) edit(source, one);
        const { objectId } = await seal(source, store, { ...OPTIONS, copy });
        expect(objectId).toBe(await freshId(source));
        if (isSafe) makeSafe(store, i + 1);
        const { contents } = readVolume(store, i + 1);
        for (const [path, bytes] of contents) {
          expect(toHex(bytes)).toBe(readFileSync(join(source, path), 'hex'));
        }
      }
    }),
    { numRuns: Math.ceil(NUM_RUNS / 5) },
  );
});
