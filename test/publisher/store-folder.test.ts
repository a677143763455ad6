import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseStoreConfig } from '../../common/store/layout.ts';
import { seal } from '../../publisher/seal.ts';
import type { SealOptions } from '../../publisher/seal-options.ts';
import { tidyStore } from '../../publisher/store-folder.ts';
import { noise } from '../helpers/bytes.ts';
import { folder, plant } from '../helpers/folder.ts';
import { leftovers, readVolume } from '../helpers/stored-volume.ts';

const OPTIONS: SealOptions = { origin: 'lab', issued: Date.UTC(2026, 10, 21, 10), pageSize: 1024 };

/** A store of two versions, each with a pack of its own. */
async function twoVersions(): Promise<{ readonly source: string; readonly store: string }> {
  const parent = folder();
  const source = plant(join(parent, 'source'), { a: noise(5000, 1) });
  const store = join(parent, 'store');
  await seal(source, store, OPTIONS);
  plant(source, { b: noise(5000, 2) });
  await seal(source, store, OPTIONS);
  expect(readdirSync(join(store, 'packs')).sort()).toEqual(['1', '2']);
  return { source, store };
}

describe('tidyStore()', () => {
  it.each([
    { what: 'is empty', damage: () => '' },
    { what: 'is cut at the end of a line', damage: (text: string) => text.replace(/^2\n.*/ms, '') },
    { what: 'names another pack', damage: (text: string) => text.replace(/^2\n/m, '3\n') },
    { what: 'lacks a pack', damage: (text: string) => text.replace(/^1\n/m, '') },
  ])('removes no pack while the list of a version $what', async ({ damage }) => {
    const { store } = await twoVersions();
    const list = join(store, 'versions/2/packs');
    const text = readFileSync(list, 'latin1');
    expect(damage(text)).not.toBe(text);
    rmSync(join(store, 'versions/1'), { recursive: true }); // as if it had been pruned
    writeFileSync(list, damage(text));
    tidyStore(store);
    expect(readdirSync(join(store, 'packs')).sort()).toEqual(['1', '2']);
    writeFileSync(list, text);
    readVolume(store, 2);
  });
});

describe('seal() after one that was interrupted before its statement', () => {
  it('takes another source and another origin', async () => {
    const parent = folder();
    const store = join(parent, 'store');
    const [first, second] = ['first', 'second'].map((name) =>
      plant(join(parent, name), { name, data: noise(5000) }),
    ) as [string, string];
    await seal(first, store, OPTIONS);
    rmSync(join(store, 'statements/1'));
    await seal(second, store, { ...OPTIONS, origin: 'other' });
    const config = parseStoreConfig(readFileSync(join(store, 'store.json')));
    expect(config).toEqual({ origin: 'other', source: second, copies: false });
    renameSync(first, join(parent, 'gone'));
    readVolume(store, 1);
    expect(leftovers(store)).toEqual([]);
  });
});
