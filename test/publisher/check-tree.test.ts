import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { TreeBuilder } from '../../common/tree/build.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { treeShape } from '../../common/tree/shape.ts';
import { TileLayout } from '../../common/tree/tiles.ts';
import { isTreeWhole } from '../../publisher/check-tree.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

/** Small pages keep many-paged trees cheap; fs-verity needs 64 bytes for an arity of 2. */
const ROWS = [
  ...[0, 1, 2, 3, 5, 7, 8, 127, 128, 129, 255, 300].map((pages) => ({
    profile: RFC9162,
    pageSize: 16,
    pages,
  })),
  ...[2, 16, 17, 64, 65, 200].map((pages) => ({ profile: FSVERITY, pageSize: 128, pages })),
].map((row) => ({ ...row, name: row.profile.name }));

type Row = (typeof ROWS)[number];

function build({ profile, pageSize, pages }: Row) {
  const layout = new TileLayout(treeShape(profile, pageSize, pages * pageSize));
  const stored = new Uint8Array(layout.length);
  const builder = new TreeBuilder(layout, (offset, tile) => stored.set(tile, offset));
  builder.addPages(noise(pages * pageSize));
  return { layout, stored, root: builder.finish() };
}

function check({ layout, root }: ReturnType<typeof build>, stored: Uint8Array): Promise<boolean> {
  const read = (offset: number, into: Uint8Array) => {
    const found = stored.subarray(offset, offset + into.length);
    into.set(found);
    return found.length === into.length;
  };
  return isTreeWhole(layout, root, read, () => Promise.resolve());
}

describe('isTreeWhole()', () => {
  it.each(ROWS)('takes the tree of $pages pages of $name', async (row) => {
    const built = build(row);
    expect(await check(built, built.stored)).toBe(true);
  });

  it.each(ROWS.filter(({ pages }) => pages > 1))(
    'refuses a tree of $pages pages of $name that ends too early',
    async (row) => {
      const built = build(row);
      expect(await check(built, built.stored.subarray(0, -1))).toBe(false);
    },
  );

  it('refuses the tree of another root', async () => {
    const built = build(ROWS[6] as Row);
    expect(await check({ ...built, root: flipBit(built.root, 0) }, built.stored)).toBe(false);
  });

  test('property: any flipped bit is found', async () => {
    const built = ROWS.filter(({ pages }) => pages > 1).map(build);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...built), fc.nat(), async (one, bit) => {
        const flipped = flipBit(one.stored, bit % (one.stored.length * 8));
        expect(await check(one, flipped)).toBe(false);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});
