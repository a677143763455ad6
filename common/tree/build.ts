import { HASH_LENGTH } from '../limits.ts';
import { hashLeaves, hashLevels } from './hash-nodes.ts';
import type { TreeShape } from './shape.ts';
import type { TileLayout } from './tiles.ts';

/** Receives a finished tile: its byte offset in the stored tree, and a view valid for this call. */
export type TileSink = (offset: number, tile: Uint8Array) => void;

/** Consecutive tiles of the lowest row of a tree, hashed from their pages. */
export interface HashedTiles {
  /** The tiles one after the other, as they are stored. */
  readonly tiles: Uint8Array<ArrayBuffer>;
  /** The node above each tile; 32 bytes each. */
  readonly above: Uint8Array<ArrayBuffer>;
}

interface Row {
  /** The tile being filled; room for a full one and the node above it. */
  readonly nodes: Uint8Array;
  /** Nodes on the tile's lowest level so far. */
  count: number;
  /** Tiles finished before this one. */
  done: number;
}

/**
 * Builds one tree from its pages in order, with memory for one tile per row of tiles.
 *
 * @example
 * const builder = new TreeBuilder(new TileLayout(treeShape(RFC9162, 4096, size)), sink);
 * for (const run of runsOfPages) builder.addPages(run);
 * const root = builder.finish();
 */
export class TreeBuilder {
  readonly #layout: TileLayout;
  readonly #shape: TreeShape;
  readonly #sink: TileSink;
  readonly #rows: Row[] = [];
  #added = 0;
  #root: Uint8Array | undefined;

  constructor(layout: TileLayout, sink: TileSink) {
    this.#layout = layout;
    this.#shape = layout.shape;
    this.#sink = sink;
  }

  /**
   * Adds the next pages.
   *
   * @param data - Whole pages; only the object's last page may be short. Overwritten and restored
   *   while this runs, see `hashLeaves`.
   * @throws {RangeError} If this is more than the object has, or does not start with a page.
   */
  addPages(data: Uint8Array): void {
    const { pageSize, size } = this.#shape;
    const added = this.#added + data.length;
    if (added > size) throw new RangeError('more pages than the object has');
    if (added < size && data.length % pageSize !== 0) {
      throw new RangeError('a short page before the last one');
    }
    this.#added = added;
    let from = 0;
    while (from < data.length) {
      const row = this.#row(0);
      const room = (this.#layout.tileWidth - row.count) * pageSize;
      const end = Math.min(from + room, data.length);
      const part = from === 0 && end === data.length ? data : data.subarray(from, end);
      hashLeaves(this.#shape, part, row.nodes, row.count * HASH_LENGTH);
      row.count += Math.ceil((end - from) / pageSize);
      if (row.count === this.#layout.tileWidth) this.#finishTile(0);
      from = end;
    }
  }

  /**
   * Adds the next tiles in the place of their pages.
   *
   * @throws {RangeError} If a tile is begun, or these are not whole tiles that the tree has.
   * @see hashTiles
   */
  addTiles({ tiles, above }: HashedTiles): void {
    const layout = this.#layout;
    const row = this.#row(0);
    if (row.count > 0) throw new RangeError('tiles in the place of a part of one');
    const first = row.done;
    const end = first + above.length / HASH_LENGTH;
    if (end > layout.tilesOf(0)) throw new RangeError('more tiles than the tree has');
    if (end === first) return;
    const { start } = layout.tileRange(0, first);
    const last = layout.tileRange(0, end - 1);
    if (last.start + last.length - start !== tiles.length) throw new RangeError('no whole tiles');
    if (tiles.length > 0) this.#sink(start, tiles);
    for (let at = 0; at < above.length; at += HASH_LENGTH) {
      this.#passUp(0, above.subarray(at, at + HASH_LENGTH));
    }
    row.done = end;
    this.#added = Math.min(end * layout.tileWidth * this.#shape.pageSize, this.#shape.size);
  }

  /**
   * Ends the tree.
   *
   * @returns The root, 32 bytes owned by the caller.
   * @throws {RangeError} If pages are missing.
   */
  finish(): Uint8Array {
    if (this.#added !== this.#shape.size) throw new RangeError('fewer pages than the object has');
    if (this.#added === 0) return this.#shape.profile.emptyRoot.slice();
    for (let row = 0; this.#root === undefined; row += 1) {
      if (this.#row(row).count > 0) this.#finishTile(row);
    }
    return this.#root;
  }

  #row(index: number): Row {
    let row = this.#rows[index];
    if (row === undefined) {
      const nodes = new Uint8Array((this.#layout.tileNodes + 1) * HASH_LENGTH);
      row = { nodes, count: 0, done: 0 };
      this.#rows[index] = row;
    }
    return row;
  }

  /** Hashes a tile's upper levels, hands it out, and passes the node above it to the next row. */
  #finishTile(index: number): void {
    const row = this.#row(index);
    const levels = this.#layout.levelsOf(index);
    const start = hashLevels(this.#shape, row.nodes, 0, row.count, levels);
    // `start` is where the one node above the tile stands; in a tree of one page, the leaf.
    if (start > 0) {
      const { start: offset } = this.#layout.tileRange(index, row.done);
      this.#sink(offset, row.nodes.subarray(0, start));
    }
    this.#passUp(index, row.nodes.subarray(start, start + HASH_LENGTH));
    row.count = 0;
    row.done += 1;
  }

  #passUp(index: number, node: Uint8Array): void {
    if ((index + 1) * this.#layout.levels >= this.#shape.height) {
      this.#root = node.slice();
      return;
    }
    const above = this.#row(index + 1);
    above.nodes.set(node, above.count * HASH_LENGTH);
    above.count += 1;
    if (above.count === this.#layout.tileWidth) this.#finishTile(index + 1);
  }
}
