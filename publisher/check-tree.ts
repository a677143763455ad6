import { equalBytes } from '../common/bytes.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { hashParents } from '../common/tree/hash-nodes.ts';
import { widthOf } from '../common/tree/shape.ts';
import type { TileLayout } from '../common/tree/tiles.ts';

/** Fills `into` from a byte of a stored tree on; tells whether there was that much. */
export type TreeRead = (offset: number, into: Uint8Array) => boolean;

/**
 * Tells whether a stored tree is, bit for bit, the one that leads to a root; its pages are not needed.
 *
 * Every node but the leaves is computed from those below it. Only one tree leads to the root, so no
 * other can pass.
 *
 * @param root - 32 bytes.
 * @param breathe - Called after each tile.
 */
export async function isTreeWhole(
  layout: TileLayout,
  root: Uint8Array,
  read: TreeRead,
  breathe: () => Promise<void>,
): Promise<boolean> {
  const { shape, levels, tileNodes } = layout;
  const buffer = new Uint8Array(tileNodes * HASH_LENGTH);
  const above = new Uint8Array(HASH_LENGTH);
  for (let row = 0; row * levels < shape.height; row += 1) {
    const level = row * levels + layout.levelsOf(row); // of the nodes that stand above tiles
    for (let tile = 0; tile < widthOf(shape, level); tile += 1) {
      const { start, length } = layout.tileRange(row, tile);
      const nodes = buffer.subarray(0, length);
      if (!read(start, nodes)) return false;
      if (level === shape.height) above.set(root);
      else if (!read(placeOf(layout, level, tile), above)) return false;
      if (!isTileWhole(layout, row, tile, nodes, above)) return false;
      await breathe();
    }
  }
  return true;
}

/** Byte of the stored tree at which a node stands. */
function placeOf(layout: TileLayout, level: number, index: number): number {
  const { row, tile } = layout.place(level, index);
  return layout.tileRange(row, tile).start + layout.offsetInTile(level, index);
}

function isTileWhole(
  layout: TileLayout,
  row: number,
  tile: number,
  nodes: Uint8Array,
  above: Uint8Array,
): boolean {
  const levels = layout.levelsOf(row);
  let from = 0;
  for (let j = 0; j < levels; j += 1) {
    const count = layout.count(row, tile, j);
    const end = from + count * HASH_LENGTH;
    const parents = new Uint8Array(Math.ceil(count / layout.shape.arity) * HASH_LENGTH);
    hashParents(layout.shape, nodes, from, count, parents, 0);
    const stored = j + 1 < levels ? nodes.subarray(end, end + parents.length) : above;
    if (!equalBytes(parents, stored)) return false;
    from = end;
  }
  return true;
}
