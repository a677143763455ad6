import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex } from '../../../common/bytes.ts';
import { TreeBuilder } from '../../../common/tree/build.ts';
import { combineSubtrees } from '../../../common/tree/combine-subtrees.ts';
import { FSVERITY, type Profile, RFC9162 } from '../../../common/tree/profile.ts';
import { treeShape } from '../../../common/tree/shape.ts';
import { hashTiles, runLength, type SubtreeHasher } from '../../../common/tree/subtree.ts';
import { TileLayout } from '../../../common/tree/tiles.ts';
import { noise } from '../../helpers/bytes.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';
import { ReferenceTree } from '../../helpers/reference-tree.ts';
import { expectStoredTree } from '../../helpers/stored-tree.ts';

const TREES: readonly { readonly profile: Profile; readonly pageSize: number }[] = [
  { profile: RFC9162, pageSize: 16 },
  { profile: FSVERITY, pageSize: 64 },
  { profile: FSVERITY, pageSize: 128 },
  { profile: FSVERITY, pageSize: 1024 },
];
/** Around whole tiles of 128, 64 and 32 leaves, and of trees of one to three rows. */
const PAGES = [0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 384, 1025];

/** A hasher that takes some turns of the event loop over each run. */
function slow(hash: SubtreeHasher, turns: number): SubtreeHasher {
  return async (run) => {
    for (let i = 0; i < turns; i += 1) await setImmediate();
    return await hash(run);
  };
}

function inMemory(layout: TileLayout, data: Uint8Array): SubtreeHasher {
  const { pageSize } = layout.shape;
  return (run) =>
    hashTiles(layout, run, new Uint8Array(3 * pageSize), (into, position) =>
      into.set(data.subarray(position, position + into.length)),
    );
}

async function combine(
  profile: Profile,
  pageSize: number,
  data: Uint8Array,
  tilesPerRun: number,
  turns: readonly number[],
) {
  const layout = new TileLayout(treeShape(profile, pageSize, data.length));
  const stored = new Uint8Array(layout.length);
  let written = 0;
  let hashed = 0;
  const root = await combineSubtrees(
    layout,
    (offset, tile) => {
      stored.set(tile, offset);
      written += tile.length;
    },
    turns.map((count) => slow(inMemory(layout, data), count)),
    tilesPerRun,
    async (length) => {
      hashed += length;
    },
  );
  expect([written, hashed]).toEqual([layout.length, data.length]);
  return { root, stored, layout };
}

