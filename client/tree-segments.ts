import type { TreeShape } from '../common/tree/shape.ts';

/** Pages that are compared at once, at most: 8 MiB of leaf hashes, 1 GiB of pages of 4 KiB. */
const MAX_SEGMENT_PAGES = 262_144;

/** How a tree is cut into parts that are compared one after the other. */
export interface Segmentation {
  /** Level of the nodes above a segment. */
  readonly level: number;
  /** Pages below one of them. */
  readonly span: number;
  /** Pages of a segment, a multiple of `span`. */
  readonly pages: number;
}

/** Cuts a tree into segments below nodes of the highest level that fits, and is at most `height`. */
export function segmentsOf({ arity }: TreeShape, height: number): Segmentation {
  let level = 0;
  let span = 1;
  while (level < height && span * arity <= MAX_SEGMENT_PAGES) {
    level += 1;
    span *= arity;
  }
  return { level, span, pages: span * Math.floor(MAX_SEGMENT_PAGES / span) };
}
