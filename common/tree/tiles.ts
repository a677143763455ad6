import { HASH_LENGTH } from '../limits.ts';
import { type TreeShape, widthOf } from './shape.ts';

/** Most nodes on the lowest level of a tile, unless the arity alone is greater. */
const TILE_WIDTH = 128;

/** A place in a tile: `row` of tiles, `tile` within the row, `slot` within a full tile. */
export interface NodePlace {
  readonly row: number;
  readonly tile: number;
  /** Index of the node in a tile that has all its nodes. */
  readonly slot: number;
  /** Nodes of this level from this one to the end of its tile. */
  readonly run: number;
}

/**
 * Places the nodes of one tree in tiles, so that a proof touches few places on a disk.
 *
 * A tile holds the subtree under one node, level by level, without that node: seven levels of a
 * binary tree (at most 254 nodes), one level of a wider one (the kernel's fs-verity block). Rows of
 * tiles stand one after the other, the row of the leaves first. The root is not stored: descriptors
 * hold it. Only the last tile of a row can be partial; it has no gaps.
 */
export class TileLayout {
  readonly shape: TreeShape;
  /** Levels of a tile. */
  readonly levels: number;
  /** Nodes of a full tile. */
  readonly tileNodes: number;
  /** Nodes on the lowest level of a full tile. */
  readonly tileWidth: number;
  /** Nodes of a full tile's level `j`; `levels` numbers. */
  readonly #spans: readonly number[];
  /** Nodes of a full tile's levels below level `j`; `levels + 1` numbers. */
  readonly #below: readonly number[];
  /** Byte at which each row starts, and after them the whole length. */
  readonly #rowStarts: readonly number[];
  /** Tiles of the rows before each row. */
  readonly #rowTiles: readonly number[];

  constructor(shape: TreeShape) {
    this.shape = shape;
    this.levels = 1;
    while (shape.arity ** (this.levels + 1) <= TILE_WIDTH) this.levels += 1;
    const spans: number[] = [];
    const below = [0];
    for (let j = 0; j < this.levels; j += 1) {
      const span = shape.arity ** (this.levels - j);
      spans.push(span);
      below.push((below[j] ?? 0) + span);
    }
    this.#spans = spans;
    this.#below = below;
    this.tileNodes = below[this.levels] ?? 0;
    this.tileWidth = spans[0] ?? 1;
    const starts = [0];
    const tiles = [0];
    for (let row = 0; row * this.levels < shape.height; row += 1) {
      let nodes = 0;
      for (let j = 0; j < this.levelsOf(row); j += 1) {
        nodes += widthOf(shape, row * this.levels + j);
      }
      starts.push((starts[row] ?? 0) + nodes * HASH_LENGTH);
      tiles.push((tiles[row] ?? 0) + this.tilesOf(row));
    }
    this.#rowStarts = starts;
    this.#rowTiles = tiles;
  }

  /** Bytes of the whole stored tree; 0 for a tree of at most one page. */
  get length(): number {
    return this.#rowStarts.at(-1) ?? 0;
  }

  /** Numbers a tile among all of the tree, from 0; a tree has fewer tiles than pages. */
  tileNumber(row: number, tile: number): number {
    return (this.#rowTiles[row] ?? 0) + tile;
  }

  /** Levels that a row stores: fewer than a tile's in the topmost row. */
  levelsOf(row: number): number {
    return Math.min(this.levels, this.shape.height - row * this.levels);
  }

  /** Tiles of a row. */
  tilesOf(row: number): number {
    return Math.ceil(widthOf(this.shape, row * this.levels) / this.tileWidth);
  }

  /** Finds the tile of a node below the root. */
  place(level: number, index: number): NodePlace {
    const row = Math.floor(level / this.levels);
    const j = level % this.levels;
    const span = this.#spans[j] ?? 1;
    const tile = Math.floor(index / span);
    const within = index - tile * span;
    const run = Math.min(span - within, widthOf(this.shape, level) - index);
    return { row, tile, slot: (this.#below[j] ?? 0) + within, run };
  }

  /** Nodes that a tile really has on its level `j`. */
  count(row: number, tile: number, j: number): number {
    const span = this.#spans[j] ?? 1;
    return Math.min(span, widthOf(this.shape, row * this.levels + j) - tile * span);
  }

  /** Byte range of a tile in the stored tree. */
  tileRange(row: number, tile: number): { readonly start: number; readonly length: number } {
    const start = (this.#rowStarts[row] ?? 0) + tile * this.tileNodes * HASH_LENGTH;
    let nodes = this.tileNodes;
    if (!this.#isFull(row, tile)) {
      nodes = 0;
      for (let j = 0; j < this.levelsOf(row); j += 1) nodes += this.count(row, tile, j);
    }
    return { start, length: nodes * HASH_LENGTH };
  }

  /** Byte offset, within its stored tile, of a node below the root. */
  offsetInTile(level: number, index: number): number {
    const { row, tile, slot } = this.place(level, index);
    if (this.#isFull(row, tile)) return slot * HASH_LENGTH;
    const j = level % this.levels;
    let nodes = slot - (this.#below[j] ?? 0);
    for (let i = 0; i < j; i += 1) nodes += this.count(row, tile, i);
    return nodes * HASH_LENGTH;
  }

  /** Whether a tile has all its nodes, so that they stand at their slots. */
  #isFull(row: number, tile: number): boolean {
    const fills = (tile + 1) * this.tileWidth <= widthOf(this.shape, row * this.levels);
    return fills && this.levelsOf(row) === this.levels;
  }
}
