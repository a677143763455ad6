import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seal } from '../../publisher/index.ts';
import { prune } from '../../publisher/prune.ts';
import type { Loss } from '../../publisher/repair/repair-version.ts';
import { type RepairOptions, repair } from '../../publisher/repair.ts';
import type { SealOptions } from '../../publisher/seal-options.ts';
import { StoreLock } from '../../publisher/store-lock.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { folder, plant, type Tree } from '../helpers/folder.ts';
import { SealedStore } from '../helpers/sealed-store.ts';
import { leftovers, readVolume, storedObjects } from '../helpers/stored-volume.ts';

const MANY = Object.fromEntries(
  Array.from({ length: 70 }, (_, n) => [`many/${n} ${'long'.repeat(60)}`, `${n % 7}`]),
);
const TREE: Tree = {
  ...MANY,
  'large.bin': noise(150_000),
  'b/same.bin': noise(150_000),
  'b/c/d/deep': noise(30_000, 2),
  'b/c/link': '-> ../same.bin',
  empty: '',
  'nothing/': '',
};

/** A store of two versions of one tree. */
async function scene(options: SealOptions = {}): Promise<SealedStore> {
  const store = new SealedStore();
  plant(store.source, TREE);
  await store.seal(options);
  await store.seal(options);
  return store;
}

/** Repairs, and collects what could not be. */
async function repaired(store: string, options: RepairOptions = {}) {
  const losses: Loss[] = [];
  const versions = await repair(store, { ...options, onLoss: (loss) => losses.push(loss) });
  return { versions, losses: losses.map(({ version, path, reason }) => [version, path, reason]) };
}

/** Files of a store, by their paths, that can be rebuilt. */
function filesOf(store: string): string[] {
  const names = readdirSync(store, { recursive: true, encoding: 'utf8' }).sort();
  const files = names.filter((name) => statSync(join(store, name)).isFile());
  return files.filter((name) => name !== 'store.json' && !name.startsWith('statements/'));
}

/** Trees and directories of all versions, by object id: what repairing has to bring back. */
const contentsOf = (store: string) => [1, 2].map((version) => storedObjects(store, version));

/** Files of a store as they are, with what tells that one was written anew. */
function stateOf(store: string) {
  return filesOf(store).map((name) => {
    const { ino, mtimeMs, size } = statSync(join(store, name));
    return { name, ino, mtimeMs, size };
  });
}

