import { HASH_LENGTH } from '../limits.ts';
import { type HashedTiles, TreeBuilder } from './build.ts';
import { pageCount, pagesLength, type TreeShape } from './shape.ts';
import { TileLayout } from './tiles.ts';

/** Consecutive tiles of the lowest row of a tree: `count` of them from `first` on. */
export interface TileRun {
  readonly first: number;
  readonly count: number;
}

/** Hashes the pages under some tiles of one object's tree, wherever that is done. */
export type SubtreeHasher = (run: TileRun) => Promise<HashedTiles>;

/** Fills `into` with bytes of an object. */
export type ObjectRead = (into: Uint8Array, position: number) => Promise<void> | void;

/**
 * Hashes the pages under some tiles in this thread: what every `SubtreeHasher` comes down to.
 *
 * @param buffer - What is read into, a part of a tile at a time; whole pages, at least one. Not to be
 *   used by others meanwhile.
 */
export async function hashTiles(
  layout: TileLayout,
  { first, count }: TileRun,
  buffer: Uint8Array,
  read: ObjectRead,
): Promise<HashedTiles> {
  const { start } = layout.tileRange(0, first);
  const last = layout.tileRange(0, first + count - 1);
  const tiles = new Uint8Array(last.start + last.length - start);
  const above = new Uint8Array(count * HASH_LENGTH);
  for (let i = 0; i < count; i += 1) {
    const at = layout.tileRange(0, first + i).start - start;
    const shape = tileShape(layout, first + i);
    const builder = new TreeBuilder(new TileLayout(shape), (_, tile) => tiles.set(tile, at));
    const position = (first + i) * layout.tileWidth * shape.pageSize;
    for (let done = 0; done < shape.size; done += buffer.length) {
      const pages = buffer.subarray(0, Math.min(buffer.length, shape.size - done));
      await read(pages, position + done);
      builder.addPages(pages);
    }
    above.set(builder.finish(), i * HASH_LENGTH);
  }
  return { tiles, above };
}

/** The bytes of the object under some tiles. */
export function runLength({ shape, tileWidth }: TileLayout, { first, count }: TileRun): number {
  const end = Math.min((first + count) * tileWidth, pageCount(shape));
  return pagesLength(shape, first * tileWidth, end);
}

/** The tree of a tile and the node above it. Of the last tile, it may be higher than its pages need. */
function tileShape(layout: TileLayout, tile: number): TreeShape {
  const { shape } = layout;
  const height = layout.levelsOf(0);
  if (height === 0) return shape;
  const size = runLength(layout, { first: tile, count: 1 });
  const widths = Array.from({ length: height }, (_, j) => layout.count(0, tile, j));
  return { ...shape, size, height, widths: [...widths, 1] };
}
