import { LRUCache } from 'lru-cache';
import { HASH_LENGTH } from '../common/limits.ts';
import type { NodeRun } from '../common/tree/range-proof.ts';
import type { TreeShape } from '../common/tree/shape.ts';
import { TileLayout } from '../common/tree/tiles.ts';

/** Verified nodes of one tile; `known[slot]` is 1 where `hashes` holds the node. */
interface Tile {
  readonly hashes: Uint8Array;
  readonly known: Uint8Array;
}

/** Verified nodes of all objects of a client, in bounded memory. */
export class NodeCache {
  readonly #tiles: LRUCache<string, Tile>;

  /** @param maxSize - Bytes. */
  constructor(maxSize: number) {
    const sizeCalculation = ({ hashes, known }: Tile) => hashes.length + known.length;
    this.#tiles = new LRUCache({ maxSize, sizeCalculation });
  }

  get(key: string): Tile | undefined {
    return this.#tiles.get(key);
  }

  /** Adds an empty tile. */
  add(key: string, tileNodes: number): Tile {
    const hashes = new Uint8Array(tileNodes * HASH_LENGTH);
    const tile = { hashes, known: new Uint8Array(tileNodes) };
    this.#tiles.set(key, tile);
    return tile;
  }
}

/** Where a read starts to trust: verified nodes of one level above its range. */
export interface Anchors {
  readonly anchorLevel: number;
  /** 32 bytes each, left to right. */
  readonly hashes: Uint8Array;
}

/** The verified nodes of one object: its root, and what the cache still holds. */
export class VerifiedNodes {
  readonly #layout: TileLayout;
  readonly #root: Uint8Array;
  readonly #cache: NodeCache;
  readonly #number: number;
  /** The tile of each row that was used last: upper rows are used over and over. */
  readonly #recent: (RecentTile | undefined)[] = [];

  /**
   * @param root - From a verified descriptor.
   * @param number - Of the object among those that share the cache.
   */
  constructor(shape: TreeShape, root: Uint8Array, cache: NodeCache, number: number) {
    this.#layout = new TileLayout(shape);
    this.#root = root;
    this.#cache = cache;
    this.#number = number;
  }

  /** Finds the lowest level of which every node above the range `[start, end)` of `level` is known. */
  anchorsFor(level: number, start: number, end: number): Anchors {
    const { arity, height } = this.#layout.shape;
    let first = start;
    let last = end - 1;
    for (let anchorLevel = level; anchorLevel < height; anchorLevel += 1) {
      const hashes = this.#read(anchorLevel, first, last + 1);
      if (hashes !== undefined) return { anchorLevel, hashes };
      first = Math.floor(first / arity);
      last = Math.floor(last / arity);
    }
    return { anchorLevel: height, hashes: this.#root };
  }

  /** Returns nodes of one level below the root, if all of them are known. */
  #read(level: number, start: number, end: number): Uint8Array | undefined {
    let found: Uint8Array | undefined;
    for (let index = start; index < end; ) {
      const { row, tile: number, slot, run } = this.#layout.place(level, index);
      const count = Math.min(run, end - index);
      const tile = this.#tile(row, number);
      if (tile === undefined || !allKnown(tile, slot, count)) return undefined;
      const hashes = tile.hashes.subarray(slot * HASH_LENGTH, (slot + count) * HASH_LENGTH);
      if (count === end - start) return hashes.slice();
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
        const to = slot * HASH_LENGTH;
        for (let i = 0; i < count * HASH_LENGTH; i += 1) {
          tile.hashes[to + i] = hashes[from + i] ?? 0;
        }
        for (let i = slot; i < slot + count; i += 1) tile.known[i] = 1;
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

  #key(row: number, tile: number): string {
    return `${this.#number}:${row}:${tile}`;
  }
}

interface RecentTile {
  readonly number: number;
  readonly tile: Tile;
}

function allKnown({ known }: Tile, slot: number, count: number): boolean {
  for (let i = slot; i < slot + count; i += 1) if (known[i] !== 1) return false;
  return true;
}