describe('combineSubtrees()', () => {
  it.each(TREES.flatMap((tree) => PAGES.map((pages) => ({ ...tree, pages }))))(
    'builds the reference tree of $pages pages of $pageSize, $profile.name',
    async ({ profile, pageSize, pages }) => {
      const data = noise(Math.max(0, pages * pageSize - 5));
      const { root, stored, layout } = await combine(profile, pageSize, data, 2, [3, 0, 1]);
      const reference = new ReferenceTree(profile.name, pageSize, data);
      expect(toHex(root)).toBe(toHex(reference.root));
      expectStoredTree(layout, stored, reference);
    },
  );

  test('property: any number of hashers, at any speed, gives the tree of one', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...TREES),
        fc.nat(400_000),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }),
        async ({ profile, pageSize }, size, tilesPerRun, turns) => {
          const data = noise(size);
          const stored = new Uint8Array(new TileLayout(treeShape(profile, pageSize, size)).length);
          const layout = new TileLayout(treeShape(profile, pageSize, size));
          const one = new TreeBuilder(layout, (offset, tile) => stored.set(tile, offset));
          one.addPages(data);
          const combined = await combine(profile, pageSize, data, tilesPerRun, turns);
          expect(toHex(combined.root)).toBe(toHex(one.finish()));
          expect(Buffer.compare(combined.stored, stored)).toBe(0);
        },
      ),
      { numRuns: Math.ceil(NUM_RUNS / 4) },
    );
  });

  it('lets nobody run far ahead of a slow hasher', async () => {
    const data = noise(200 * 128 * 16);
    const layout = new TileLayout(treeShape(RFC9162, 16, data.length));
    let most = 0;
    let added = 0;
    const quick = inMemory(layout, data);
    let release = () => {};
    const stuck = new Promise<void>((resolve) => {
      release = resolve;
    });
    const root = combineSubtrees(
      layout,
      () => {},
      [
        async (run) => {
          await stuck;
          return await quick(run);
        },
        (run) => {
          most = Math.max(most, run.first - added);
          return quick(run);
        },
      ],
      1,
      async (length) => {
        added += length / (128 * 16);
      },
    );
    for (let i = 0; i < 100; i += 1) await setImmediate();
    expect(most).toBe(31);
    release();
    expect(toHex(await root)).toBe(toHex(new ReferenceTree(RFC9162.name, 16, data).root));
  });

  it('fails as a hasher does, when nothing is under way any more', async () => {
    const data = noise(100 * 128 * 16);
    const layout = new TileLayout(treeShape(RFC9162, 16, data.length));
    const quick = inMemory(layout, data);
    let underWay = 0;
    const counted = async (run: { first: number; count: number }) => {
      underWay += 1;
      const hashed = await slow(quick, 5)(run);
      underWay -= 1;
      return hashed;
    };
    const failing: SubtreeHasher = async ({ first }) => {
      throw new Error(`run ${first} fails`);
    };
    const work = combineSubtrees(
      layout,
      () => {},
      [counted, failing, counted],
      1,
      async () => {},
    );
    await expect(work).rejects.toThrow(new Error('run 1 fails'));
    expect(underWay).toBe(0);
  });

  it('ends when who is told of progress fails', async () => {
    const data = noise(100 * 128 * 16);
    const layout = new TileLayout(treeShape(RFC9162, 16, data.length));
    const hasher = inMemory(layout, data);
    const reason = new Error('stop');
    let told = 0;
    const work = combineSubtrees(
      layout,
      () => {},
      [hasher, hasher],
      1,
      async () => {
        told += 1;
        throw reason;
      },
    );
    await expect(work).rejects.toBe(reason);
    expect(told).toBeLessThanOrEqual(2);
  });
});

describe('TreeBuilder.addTiles()', () => {
  const layout = new TileLayout(treeShape(RFC9162, 16, 300 * 16));
  const data = noise(300 * 16);
  const builder = () => new TreeBuilder(layout, () => {});

  it('takes tiles and pages in turn', async () => {
    const mixed = builder();
    mixed.addPages(data.subarray(0, 128 * 16));
    mixed.addTiles(await inMemory(layout, data)({ first: 1, count: 1 }));
    mixed.addPages(data.subarray(256 * 16));
    expect(toHex(mixed.finish())).toBe(toHex(new ReferenceTree(RFC9162.name, 16, data).root));
  });

  it('throws RangeError for tiles in the middle of one', async () => {
    const begun = builder();
    begun.addPages(data.subarray(0, 16));
    const hashed = await inMemory(layout, data)({ first: 0, count: 1 });
    const message = 'tiles in the place of a part of one';
    expect(() => begun.addTiles(hashed)).toThrow(new RangeError(message));
  });

  it('throws RangeError for more tiles than the tree has', async () => {
    const full = builder();
    const hashed = await inMemory(layout, data)({ first: 0, count: 3 });
    full.addTiles(hashed);
    expect(() => full.addTiles(hashed)).toThrow(new RangeError('more tiles than the tree has'));
  });

  it('throws RangeError for tiles that are cut', async () => {
    const { tiles, above } = await inMemory(layout, data)({ first: 0, count: 2 });
    const cut = { tiles: tiles.subarray(32), above };
    expect(() => builder().addTiles(cut)).toThrow(new RangeError('no whole tiles'));
  });
});

describe('runLength()', () => {
  it.each([
    { run: { first: 0, count: 1 }, length: 2048 },
    { run: { first: 1, count: 2 }, length: 2048 + 44 * 16 - 5 },
    { run: { first: 2, count: 1 }, length: 44 * 16 - 5 },
  ])('is $length for $run of 300 pages', ({ run, length }) => {
    const layout = new TileLayout(treeShape(RFC9162, 16, 300 * 16 - 5));
    expect(runLength(layout, run)).toBe(length);
  });
});
