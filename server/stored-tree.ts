import { LRUCache } from 'lru-cache';
import { HASH_LENGTH } from '../common/limits.ts';
import { type NodeRange, siblingRuns } from '../common/tree/range-proof.ts';
import type { TreeShape } from '../common/tree/shape.ts';
import { TileLayout } from '../common/tree/tiles.ts';
import type { StoreFile } from './store-file.ts';
import type { MaybePromise } from './volume.ts';

/** Recently read tiles of all trees of a server. */
export type TileCache = LRUCache<string, Uint8Array>;

/** Bytes of a cache key and its bookkeeping, counted beside the tile itself. */
const TILE_OVERHEAD = 128;

/** Makes a tile cache that holds at most so many bytes. */
export function tileCache(maxSize: number): TileCache {
  return new LRUCache({ maxSize, sizeCalculation: (tile) => tile.length + TILE_OVERHEAD });
}

/** A run of nodes of one level, and where in `out` it is wanted. */
export interface NodeWish {
  readonly level: number;
  readonly start: number;
  readonly count: number;
  readonly out: Uint8Array;
  readonly at: number;
}

/** The part of a wish that stands in one tile. */
interface Piece {
  readonly key: string;
  readonly tileStart: number;
  readonly tileLength: number;
  /** Byte of the tile from which to copy. */
  readonly from: number;
  readonly length: number;
  readonly out: Uint8Array;
  readonly at: number;
}

/** One object's tree in a store. */
export class StoredTree {
  readonly #layout: TileLayout;
  readonly #file: StoreFile;
  readonly #offset: number;
  readonly #root: Uint8Array;
  readonly #cache: TileCache;
  readonly #name: string;

  /**
   * @param file - The store's file of trees.
   * @param offset - Byte at which this tree starts in it.
   * @param name - Unique among the trees that share the cache.
   */
  constructor(
    shape: TreeShape,
    root: Uint8Array,
    file: StoreFile,
    offset: number,
    cache: TileCache,
    name: string,
  ) {
    this.#layout = new TileLayout(shape);
    this.#root = root;
    this.#file = file;
    this.#offset = offset;
    this.#cache = cache;
    this.#name = name;
  }

  /** Turns a range proof into wishes that fill `out` with it. */
  proofWishes(range: NodeRange, out: Uint8Array): NodeWish[] {
    let at = 0;
    return siblingRuns(this.#layout.shape, range).map((run) => {
      const wish = { ...run, out, at };
      at += run.count * HASH_LENGTH;
      return wish;
    });
  }

  /** Grants wishes, reading each tile at most once; at once if all is cached or hot. */
  grant(wishes: readonly NodeWish[]): MaybePromise<void> {
    const pieces = wishes.flatMap((wish) => this.#pieces(wish));
    const waiting: Promise<void>[] = [];
    for (const piece of pieces) {
      const done = this.#fill(piece);
      if (done !== undefined) waiting.push(done);
    }
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined);
  }

  #pieces(wish: NodeWish): Piece[] {
    const { level, start, count, out } = wish;
    const { height } = this.#layout.shape;
    if (level === height) {
      out.set(this.#root, wish.at);
      return [];
    }
    const pieces: Piece[] = [];
    let done = 0;
    while (done < count) {
      const { row, tile, run } = this.#layout.place(level, start + done);
      const { start: tileStart, length: tileLength } = this.#layout.tileRange(row, tile);
      const take = Math.min(run, count - done);
      pieces.push({
        key: `${this.#name}:${tileStart}`,
        tileStart,
        tileLength,
        from: this.#layout.offsetInTile(level, start + done),
        length: take * HASH_LENGTH,
        out,
        at: wish.at + done * HASH_LENGTH,
      });
      done += take;
    }
    return pieces;
  }

  #fill(piece: Piece): Promise<void> | undefined {
    const cached = this.#cache.get(piece.key);
    if (cached !== undefined) {
      copy(piece, cached);
      return undefined;
    }
    const tile = new Uint8Array(piece.tileLength);
    const done = this.#file.read(tile, this.#offset + piece.tileStart);
    const keep = () => {
      this.#cache.set(piece.key, tile);
      copy(piece, tile);
    };
    if (done instanceof Promise) return done.then(keep);
    keep();
    return undefined;
  }
}

function copy({ from, length, out, at }: Piece, tile: Uint8Array): void {
  out.set(tile.subarray(from, from + length), at);
}
