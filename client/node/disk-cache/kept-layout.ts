import { HASH_LENGTH } from '../../../common/limits.ts';
import type { TreeShape } from '../../../common/tree/shape.ts';

/** Bytes before the first segment: what the file is about. */
export const HEADER_LENGTH = 4096;
/** Pages of a segment, unless the arity alone is greater. */
const SEGMENT_PAGES = 256;
/** Nodes above segments that each segment has room for: as many as the levels of the highest tree. */
const UPPER_NODES = 32;
const ALIGNMENT = 4096;

/** Nodes or pages side by side, and where they stand in a file; bytes. */
export interface KeptRun {
  readonly offset: number;
  /** How many, from the one asked for on, stand side by side. */
  readonly count: number;
}

/**
 * Places the pages and nodes of an object in one file, such that they stay where they are when the
 * object grows or shrinks: a later version finds what it shares with this one.
 *
 * After the header the file is cut into segments of equal length, each a whole subtree: nodes above it
 * of which it holds the first page, one byte for each page that says whether it is there, the nodes
 * below it level by level, and the pages. What was never written is a hole.
 */
export class KeptLayout {
  readonly shape: TreeShape;
  readonly segmentPages: number;
  /** Levels below the node above a segment. */
  readonly #levels: number;
  /** Byte within a segment at which each of these levels starts. */
  readonly #levelStarts: readonly number[];
  readonly #pagesStart: number;
  readonly #segmentLength: number;

  constructor(shape: TreeShape) {
    const { arity, pageSize } = shape;
    let levels = 1;
    while (arity ** (levels + 1) <= SEGMENT_PAGES) levels += 1;
    this.shape = shape;
    this.segmentPages = arity ** levels;
    this.#levels = levels;
    const starts: number[] = [];
    let at = UPPER_NODES * HASH_LENGTH + this.segmentPages;
    for (let level = 0; level < levels; level += 1) {
      starts.push(at);
      at += arity ** (levels - level) * HASH_LENGTH;
    }
    this.#levelStarts = starts;
    this.#pagesStart = Math.ceil(at / ALIGNMENT) * ALIGNMENT;
    this.#segmentLength = this.#pagesStart + this.segmentPages * pageSize;
  }

  /** Places the bytes that say which pages are there, one for each. */
  presence(page: number): KeptRun {
    const { segment, within } = this.#segment(page, this.segmentPages);
    const offset = this.#start(segment) + UPPER_NODES * HASH_LENGTH + within;
    return { offset, count: this.segmentPages - within };
  }

  /** Places the bytes of a page. */
  page(page: number): KeptRun {
    const { segment, within } = this.#segment(page, this.segmentPages);
    const offset = this.#start(segment) + this.#pagesStart + within * this.shape.pageSize;
    return { offset, count: this.segmentPages - within };
  }

  /**
   * Places a node.
   *
   * @param level - Below the root.
   */
  node(level: number, index: number): KeptRun {
    const { arity } = this.shape;
    if (level >= this.#levels) {
      const segment = index * arity ** (level - this.#levels);
      return { offset: this.#start(segment) + (level - this.#levels) * HASH_LENGTH, count: 1 };
    }
    const width = arity ** (this.#levels - level);
    const { segment, within } = this.#segment(index, width);
    const start = this.#start(segment) + (this.#levelStarts[level] ?? 0);
    return { offset: start + within * HASH_LENGTH, count: width - within };
  }

  #segment(index: number, width: number) {
    const segment = Math.floor(index / width);
    return { segment, within: index - segment * width };
  }

  #start(segment: number): number {
    return HEADER_LENGTH + segment * this.#segmentLength;
  }
}
