import { LRUCache } from 'lru-cache';
import { BufferPool } from './buffer-pool.ts';

/** Bytes of a key and its bookkeeping, counted beside the tile itself. */
const TILE_OVERHEAD = 128;
/** Buffers kept for tiles that are not worth caching. */
const SPARE_BYTES = 1024 * 1024;

/** Recently read tiles of all trees of a store, and buffers for those that are read once. */
export class TileCache {
  readonly spare: BufferPool = new BufferPool(SPARE_BYTES);
  readonly #tiles: LRUCache<string, Uint8Array>;

  /** @param maxSize - Bytes. */
  constructor(maxSize: number) {
    const sizeCalculation = (tile: Uint8Array) => tile.length + TILE_OVERHEAD;
    this.#tiles = new LRUCache({ maxSize, sizeCalculation });
  }

  get(key: string): Uint8Array | undefined {
    return this.#tiles.get(key);
  }

  set(key: string, tile: Uint8Array): void {
    this.#tiles.set(key, tile);
  }

  /** Forgets all tiles: they may have been wrong, and made right. */
  clear(): void {
    this.#tiles.clear();
  }
}
