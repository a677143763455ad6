import { HASH_LENGTH } from '../common/limits.ts';
import { type NodeRange, siblingRuns } from '../common/tree/range-proof.ts';
import type { TreeShape } from '../common/tree/shape.ts';
import { type NodePlace, TileLayout } from '../common/tree/tiles.ts';
import type { StoreFile } from './store-file.ts';
import type { TileCache } from './tile-cache.ts';
import type { MaybePromise } from './volume.ts';

/** A run of nodes of one level, and the byte of `out` at which it is wanted. */
export interface NodeWish {
  readonly level: number;
  readonly start: number;
  readonly count: number;
  readonly out: Uint8Array;
  readonly at: number;
}

/** A tile that is in memory, or will be. */
interface LoadedTile {
  readonly row: number;
  readonly tile: number;
  readonly bytes: Uint8Array;
  readonly loading: MaybePromise<void>;
}

/** One object's tree in a store. */
export class StoredTree {
  readonly #layout: TileLayout;
  readonly #open: () => StoreFile;
  readonly #offset: number;
  readonly #root: Uint8Array;
  readonly #cache: TileCache;
  readonly #name: string;

  /**
   * @param open - Opens the pack's file of trees; it is good until control returns to the event loop.
   * @param offset - Byte at which this tree starts in it.
   * @param name - The object's: trees of one object are alike, wherever they stand.
   */
  constructor(
    shape: TreeShape,
    root: Uint8Array,
    open: () => StoreFile,
    offset: number,
    cache: TileCache,
    name: string,
  ) {
    this.#layout = new TileLayout(shape);
    this.#root = root;
    this.#open = open;
    this.#offset = offset;
    this.#cache = cache;
    this.#name = name;
  }

  /** Turns a range proof into wishes that fill `out` with it. */
  proofWishes(range: NodeRange, out: Uint8Array): NodeWish[] {
    let at = 0;
    return siblingRuns(this.#layout.shape, range).map(({ level, start, count }) => {
      const wish = { level, start, count, out, at };
      at += count * HASH_LENGTH;
      return wish;
    });
  }

  /**
   * Grants wishes; at once if all is cached or hot.
   *
   * A tile that several wishes may need is read once, in whole, and so is one above the leaves of which much is
   * wanted, which is kept. Of any other only the nodes are read that are wanted: a request for many nodes of
   * one level needs few of each tile.
   */
  grant(wishes: readonly NodeWish[]): MaybePromise<void> {
    const tiles: LoadedTile[] = [];
    const waiting: Promise<void>[] = [];
    const isAlone = wishes.length === 1;
    for (const wish of wishes) {
      this.#visit(wish, (place, done, take) => {
        const loading = this.#isReadApart(wish, place, done, take, isAlone)
          ? this.#readNodes(wish, place, done, take)
          : this.#find(tiles, place).loading;
        if (loading) waiting.push(loading);
      });
    }
    if (waiting.length === 0) return this.#copyAll(wishes, tiles);
    return Promise.all(waiting).then(() => this.#copyAll(wishes, tiles));
  }

  /**
   * Opens what the tree is read from, if anything of it is stored; it stays open until control returns to the
   * event loop.
   *
   * @throws {ServeError} `GONE` if it is not there any more.
   */
  open(): void {
    if (this.#layout.length > 0) this.#open();
  }

  /** Fills `out` with what is stored from byte `offset` of the tree on, past the cache. */
  readNow(offset: number, out: Uint8Array): void {
    this.#open().readNow(out, this.#offset + offset);
  }

  /** Splits a wish at the borders of tiles; the root stands in none. */
  #visit(
    { level, start, count }: NodeWish,
    visit: (place: NodePlace, done: number, take: number) => void,
  ): void {
    if (level === this.#layout.shape.height) return;
    for (let done = 0; done < count; ) {
      const place = this.#layout.place(level, start + done);
      const take = Math.min(place.run, count - done);
      visit(place, done, take);
      done += take;
    }
  }

  /**
   * Tells whether nodes are better read without the rest of their tile.
   *
   * Of the tiles in the middle of a wish no other one needs anything: siblings stand beside its ends.
   *
   * @param isAlone - Whether there is no other wish.
   */
  #isReadApart(
    { count }: NodeWish,
    { row }: NodePlace,
    done: number,
    take: number,
    isAlone: boolean,
  ): boolean {
    const isInner = done > 0 && done + take < count;
    if (row === 0) return isAlone || isInner;
    return isInner && 2 * take < this.#layout.tileNodes;
  }

  /** Reads the nodes of a wish that stand in one tile. */
  #readNodes(
    { level, start, out, at }: NodeWish,
    { row, tile }: NodePlace,
    done: number,
    take: number,
  ): MaybePromise<void> {
    const offset = this.#layout.tileRange(row, tile).start;
    const from = this.#offset + offset + this.#layout.offsetInTile(level, start + done);
    const to = at + done * HASH_LENGTH;
    return this.#open().read(out.subarray(to, to + take * HASH_LENGTH), from);
  }

  #copyAll(wishes: readonly NodeWish[], tiles: LoadedTile[]): void {
    const isAlone = wishes.length === 1;
    for (const wish of wishes) {
      const { level, start, out, at } = wish;
      if (level === this.#layout.shape.height) out.set(this.#root, at);
      this.#visit(wish, (place, done, take) => {
        if (this.#isReadApart(wish, place, done, take, isAlone)) return;
        const { bytes } = this.#find(tiles, place);
        const from = this.#layout.offsetInTile(level, start + done);
        const to = at + done * HASH_LENGTH;
        for (let i = 0; i < take * HASH_LENGTH; i += 1) out[to + i] = bytes[from + i] ?? 0;
      });
    }
    for (const { row, bytes } of tiles) if (row === 0) this.#cache.spare.give(bytes);
  }

  #find(tiles: LoadedTile[], { row, tile }: NodePlace): LoadedTile {
    for (let i = tiles.length - 1; i >= 0; i -= 1) {
      const found = tiles[i];
      if (found?.tile === tile && found.row === row) return found;
    }
    const loaded = this.#load(row, tile);
    tiles.push(loaded);
    return loaded;
  }

  /** Loads a tile: those of the leaves are too many to be read again soon, the others are kept. */
  #load(row: number, tile: number): LoadedTile {
    const { start, length } = this.#layout.tileRange(row, tile);
    if (row === 0) {
      const bytes = this.#cache.spare.take(length);
      const loading = this.#open().read(bytes.subarray(0, length), this.#offset + start);
      return { row, tile, bytes, loading };
    }
    const key = `${this.#name}:${start}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined) return { row, tile, bytes: cached, loading: undefined };
    const bytes = new Uint8Array(length);
    const loading = this.#open().read(bytes, this.#offset + start);
    const keep = () => this.#cache.set(key, bytes);
    if (loading === undefined) keep();
    const kept = loading?.then(keep);
    kept?.catch(() => undefined); // whoever waits is told, but if another tile fails first, nobody does
    return { row, tile, bytes, loading: kept };
  }
}
