import { describe, expect, it } from 'vitest';
import { FSVERITY, RFC9162 } from '../../../common/tree/profile.ts';
import { treeShape, widthOf } from '../../../common/tree/shape.ts';
import { TileLayout } from '../../../common/tree/tiles.ts';

const binary = [
  1, 2, 3, 5, 7, 8, 11, 13, 127, 128, 129, 130, 255, 256, 257, 16_384, 16_385, 20_001,
];
const ROWS = [
  ...[0, ...binary].map((pages) => ({ profile: RFC9162, pageSize: 4096, pages })),
  ...[0, 1, 2, 31, 32, 33, 1024, 1025, 3000].map((pages) => ({
    profile: FSVERITY,
    pageSize: 1024,
    pages,
  })),
  ...[1, 127, 128, 129, 130, 16_384, 16_385].map((pages) => ({
    profile: FSVERITY,
    pageSize: 4096,
    pages,
  })),
  ...[1, 2047, 2048, 2049, 5000].map((pages) => ({ profile: FSVERITY, pageSize: 65_536, pages })),
].map((row) => ({ ...row, name: row.profile.name, arity: row.profile.arity(row.pageSize) }));

function layoutOf({ profile, pageSize, pages }: (typeof ROWS)[number]): TileLayout {
  return new TileLayout(treeShape(profile, pageSize, pages * pageSize));
}

/** Where a node is stored, and what its tile is. */
function find(layout: TileLayout, level: number, index: number) {
  const place = layout.place(level, index);
  const tile = layout.tileRange(place.row, place.tile);
  const inTile = layout.offsetInTile(level, index);
  return { ...place, ...tile, inTile, at: tile.start + inTile };
}

function* nodesOf({ shape }: TileLayout): Generator<{ level: number; index: number }> {
  for (let level = 0; level < shape.height; level += 1) {
    for (let index = 0; index < widthOf(shape, level); index += 1) yield { level, index };
  }
}

describe.each(ROWS)('TileLayout of $pages pages, arity $arity', (row) => {
  const layout = layoutOf(row);
  const { shape } = layout;

  it('gives every node but the root its own place, without gaps', () => {
    const taken = new Uint8Array(layout.length / 32);
    let nodes = 0;
    let misplaced = 0;
    for (const { level, index } of nodesOf(layout)) {
      const { at, inTile, length } = find(layout, level, index);
      const fits = at % 32 === 0 && inTile >= 0 && inTile + 32 <= length;
      if (!fits || taken[at / 32] !== 0) misplaced += 1;
      taken[at / 32] = 1;
      nodes += 1;
    }
    expect(misplaced).toBe(0);
    expect(layout.length).toBe(nodes * 32);
  });

  it('gives the nodes of one tile different slots, and their subtree one tile', () => {
    const slots = new Set<number>();
    let strays = 0;
    for (const { level, index } of nodesOf(layout)) {
      const { row: tileRow, tile, slot } = layout.place(level, index);
      if (slot >= layout.tileNodes) strays += 1;
      slots.add((tileRow * 1e6 + tile) * 1e4 + slot);
      if (level % layout.levels === 0) continue;
      const child = layout.place(level - 1, index * shape.arity);
      if (child.row !== tileRow || child.tile !== tile) strays += 1;
    }
    expect(strays).toBe(0);
    expect(slots.size * 32).toBe(layout.length);
  });

  it('stores a run side by side, as far as its tile and its level go', () => {
    for (let level = 0; level < shape.height; level += 1) {
      for (let index = 0; index < widthOf(shape, level); ) {
        const { run, row: tileRow, tile, at } = find(layout, level, index);
        const last = find(layout, level, index + run - 1);
        expect(last).toMatchObject({ row: tileRow, tile, at: at + (run - 1) * 32, run: 1 });
        index += run;
        if (index < widthOf(shape, level)) {
          expect(layout.place(level, index)).toMatchObject({ row: tileRow, tile: tile + 1 });
        }
      }
    }
  });
});

describe('TileLayout', () => {
  it.each([
    { arity: 2, profile: RFC9162, pageSize: 4096, levels: 7, tileNodes: 254 },
    { arity: 32, profile: FSVERITY, pageSize: 1024, levels: 1, tileNodes: 32 },
    { arity: 128, profile: FSVERITY, pageSize: 4096, levels: 1, tileNodes: 128 },
    { arity: 2048, profile: FSVERITY, pageSize: 65_536, levels: 1, tileNodes: 2048 },
  ])('stores $levels levels of arity $arity in a tile', (row) => {
    const layout = new TileLayout(treeShape(row.profile, row.pageSize, 1));
    expect(layout.levels).toBe(row.levels);
    expect(layout.tileNodes).toBe(row.tileNodes);
  });

  it('has a tile per fs-verity block, as the kernel has', () => {
    const layout = new TileLayout(treeShape(FSVERITY, 4096, 4096 * 300));
    expect(layout.tileRange(0, 1)).toEqual({ start: 4096, length: 4096 });
    expect(layout.tileRange(0, 2)).toEqual({ start: 8192, length: 44 * 32 });
  });

  it('is exact for the widest tree', () => {
    const layout = new TileLayout(treeShape(RFC9162, 1024, (2 ** 32 - 1) * 1024));
    expect(layout.length % 32).toBe(0);
    expect(Number.isSafeInteger(layout.length)).toBe(true);
    const { row, tile } = layout.place(0, 2 ** 32 - 2);
    const { start, length } = layout.tileRange(row, tile);
    // Only the last tile of the row may be partial: 127 leaves, 64, 32, 16, 8, 4 and 2 nodes.
    expect(length).toBe(253 * 32);
    expect(start).toBe((2 ** 25 - 1) * 254 * 32);
  });
});
