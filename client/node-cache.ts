import { LRUCache } from 'lru-cache';
import { HASH_LENGTH } from '../common/limits.ts';
import type { NodeRun } from '../common/tree/range-proof.ts';
import type { TreeShape } from '../common/tree/shape.ts';
import { TileLayout } from '../common/tree/tiles.ts';

/** Verified nodes of one tile: 32 bytes for each slot, then one byte for each, 1 where the node is known. */
type Tile = Uint8Array;
/** Bytes of a tile for each of its slots. */
const SLOT_LENGTH = HASH_LENGTH + 1;

/** Verified nodes of all objects of a client, in bounded memory. */
export class NodeCache {
  readonly #tiles: LRUCache<number, Tile>;

  /** @param maxSize - Bytes. */
  constructor(maxSize: number) {
    this.#tiles = new LRUCache({ maxSize, sizeCalculation: ({ length }) => length });
  }

  get(key: number): Tile | undefined {
    return this.#tiles.get(key);
  }

  /** Adds an empty tile. */
  add(key: number, tileNodes: number): Tile {
    const tile = new Uint8Array(tileNodes * SLOT_LENGTH);
    this.#tiles.set(key, tile);
    return tile;
  }
}

/** Where a read starts to trust: verified nodes of one level above its range. */
export interface Anchors {
  readonly anchorLevel: number;
  /** 32 bytes each, left to right; not to be changed. */
  readonly hashes: Uint8Array;
}

/** The verified nodes of one object: its root, and what the cache still holds. */
export class VerifiedNodes {
  readonly #layout: TileLayout;
  readonly #root: Uint8Array;
  readonly #cache: NodeCache;
  readonly #firstNumber: number;
  /** The tile of each row that was used last: upper rows are used over and over. */
  readonly #recent: (RecentTile | undefined)[] = [];

  /**
   * @param root - From a verified descriptor.
   * @param firstNumber - Of those that are the object's own in the cache, one for each tile.
   */
  constructor(shape: TreeShape, root: Uint8Array, cache: NodeCache, firstNumber: number) {
    this.#layout = new TileLayout(shape);
    this.#root = root;
    this.#cache = cache;
    this.#firstNumber = firstNumber;
  }

  /** Finds the lowest level of which every node above the range `[start, end)` of `level` is known. */
  anchorsFor(level: number, start: number, end: number): Anchors {
    const { arity, height } = this.#layout.shape;
    let first = start;
    let last = end - 1;
    for (let anchorLevel = level; anchorLevel < height; ) {
      const hashes = this.#read(anchorLevel, first, last + 1);
      if (hashes !== undefined) return { anchorLevel, hashes };
      const levels = this.#absentLevels(anchorLevel, first);
      first = Math.floor(first / arity ** levels);
      last = Math.floor(last / arity ** levels);
      anchorLevel += levels;
    }
    return { anchorLevel: height, hashes: this.#root };
  }

  /** Counts the levels, from a node that is not known upwards, on which none above it can be. */
  #absentLevels(level: number, index: number): number {
    const { levels } = this.#layout;
    const { row, tile } = this.#layout.place(level, index);
    return this.#tile(row, tile) === undefined ? levels - (level % levels) : 1;
  }

  /** Returns nodes of one level, 32 bytes each, or 32 zeros for one that is not known. */
  known(level: number, start: number, end: number): Uint8Array {
    if (level === this.#layout.shape.height) return this.#root.slice();
    const found = new Uint8Array((end - start) * HASH_LENGTH);
    for (let index = start; index < end; index += 1) {
      const node = this.#read(level, index, index + 1);
      if (node) found.set(node, (index - start) * HASH_LENGTH);
    }
    return found;
  }

  /**
   * Returns nodes of one level below the root, if all of them are known.
   *
   * They may be a view of a tile: a node that is known stays what it is.
   */
  #read(level: number, start: number, end: number): Uint8Array | undefined {
    let found: Uint8Array | undefined;
    for (let index = start; index < end; ) {
      const { row, tile: number, slot, run } = this.#layout.place(level, index);
      const count = Math.min(run, end - index);
      const tile = this.#tile(row, number);
      if (tile === undefined || !allKnown(tile, slot, count)) return undefined;
      const hashes = tile.subarray(slot * HASH_LENGTH, (slot + count) * HASH_LENGTH);
      if (count === end - start) return hashes;
      found ??= new Uint8Array((end - start) * HASH_LENGTH);
      found.set(hashes, (index - start) * HASH_LENGTH);
      index += count;
    }
    return found;
  }

  /**
   * Keeps nodes for later reads to rest on.
   *
   * @param runs - Verified up to the root; copied.
   * @see SPEC.md, V19
   */
  keep(runs: readonly NodeRun[]): void {
    for (const { level, start, hashes } of runs) {
      if (level === this.#layout.shape.height) continue;
      const end = start + hashes.length / HASH_LENGTH;
      for (let index = start; index < end; ) {
        const { row, tile: number, slot, run } = this.#layout.place(level, index);
        const count = Math.min(run, end - index);
        const tile = this.#tile(row, number) ?? this.#newTile(row, number);
        const from = (index - start) * HASH_LENGTH;
        const isAll = count === end - start;
        const part = isAll ? hashes : hashes.subarray(from, from + count * HASH_LENGTH);
        tile.set(part, slot * HASH_LENGTH);
        const known = knownAt(tile, slot);
        for (let i = 0; i < count; i += 1) tile[known + i] = 1;
        index += count;
      }
    }
  }

  #tile(row: number, number: number): Tile | undefined {
    const recent = this.#recent[row];
    if (recent?.number === number) return recent.tile;
    const tile = this.#cache.get(this.#key(row, number));
    if (tile !== undefined) this.#recent[row] = { number, tile };
    return tile;
  }

  #newTile(row: number, number: number): Tile {
    const tile = this.#cache.add(this.#key(row, number), this.#layout.tileNodes);
    this.#recent[row] = { number, tile };
    return tile;
  }

  #key(row: number, tile: number): number {
    return this.#firstNumber + this.#layout.tileNumber(row, tile);
  }
}

interface RecentTile {
  readonly number: number;
  readonly tile: Tile;
}

/** Byte of a tile that says whether a node is known. */
function knownAt({ length }: Tile, slot: number): number {
  return (length / SLOT_LENGTH) * HASH_LENGTH + slot;
}

function allKnown(tile: Tile, slot: number, count: number): boolean {
  const known = knownAt(tile, slot);
  for (let i = 0; i < count; i += 1) if (tile[known + i] !== 1) return false;
  return true;
}
