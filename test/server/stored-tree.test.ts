import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { TreeBuilder } from '../../common/tree/build.ts';
import { FSVERITY, type Profile, RFC9162 } from '../../common/tree/profile.ts';
import { treeShape } from '../../common/tree/shape.ts';
import { TileLayout } from '../../common/tree/tiles.ts';
import { STORED, StoreFile } from '../../server/store-file.ts';
import { StoredTree } from '../../server/stored-tree.ts';
import { TileCache } from '../../server/tile-cache.ts';
import { noise } from '../helpers/bytes.ts';
import { folder } from '../helpers/folder.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { ReferenceTree } from '../helpers/reference-tree.ts';

/** Bytes of other trees before this one. */
const OFFSET = 4321;

/** Stores the tree of some pages in a file. */
function stored(profile: Profile, pageSize: number, pages: number) {
  const data = noise(pages * pageSize - 3, pages);
  const layout = new TileLayout(treeShape(profile, pageSize, data.length));
  const bytes = new Uint8Array(OFFSET + layout.length);
  const builder = new TreeBuilder(layout, (at, tile) => bytes.set(tile, OFFSET + at));
  builder.addPages(data);
  const root = builder.finish();
  const path = join(folder(), 'trees');
  writeFileSync(path, bytes);
  const file = new StoreFile(path, STORED);
  onTestFinished(() => file.retire());
  const reference = new ReferenceTree(profile.name, pageSize, data);
  const cache = new TileCache(2 ** 20);
  const tree = new StoredTree(layout.shape, root, () => file, OFFSET, cache, 'x');
  return { tree, file, shape: layout.shape, reference, cache };
}

const fractions = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);

describe('StoredTree', () => {
  it.each([
    { profile: RFC9162, pageSize: 16, pages: 2000, isHot: true },
    { profile: RFC9162, pageSize: 16, pages: 2000, isHot: false },
    { profile: FSVERITY, pageSize: 128, pages: 700, isHot: true },
    { profile: FSVERITY, pageSize: 1024, pages: 100, isHot: true },
  ])('property: grants any range with its proof, $profile.name, hot: $isHot', async (which) => {
    const { tree, file, shape, reference } = stored(which.profile, which.pageSize, which.pages);
    if (!which.isHot) {
      vi.spyOn(file, 'read').mockImplementation(async (into, position) => {
        await Promise.resolve();
        file.readNow(into, position);
      });
    }
    await fc.assert(
      fc.asyncProperty(fractions, fc.boolean(), async ([a, b, c, d], withProof) => {
        const pick = (share: number, count: number) =>
          Math.min(count - 1, Math.floor(share * count));
        const level = pick(a, shape.height + 1);
        const width = reference.width(level);
        const start = pick(b, width);
        const end = start + 1 + pick(c ** 2, width - start);
        const anchorLevel = level + pick(d, shape.height - level + 1);
        const range = { level, start, end, anchorLevel };
        const proof = reference.rangeProof(level, start, end, anchorLevel);
        const siblings = new Uint8Array(proof.length * 32);
        const nodes = new Uint8Array((end - start) * 32);
        const wishes = withProof ? tree.proofWishes(range, siblings) : [];
        await tree.grant([...wishes, { level, start, count: end - start, out: nodes, at: 0 }]);
        expect(Buffer.compare(nodes, reference.nodes(level, start, end))).toBe(0);
        if (!withProof) return;
        const want = Buffer.concat(proof.map((one) => reference.node(one.level, one.index)));
        expect(Buffer.compare(siblings, want)).toBe(0);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test('reads of many tiles only what is wanted', () => {
    const { tree, file, cache } = stored(RFC9162, 16, 16_384);
    const read = vi.spyOn(file, 'read');
    const take = vi.spyOn(cache.spare, 'take');
    const set = vi.spyOn(cache, 'set');
    const out = new Uint8Array(256 * 32);
    const range = { level: 6, start: 0, end: 256, anchorLevel: 14 };
    const wishes = tree.proofWishes(range, new Uint8Array());
    void tree.grant([...wishes, { level: 6, start: 0, count: 256, out, at: 0 }]);
    // two nodes of each of 128 tiles, which have 254
    expect(read.mock.calls.reduce((sum, [into]) => sum + into.length, 0)).toBe(out.length);
    expect(take.mock.calls.length + set.mock.calls.length).toBe(0);
    read.mockClear();
    const siblings = new Uint8Array(14 * 32);
    const page = { level: 0, start: 5, end: 6, anchorLevel: 14 };
    void tree.grant(tree.proofWishes(page, siblings));
    void tree.grant(tree.proofWishes(page, siblings));
    // a whole tile of the leaves for each proof, and the one above once
    expect(read.mock.calls.map(([into]) => into.length)).toEqual([8128, 8128, 8128]);
  });

  test('keeps tiles above the leaves of which much was read', () => {
    const { tree, file, shape } = stored(FSVERITY, 1024, 5000);
    const read = vi.spyOn(file, 'read');
    const count = shape.widths[1] ?? 0;
    const grant = () => {
      void tree.grant([{ level: 1, start: 0, count, out: new Uint8Array(count * 32), at: 0 }]);
    };
    grant();
    expect(read).toHaveBeenCalledTimes(5);
    read.mockClear();
    grant();
    expect(read).not.toHaveBeenCalled();
  });
});
