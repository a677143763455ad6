import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiskCache } from '../../client/node/index.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { cachedScene, readWhole } from '../helpers/cached-scene.ts';
import { connectTo } from '../helpers/hostile-server.ts';
import { file } from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const PAGE = 1024;
const data = noise(300 * PAGE + 7);

/** A damage to one file of a cache. */
type Damage =
  | { readonly kind: 'flip'; readonly at: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'zero' | 'noise' | 'swap'; readonly at: number; readonly length: number };

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const damages: fc.Arbitrary<readonly Damage[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('flip' as const, 'cut' as const), at: place }),
    fc.record({
      kind: fc.constantFrom('zero' as const, 'noise' as const, 'swap' as const),
      at: place,
      length: fc.integer({ min: 1, max: 5000 }),
    }),
  ),
  { minLength: 1, maxLength: 8 },
);

function damaged(bytes: Uint8Array, damage: Damage): Uint8Array {
  const at = Math.floor(damage.at * bytes.length);
  if (bytes.length === 0) return bytes;
  if (damage.kind === 'flip') return flipBit(bytes, at * 8);
  if (damage.kind === 'cut') return bytes.slice(0, at);
  const found = bytes.slice();
  const end = Math.min(at + damage.length, bytes.length);
  if (damage.kind === 'zero') found.fill(0, at, end);
  else if (damage.kind === 'noise') found.set(noise(end - at, at), at);
  else found.copyWithin(at, Math.max(0, bytes.length - at - 1), bytes.length);
  return found;
}

describe('a durable cache that somebody has been at', () => {
  it('V19 property: whatever happens to its files, what is read is what was signed', async () => {
    const scene = await cachedScene({ f: file(data, { pageSize: PAGE }) });
    await scene.read((volume) => readWhole(volume, 'f'));
    const files = join(scene.home, 'v1');
    const kept = readdirSync(files).map((name) => [name, readFileSync(join(files, name))] as const);
    let dropped = 0;
    await fc.assert(
      fc.asyncProperty(damages, fc.boolean(), async (all, inOrder) => {
        for (const [name, bytes] of kept)
          writeFileSync(join(files, name), all.reduce(damaged, bytes));
        await scene.read(async (volume, cache) => {
          const opened = await volume.open('f');
          if (inOrder) expect(Buffer.compare(await readWhole(volume, 'f'), data)).toBe(0);
          for (const at of [0, 100_000, 299 * PAGE, 300 * PAGE]) {
            expect(await opened.read(at, 500)).toEqual(data.slice(at, at + 500));
          }
          dropped += cache.refutedPages;
        });
        await scene.read((volume) => readWhole(volume, 'f'));
        scene.takeSent();
        await scene.read((volume) => readWhole(volume, 'f'));
        expect(scene.takeSent()).toBeLessThan(1024); // it has healed
      }),
      { numRuns: NUM_RUNS },
    );
    expect(dropped).toBeGreaterThan(0);
  });

  it('V19 keeps no anchor that another object has left at the same place', async () => {
    const scene = await cachedScene({ f: file(data, { pageSize: PAGE }) });
    const other = file(noise(300 * PAGE + 7, 1), { pageSize: PAGE });
    await scene.read((volume) => readWhole(volume, 'f'));
    scene.versions.publish({ f: other });
    await scene.read(async (volume) => {
      const opened = await volume.open('f');
      expect(await opened.read(5000, 10)).toEqual(other.data.slice(5000, 5010));
      expect(Buffer.compare(await readWhole(volume, 'f'), other.data)).toBe(0);
      const older = await volume.at(1);
      expect(Buffer.compare(await readWhole(older, 'f'), data)).toBe(0);
    });
  });

  it.each([
    {
      what: 'a file stands where its folder should be',
      spoil: (home: string) => writeFileSync(home, ''),
    },
    {
      what: 'a folder stands where its file should be',
      spoil: (home: string) => mkdirSync(home),
      each: (path: string) => mkdirSync(path),
    },
    {
      what: 'a symlink stands where its file should be',
      spoil: (home: string) => mkdirSync(home),
      each: (path: string) => symlinkSync('/dev/zero', path),
    },
  ])('reads on without it when $what, and says so once', async ({ spoil, each }) => {
    const scene = await cachedScene({ f: file(data, { pageSize: PAGE }) });
    await scene.read((volume) => readWhole(volume, 'f'));
    const names = readdirSync(join(scene.home, 'v1'));
    rmSync(scene.home, { recursive: true });
    spoil(scene.home);
    if (each) {
      mkdirSync(join(scene.home, 'v1'));
      for (const name of names) each(join(scene.home, 'v1', name));
    }
    const told: string[] = [];
    const onFailure = ({ message }: Error) => told.push(message);
    const read = await scene.read((volume) => readWhole(volume, 'f'), { onFailure });
    expect(Buffer.compare(read, data)).toBe(0);
    expect(told).toHaveLength(1);
  });

  it('reads on without it where nothing can be written', async () => {
    const scene = await cachedScene({ f: file(data, { pageSize: PAGE }) });
    const told: string[] = [];
    using cache = new DiskCache('/proc/none/x', { onFailure: ({ message }) => told.push(message) });
    await using volume = await connectTo(scene.server, { durableCache: cache });
    expect(Buffer.compare(await readWhole(volume, 'f'), data)).toBe(0);
    expect(told).toHaveLength(1);
  });
});
