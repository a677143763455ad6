import { existsSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seal } from '../../publisher/index.ts';
import { prune } from '../../publisher/prune.ts';
import { StoreLock } from '../../publisher/store-lock.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { ISSUED } from '../helpers/memory-volume.ts';
import { makeSafe } from '../helpers/scan.ts';
import { SealedStore, sealedStore } from '../helpers/sealed-store.ts';
import { leftovers, readVolume, storedObjects } from '../helpers/stored-volume.ts';

/** Sizes of all files in a folder. */
function filesIn(path: string): number[] {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  const files = names.map((name) => statSync(join(path, name))).filter((stats) => stats.isFile());
  return files.map(({ size }) => size);
}

const folderSize = (path: string) => filesIn(path).reduce((sum, size) => sum + size, 0);

const versionsOf = (store: SealedStore) => readdirSync(join(store.path, 'versions')).sort();
const packsOf = (store: SealedStore) => readdirSync(join(store.path, 'packs')).sort();

/** A store of several versions, the n-th with a file of n pages. */
async function series(versions: number): Promise<SealedStore> {
  const store = await sealedStore({ 'a/b': noise(5000), grows: noise(1024) });
  for (let version = 2; version <= versions; version += 1) {
    store.write('grows', noise(version * 1024));
    await store.seal();
  }
  return store;
}