const MUTATIONS: Readonly<Record<string, (path: string) => void>> = {
  deleted: (path) => rmSync(path),
  'cut in half': (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
  'flipped at its start': (path) => flip(path, () => 0),
  'flipped in its middle': (path) => flip(path, (size) => Math.floor(size / 2)),
  'flipped at its end': (path) => flip(path, (size) => size - 1),
};

function flip(path: string, at: (size: number) => number): void {
  const bytes = readFileSync(path);
  const place = at(bytes.length);
  if (bytes.length > 0) bytes[place] = (bytes[place] ?? 0) ^ 1;
  rmSync(path);
  writeFileSync(path, bytes);
}

const KINDS: readonly { what: string; options: SealOptions }[] = [
  { what: 'rfc9162-sha256', options: {} },
  { what: 'fsverity-sha256', options: { profile: 'fsverity-sha256' } },
  { what: 'recorded times', options: { mtime: true } },
  { what: 'copies', options: { copy: true } },
];

describe('repair()', () => {
  it.each(KINDS)('writes nothing to a whole store, of $what', async ({ options }) => {
    using store = await scene(options);
    const before = stateOf(store.path);
    const { versions, losses } = await repaired(store.path);
    expect(losses).toEqual([]);
    expect(versions).toEqual([
      expect.objectContaining({ version: 1, rebuilt: 0, losses: 0, replaced: false }),
      expect.objectContaining({ version: 2, rebuilt: 0, losses: 0, replaced: false }),
    ]);
    expect(stateOf(store.path)).toEqual(before);
    expect(leftovers(store.path)).toEqual([]);
  });

  describe.each(KINDS)('of $what', ({ options }) => {
    it.each(Object.keys(MUTATIONS))(
      'brings back each file of a store that is %s',
      { timeout: 120_000 },
      async (mutation) => {
        using store = await scene(options);
        const wanted = contentsOf(store.path);
        const names = filesOf(store.path);
        const copies = names.filter((name) => name.startsWith('contents/'));
        for (const name of names.filter((one) => !copies.slice(5).includes(one))) {
          const path = join(folder(), 'store');
          cpSync(store.path, path, { recursive: true, preserveTimestamps: true });
          MUTATIONS[mutation]?.(join(path, name));
          const { losses } = await repaired(path);
          expect({ name, losses }).toEqual({ name, losses: [] });
          expect(contentsOf(path)).toEqual(wanted);
          readVolume(path, 2);
          rmSync(path, { recursive: true });
        }
      },
    );

    it.each(['versions/1', 'versions/2', 'packs/1', 'packs', 'contents'])(
      'brings back the folder %s',
      async (name) => {
        using store = await scene(options);
        const wanted = contentsOf(store.path);
        rmSync(join(store.path, name), { recursive: true, force: true });
        // The folder of an old version is that of a pruned one, unless it is asked for.
        if (name === 'versions/1') await repaired(store.path, { version: 1 });
        expect((await repaired(store.path)).losses).toEqual([]);
        expect(contentsOf(store.path)).toEqual(wanted);
        expect(leftovers(store.path)).toEqual([]);
      },
    );

    it('brings everything back from statements and data alone', async () => {
      using store = await scene(options);
      const wanted = contentsOf(store.path);
      for (const name of ['versions', 'packs', 'contents']) {
        rmSync(join(store.path, name), { recursive: true, force: true });
      }
      expect((await repaired(store.path)).losses).toEqual([]);
      expect(storedObjects(store.path, 2)).toEqual(wanted[1]);
      readVolume(store.path, 2);
    });
  });

  it('finds in another version what can not be rebuilt any more', async () => {
    using store = await scene();
    const wanted = contentsOf(store.path);
    store.write('large.bin', noise(10));
    store.write('b/c/new', noise(10));
    rmSync(join(store.path, 'versions/2/index'));
    expect((await repaired(store.path)).losses).toEqual([]);
    expect(contentsOf(store.path)).toEqual(wanted);
  });

  it('leaves a file that changed alone as long as its tree is whole', async () => {
    using store = await scene();
    const before = stateOf(store.path);
    store.write('large.bin', noise(10));
    expect((await repaired(store.path)).losses).toEqual([]);
    expect(stateOf(store.path)).toEqual(before);
  });

  it('refers to another file with the same contents if the first one changed', async () => {
    using store = await scene();
    store.write('b/same.bin', noise(10));
    writeFileSync(join(store.path, 'packs/1/paths'), noise(9000));
    const { losses } = await repaired(store.path);
    expect(losses).toEqual([]);
    store.write('b/same.bin', noise(150_000));
    readVolume(store.path, 2);
  });

  it('leaves out of a directory what was left out when it was sealed', async () => {
    using store = await scene({ exclude: ['*.tmp'] });
    const wanted = contentsOf(store.path);
    store.write('b/c/later.tmp', noise(10));
    rmSync(join(store.path, 'packs/1/directories'));
    const { losses } = await repaired(store.path, { version: 2 });
    expect(losses).toEqual([[2, '', 'changed']]);
    expect((await repaired(store.path, { exclude: ['*.tmp'] })).losses).toEqual([]);
    expect(contentsOf(store.path)).toEqual(wanted);
  });

  it('rebuilds a single sealed file', async () => {
    using store = new SealedStore();
    const path = store.write('alone', noise(50_000));
    const target = join(folder(), 'store');
    await seal(path, target, { origin: 'lab', issued: 0, pageSize: 1024 });
    const wanted = storedObjects(target, 1);
    rmSync(join(target, 'packs'), { recursive: true });
    expect((await repaired(target)).losses).toEqual([]);
    expect(storedObjects(target, 1)).toEqual(wanted);
    writeFileSync(path, noise(50_000, 1));
    rmSync(join(target, 'packs'), { recursive: true });
    expect((await repaired(target)).losses).toEqual([[1, '', 'changed']]);
  });

  it('takes no number for a new pack that a damaged version refers to', async () => {
    using store = await scene();
    rmSync(join(store.path, 'packs/1'), { recursive: true });
    await repaired(store.path, { version: 2 });
    expect(readdirSync(join(store.path, 'packs'))).toEqual(['2']);
  });

  it('repairs again after data was restored', async () => {
    using store = await scene();
    const wanted = contentsOf(store.path);
    store.write('large.bin', noise(10));
    store.write('b/same.bin', noise(10));
    rmSync(join(store.path, 'packs/1/trees'));
    const { losses } = await repaired(store.path);
    expect(losses).toEqual(
      [1, 2].flatMap((version) => [
        [version, 'b/same.bin', 'changed'],
        [version, 'large.bin', 'changed'],
      ]),
    );
    store.write('large.bin', noise(150_000));
    expect((await repaired(store.path)).losses).toEqual([]);
    expect(contentsOf(store.path)).toEqual(wanted);
  });
});

/** Each row: what happens to the source, what to the store, and what of version 1 is then lost. */
const LOSSES: readonly {
  readonly what: string;
  readonly options?: SealOptions;
  readonly source: (store: SealedStore) => void;
  readonly damage: readonly string[];
  readonly lost: readonly (readonly [path: string, reason: Loss['reason']])[];
}[] = [
  {
    what: 'a tree, and its file changed',
    source: (store) => void store.write('b/c/d/deep', noise(30_000, 9)),
    damage: ['packs/1/trees'],
    lost: [['b/c/d/deep', 'changed']],
  },
  {
    what: 'a tree, and its file is longer now',
    source: (store) => void store.write('b/c/d/deep', noise(30_001, 2)),
    damage: ['packs/1/trees'],
    lost: [['b/c/d/deep', 'changed']],
  },
  {
    what: 'a tree, and its file is missing',
    source: (store) => rmSync(join(store.source, 'b/c/d/deep')),
    damage: ['packs/1/trees'],
    lost: [['b/c/d/deep', 'missing']],
  },
  {
    what: 'a tree, and its folder is missing',
    source: (store) => rmSync(join(store.source, 'b/c/d'), { recursive: true }),
    damage: ['packs/1/trees'],
    lost: [['b/c/d/deep', 'missing']],
  },
  {
    what: 'a tree, and its file is a directory now',
    source: (store) => {
      rmSync(join(store.source, 'b/c/d/deep'));
      store.write('b/c/d/deep/er', noise(1));
    },
    damage: ['packs/1/trees'],
    lost: [['b/c/d/deep', 'changed']],
  },
  {
    what: 'a tree, and its file leads in a circle now',
    source: (store) => {
      rmSync(join(store.source, 'b/c/d/deep'));
      symlinkSync('deep', join(store.source, 'b/c/d/deep'));
    },
    damage: ['packs/1/trees'],
    lost: [['b/c/d/deep', 'unreadable']],
  },
  {
    what: 'all indexes, and a file is missing, so that nothing leads to the directories',
    source: (store) => rmSync(join(store.source, 'b/c/d/deep')),
    damage: ['versions/1/index', 'versions/2/index'],
    lost: [['', 'changed']],
  },
  {
    what: 'directories, and one of them has a file more now',
    source: (store) => void store.write('b/c/new', noise(0)),
    damage: ['packs/1/directories'],
    lost: [['', 'changed']],
  },
  {
    what: 'directories, and the source is missing',
    source: (store) => rmSync(store.source, { recursive: true }),
    damage: ['packs/1/directories'],
    lost: [['', 'missing']],
  },
  {
    what: 'copies, and an original changed',
    options: { copy: true },
    source: (store) => void store.write('b/c/d/deep', noise(30_000, 9)),
    damage: ['contents'],
    lost: [['b/c/d/deep', 'changed']],
  },
  {
    what: 'copies, and an original is missing',
    options: { copy: true },
    source: (store) => rmSync(join(store.source, 'b/c/d/deep')),
    damage: ['contents'],
    lost: [['b/c/d/deep', 'missing']],
  },
];

describe('repair(), of what can not be rebuilt', () => {
  it.each(LOSSES)('reports $what', async ({ options, source, damage, lost }) => {
    using store = await scene(options);
    source(store);
    for (const name of damage) rmSync(join(store.path, name), { recursive: true });
    const { versions, losses } = await repaired(store.path, { version: 1 });
    expect(losses).toEqual(lost.map(([path, reason]) => [1, path, reason]));
    expect(versions).toEqual([expect.objectContaining({ version: 1, losses: lost.length })]);
    // Everything else is there again, and stays as it is.
    const { losses: again, versions: after } = await repaired(store.path, { version: 1 });
    expect(again).toEqual(losses);
    expect(after).toEqual([expect.objectContaining({ rebuilt: 0, replaced: false })]);
  });

  it('reports a copy that rotted if its original changed, and makes it anew if not', async () => {
    using store = await scene({ copy: true });
    const copies = readdirSync(join(store.path, 'contents'), { recursive: true, encoding: 'utf8' });
    const isLarge = (name: string) => statSync(join(store.path, 'contents', name)).size === 30_000;
    const copy = join(store.path, 'contents', copies.find(isLarge) ?? '');
    MUTATIONS['flipped in its middle']?.(copy);
    store.write('b/c/d/deep', noise(30_000, 9));
    expect((await repaired(store.path)).losses).toEqual([
      [1, 'b/c/d/deep', 'changed'],
      [2, 'b/c/d/deep', 'changed'],
    ]);
    store.write('b/c/d/deep', noise(30_000, 2));
    const { versions, losses } = await repaired(store.path);
    expect(losses).toEqual([]);
    expect(versions.map(({ rebuilt }) => rebuilt)).toEqual([1, 0]);
    expect(new Uint8Array(readFileSync(copy))).toEqual(noise(30_000, 2));
  });

  it('repairs nothing of a version that was pruned', async () => {
    using store = await scene();
    await prune(store.path, { keep: 1 });
    const { versions } = await repaired(store.path);
    expect(versions.map(({ version }) => version)).toEqual([2]);
    expect(existsSync(join(store.path, 'versions/1'))).toBe(false);
  });

  it.each([
    { what: 'is no store', options: {}, damage: 'store.json', code: 'ERR_STORE' },
    { what: 'has no such version', options: { version: 3 }, damage: '', code: 'ERR_STORE' },
  ])('refuses a folder that $what', async ({ options, damage, code }) => {
    using store = await scene();
    if (damage !== '') rmSync(join(store.path, damage));
    await expect(repair(store.path, options)).rejects.toEqual(failure('StoreError', code));
  });

  it('refuses a statement that no publisher wrote', async () => {
    using store = await scene();
    writeFileSync(join(store.path, 'statements/2'), noise(300));
    const damaged = failure('StoreError', 'ERR_STORE_DAMAGED');
    await expect(repair(store.path)).rejects.toEqual(damaged);
  });

  it('is refused while another process changes the store', async () => {
    using store = await scene();
    const lock = new StoreLock(store.path);
    const locked = failure('StoreError', 'ERR_STORE_LOCKED');
    await expect(repair(store.path)).rejects.toEqual(locked);
    lock.release();
  });

  it('gives up when it is told to', async () => {
    using store = await scene();
    rmSync(join(store.path, 'packs'), { recursive: true });
    await expect(repair(store.path, { signal: AbortSignal.abort(7) })).rejects.toBe(7);
    expect(existsSync(join(store.path, 'packs'))).toBe(false);
  });
});
