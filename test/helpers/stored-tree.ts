import { expect } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import { widthOf } from '../../common/tree/shape.ts';
import type { TileLayout } from '../../common/tree/tiles.ts';
import type { ReferenceTree } from './reference-tree.ts';

/** Expects a stored tree to hold each node of a reference tree where its layout says. */
export function expectStoredTree(
  layout: TileLayout,
  stored: Uint8Array,
  reference: ReferenceTree,
): void {
  expect(layout.shape.height).toBe(reference.height);
  for (let level = 0; level < layout.shape.height; level += 1) {
    for (let index = 0; index < widthOf(layout.shape, level); ) {
      const { row, tile, run } = layout.place(level, index);
      const at = layout.tileRange(row, tile).start + layout.offsetInTile(level, index);
      const want = toHex(reference.nodes(level, index, index + run));
      expect(toHex(stored.subarray(at, at + run * 32))).toBe(want);
      index += run;
    }
  }
}