describe('prune()', () => {
  it.each([
    { keep: 1, kept: [4], removed: [3, 2, 1] },
    { keep: 3, kept: [4, 3, 2], removed: [1] },
    { keep: 4, kept: [4, 3, 2, 1], removed: [] },
    { keep: 9, kept: [4, 3, 2, 1], removed: [] },
  ])('keeps $keep of 4 versions', async ({ keep, kept, removed }) => {
    using store = await series(4);
    const before = readdirSync(join(store.path, 'statements'));
    expect(await prune(store.path, { keep })).toMatchObject({ kept, removed });
    expect(versionsOf(store)).toEqual([...kept].reverse().map(String));
    expect(readdirSync(join(store.path, 'statements'))).toEqual(before);
    expect(readVolume(store.path, 4).contents.get('grows')).toEqual(noise(4096));
    expect(leftovers(store.path)).toEqual([]);
  });

  it('tells what it freed', async () => {
    using store = await series(3);
    const before = folderSize(store.path);
    const { bytesFreed } = await prune(store.path, { keep: 1 });
    expect(bytesFreed).toBe(before - folderSize(store.path));
    expect(bytesFreed).toBeGreaterThan(0);
  });

  it('does nothing the second time', async () => {
    using store = await series(3);
    await prune(store.path, { keep: 1 });
    const packs = packsOf(store);
    expect(await prune(store.path, { keep: 1 })).toEqual({
      kept: [3],
      removed: [],
      packsRemoved: 0,
      packsCompacted: 0,
      bytesFreed: 0,
    });
    expect(packsOf(store)).toEqual(packs);
  });

  it('keeps the newest signed version, however many unsigned ones follow', async () => {
    using store = await sealedStore({ a: noise(3000) });
    for (let i = 1; i <= 3; i += 1) {
      store.write('a', noise(3000, i));
      await seal(store.source, store.path, { issued: ISSUED, pageSize: 1024 });
    }
    expect(await prune(store.path, { keep: 1 })).toMatchObject({ kept: [4, 1], removed: [3, 2] });
    expect(versionsOf(store)).toEqual(['1', '4']);
  });

  it('lets the next version be sealed', async () => {
    using store = await series(2);
    await prune(store.path, { keep: 1 });
    const { statement } = await store.seal();
    expect(statement.version).toBe(3);
    readVolume(store.path, 3);
  });

  describe.each([
    { what: 'in place', options: {} },
    { what: 'copied', options: { copy: true } },
    { what: 'of fs-verity', options: { profile: 'fsverity-sha256' } as const },
  ])('with contents $what', ({ options }) => {
    /** Versions 2 and 3 need a fifth of what version 1 wrote. */
    async function shared(): Promise<SealedStore> {
      const files = Array.from({ length: 20 }, (_, n) => [`dir ${n}/f`, noise(9000, n)] as const);
      const store = await sealedStore(Object.fromEntries(files), options);
      for (const [name] of files.slice(4)) rmSync(join(store.source, name));
      await store.seal(options);
      store.write('third', noise(9000, 50));
      await store.seal(options);
      return store;
    }

    it('moves what is needed out of a pack of which little is', async () => {
      using store = await shared();
      const wanted = [2, 3].map((version) => storedObjects(store.path, version));
      const before = folderSize(store.path);
      const pruned = await prune(store.path, { keep: 2 });
      expect(pruned).toMatchObject({ packsRemoved: 1, packsCompacted: 1 });
      expect(pruned.bytesFreed).toBe(before - folderSize(store.path));
      expect(packsOf(store)).toEqual(['2', '3', '4']);
      expect([2, 3].map((version) => storedObjects(store.path, version))).toEqual(wanted);
      for (const version of [2, 3]) readVolume(store.path, version);
      expect(await prune(store.path, { keep: 2 })).toMatchObject({ packsCompacted: 0 });
    });

    it('reads no file again that did not change, whatever moved', async () => {
      using store = await shared();
      await prune(store.path, { keep: 2 });
      makeSafe(store.path, 3);
      const { filesRead, statement } = await store.seal(options);
      expect({ filesRead, version: statement.version }).toEqual({ filesRead: 0, version: 4 });
      readVolume(store.path, 4);
    });

    it('removes nothing if a pack that would be moved is damaged', async () => {
      using store = await shared();
      truncateSync(join(store.path, 'packs/1/directories'), 10);
      const damaged = failure('StoreError', 'ERR_STORE_DAMAGED');
      await expect(prune(store.path, { keep: 2 })).rejects.toEqual(damaged);
      expect(packsOf(store)).toEqual(['1', '2', '3']);
      expect(leftovers(store.path)).toEqual([]);
    });
  });

  it('removes the copies that only old versions need', async () => {
    using store = await sealedStore({ a: noise(3000), b: noise(3000, 1) }, { copy: true });
    store.write('a', noise(3000, 2));
    await store.seal({ copy: true });
    const copies = () => filesIn(join(store.path, 'contents'));
    expect(copies()).toHaveLength(3);
    const { bytesFreed } = await prune(store.path, { keep: 1 });
    expect(copies()).toHaveLength(2);
    expect(bytesFreed).toBeGreaterThan(3000);
    readVolume(store.path, 2);
  });

  it('removes nothing if an index is damaged', async () => {
    using store = await series(3);
    writeFileSync(join(store.path, 'versions/3/index'), noise(200));
    await expect(prune(store.path, { keep: 1 })).rejects.toEqual(
      failure('StoreError', 'ERR_STORE_DAMAGED'),
    );
    expect(versionsOf(store)).toEqual(['1', '2', '3']);
  });

  it.each([
    { what: 'an index is missing', name: 'index' },
    { what: 'a list of packs is missing', name: 'packs' },
  ])('removes nothing if $what', async ({ name }) => {
    using store = await series(2);
    rmSync(join(store.path, 'versions/2', name));
    await expect(prune(store.path, { keep: 1 })).rejects.toEqual(
      failure('StoreError', 'ERR_STORE_DAMAGED'),
    );
    expect(versionsOf(store)).toEqual(['1', '2']);
    expect(existsSync(join(store.path, 'packs/1'))).toBe(true);
  });

  it('is refused while another process changes the store', async () => {
    using store = await series(1);
    const lock = new StoreLock(store.path);
    const locked = failure('StoreError', 'ERR_STORE_LOCKED');
    await expect(prune(store.path, { keep: 1 })).rejects.toEqual(locked);
    lock.release();
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses to keep %s versions', async (keep) => {
    using store = await series(1);
    await expect(prune(store.path, { keep })).rejects.toThrow(RangeError);
  });

  it('refuses a folder that is no store', async () => {
    using store = new SealedStore();
    await expect(prune(store.source, { keep: 1 })).rejects.toEqual(
      failure('StoreError', 'ERR_STORE'),
    );
  });

  it('gives up when it is told to', async () => {
    using store = await series(3);
    const signal = AbortSignal.abort(7);
    await expect(prune(store.path, { keep: 1, signal })).rejects.toBe(7);
    expect(versionsOf(store)).toEqual(['1', '2', '3']);
  });
});
