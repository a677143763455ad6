import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePacks } from '../../common/store/layout.ts';
import { prune } from '../../publisher/prune.ts';
import { repair } from '../../publisher/repair.ts';
import type { SealOptions } from '../../publisher/seal-options.ts';
import { noise } from '../helpers/bytes.ts';
import { folder } from '../helpers/folder.ts';
import { type SealedStore, sealedStore } from '../helpers/sealed-store.ts';
import { leftovers, readVolume, storedObjects } from '../helpers/stored-volume.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const MAX_POINTS = 500;
const STRIDE = process.env['SLOW'] === '1' ? 1 : 3;

/** Runs a process that is killed at its point number `at`; tells whether it got there. */
async function isKilledAt(at: number, command: string, store: string): Promise<boolean> {
  const args = ['--import', join(FIXTURES, 'kill-at.mjs'), join(FIXTURES, 'maintain.mjs')];
  const child = spawn(process.execPath, [...args, command, store], {
    env: { ...process.env, KILL_AT: `${at}` },
    stdio: 'ignore',
  });
  const [status, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal !== 'SIGKILL') expect(status).toBe(0);
  return signal === 'SIGKILL';
}

/** Runs a command on copies of a store, killed at one point after the other. */
async function atEachPoint(
  base: SealedStore,
  command: string,
  check: (store: string) => Promise<void>,
): Promise<void> {
  const parent = folder();
  let points = 0;
  for (let at = 1, isKilled = true; isKilled; at += STRIDE) {
    const store = join(parent, `killed at ${at}`);
    cpSync(base.path, store, { recursive: true, preserveTimestamps: true });
    isKilled = await isKilledAt(at, command, store);
    await check(store);
    rmSync(store, { recursive: true });
    points += 1;
    expect(at).toBeLessThan(MAX_POINTS);
  }
  expect(points).toBeGreaterThan(5);
}

const files = Array.from({ length: 10 }, (_, n) => [`dir/${n}`, noise(9000, n)] as const);

/** Three versions: of the pack of the first, the others need a part that is worth being moved. */
async function threeVersions(options: SealOptions): Promise<SealedStore> {
  const store = await sealedStore(Object.fromEntries(files), options);
  for (const [name] of files.slice(2)) rmSync(join(store.source, name));
  store.write('second', noise(5000, 20));
  await store.seal(options);
  store.write('third', noise(5000, 30));
  await store.seal(options);
  return store;
}

const packsOf = (store: string) => readdirSync(join(store, 'packs')).sort();

/** The packs that versions list. */
function listedPacks(store: string): string[] {
  const versions = join(store, 'versions');
  const lists = readdirSync(versions).map((name) =>
    parsePacks(readFileSync(join(versions, name, 'packs'))).map(String),
  );
  return [...new Set(lists.flat())].sort();
}

describe.each([{ copy: false }, { copy: true }])('killed, with copies $copy', (options) => {
  it('prune() leaves what it keeps whole, and the next run completes', async () => {
    using base = await threeVersions(options);
    const wanted = [2, 3].map((version) => storedObjects(base.path, version));
    let moved = 0;
    await atEachPoint(base, 'prune', async (store) => {
      for (const version of [2, 3]) readVolume(store, version);
      if (existsSync(join(store, 'versions/1')) && options.copy) readVolume(store, 1);
      moved += (await prune(store, { keep: 2 })).packsCompacted;
      expect(readdirSync(join(store, 'versions')).sort()).toEqual(['2', '3']);
      expect(packsOf(store)).toEqual(listedPacks(store));
      expect(packsOf(store)).not.toContain('1');
      expect([2, 3].map((version) => storedObjects(store, version))).toEqual(wanted);
      for (const version of [2, 3]) readVolume(store, version);
      expect(leftovers(store)).toEqual([]);
    });
    expect(moved).toBeGreaterThan(0);
  }, 200_000);

  it('repair() makes nothing worse, and the next run completes', async () => {
    using base = await sealedStore(Object.fromEntries(files), options);
    await base.seal(options);
    const wanted = [1, 2].map((version) => storedObjects(base.path, version));
    truncateSync(join(base.path, 'packs/1/trees'), 1000);
    rmSync(join(base.path, 'versions/2/digests'));
    rmSync(join(base.path, 'versions/1/packs'));
    await atEachPoint(base, 'repair', async (store) => {
      const versions = await repair(store);
      expect(versions.map(({ losses }) => losses)).toEqual([0, 0]);
      expect([1, 2].map((version) => storedObjects(store, version))).toEqual(wanted);
      for (const version of [1, 2]) readVolume(store, version);
      expect(leftovers(store)).toEqual([]);
      expect(packsOf(store)).toEqual(listedPacks(store));
    });
  }, 200_000);
});
