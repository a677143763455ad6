import { HASH_LENGTH } from '../common/limits.ts';
import { hashLeaves, hashParents } from '../common/tree/hash-nodes.ts';
import { pagesLength, type TreeShape, treeShape, widthOf } from '../common/tree/shape.ts';
import type { LocalCopy } from './local-copy.ts';
import type { ComparedTree } from './tree-descent.ts';
import { type Segmentation, segmentsOf } from './tree-segments.ts';

/** Bytes that are read and hashed at once, if pages are not larger. */
const READ_BYTES = 262_144;

/**
 * The tree of the pages that a local copy shares with an object, one segment of it at a time.
 *
 * It ends where the copy or the object does; what the copy has beyond the object is not looked at.
 */
export class LocalTree implements ComparedTree {
  readonly shape: TreeShape;
  readonly segment: Segmentation;
  readonly #copy: LocalCopy;
  readonly #buffer: Uint8Array;
  readonly #levels: Uint8Array[] = [];
  /** First page of the segment. */
  #start = 0;

  constructor({ profile, pageSize, size }: TreeShape, copy: LocalCopy) {
    const whole = Math.floor(copy.size / pageSize) * pageSize;
    this.shape = treeShape(profile, pageSize, copy.size < size ? whole : size);
    this.segment = segmentsOf(this.shape, this.shape.height);
    this.#copy = copy;
    this.#buffer = new Uint8Array(Math.min(this.shape.size, Math.max(READ_BYTES, pageSize)));
  }

  /**
   * Reads and hashes the pages `[start, end)`, in place of those before.
   *
   * @param start - Where a segment starts.
   */
  async load(start: number, end: number): Promise<void> {
    this.#start = start;
    const leaves = this.#level(0, end - start);
    const { pageSize } = this.shape;
    const run = Math.max(1, READ_BYTES / pageSize);
    for (let page = start; page < end; page += run) {
      const length = pagesLength(this.shape, page, Math.min(page + run, end));
      const data = this.#buffer.subarray(0, length);
      const at = (page - start) * HASH_LENGTH;
      if (await this.#copy.read(page * pageSize, data)) hashLeaves(this.shape, data, leaves, at);
      else leaves.fill(0, at, at + Math.ceil(length / pageSize) * HASH_LENGTH);
    }
    let count = end - start;
    for (let level = 1; level <= this.segment.level; level += 1) {
      const below = this.#levels[level - 1] ?? leaves;
      const nodes = this.#level(level, Math.ceil(count / this.shape.arity));
      count = hashParents(this.shape, below, 0, count, nodes, 0);
    }
  }

  /** Returns nodes of the segment; a view, good until the next one is loaded. */
  read(level: number, start: number, end: number): Uint8Array {
    const first = this.#start / this.shape.arity ** level; // whole: the level is below the segment's
    const from = (start - first) * HASH_LENGTH;
    return (this.#levels[level] ?? new Uint8Array()).subarray(from, (end - first) * HASH_LENGTH);
  }

  /** Makes room for nodes of a level, and keeps it for the next segment. */
  #level(level: number, count: number): Uint8Array {
    const most = Math.min(
      this.segment.pages / this.shape.arity ** level,
      widthOf(this.shape, level),
    );
    const nodes = this.#levels[level] ?? new Uint8Array(most * HASH_LENGTH);
    this.#levels[level] = nodes;
    return nodes.subarray(0, count * HASH_LENGTH);
  }
}
