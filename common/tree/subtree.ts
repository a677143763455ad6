import { HASH_LENGTH } from '../limits.ts';
import type { HashedTiles } from './build.ts';
import { hashLeaves, hashLevels } from './hash-nodes.ts';
import { pageCount, pagesLength } from './shape.ts';
import type { TileLayout } from './tiles.ts';

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
 * @param layout - Of an object that has pages.
 * @param buffer - What is read into, a part of a tile at a time; whole pages, at least one. Not to be
 *   used by others meanwhile.
 */
export async function hashTiles(
  layout: TileLayout,
  { first, count }: TileRun,
  buffer: Uint8Array,
  read: ObjectRead,
): Promise<HashedTiles> {
  const { shape } = layout;
  const { pageSize } = shape;
  const levels = layout.levelsOf(0);
  const { start } = layout.tileRange(0, first);
  const last = layout.tileRange(0, first + count - 1);
  const length = last.start + last.length - start;
  const nodes = new Uint8Array(length + HASH_LENGTH); // the node above a tile stands where the next one starts
  const above = new Uint8Array(count * HASH_LENGTH);
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    const position = (first + i) * layout.tileWidth * pageSize;
    const size = runLength(layout, { first: first + i, count: 1 });
    for (let done = 0; done < size; done += buffer.length) {
      const part = buffer.subarray(0, Math.min(buffer.length, size - done));
      await read(part, position + done);
      hashLeaves(shape, part, nodes, at + (done / pageSize) * HASH_LENGTH);
    }
    at = hashLevels(shape, nodes, at, Math.ceil(size / pageSize), levels);
    above.set(nodes.subarray(at, at + HASH_LENGTH), i * HASH_LENGTH);
  }
  return { tiles: nodes.subarray(0, length), above };
}

/** The bytes of the object under some tiles. */
export function runLength({ shape, tileWidth }: TileLayout, { first, count }: TileRun): number {
  const end = Math.min((first + count) * tileWidth, pageCount(shape));
  return pagesLength(shape, first * tileWidth, end);
}
