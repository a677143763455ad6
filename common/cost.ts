import { FIXED_COST, HASH_LENGTH, PAGE_INDEX_LENGTH } from './limits.ts';
import { type NodeRange, rangeProofLength } from './tree/range-proof.ts';
import { pagesLength, type TreeShape } from './tree/shape.ts';
import type { ClientMessage } from './wire.ts';

/**
 * Computes what reading pages costs: the bytes of data and siblings in the answer.
 *
 * @throws {RangeError} If the range is empty, or it or the anchor level lies outside the tree.
 * @see SPEC.md, "States and flow control"
 */
export function pagesCost(shape: TreeShape, range: NodeRange): number {
  const siblings = rangeProofLength(shape, range);
  return pagesLength(shape, range.start, range.end) + siblings * HASH_LENGTH;
}

/**
 * Computes what reading nodes costs: the bytes of nodes and siblings in the answer.
 *
 * @throws {RangeError} If the range is empty, or it or a level lies outside the tree.
 * @see SPEC.md, "States and flow control"
 */
export function nodesCost(shape: TreeShape, range: NodeRange): number {
  return (range.end - range.start + rangeProofLength(shape, range)) * HASH_LENGTH;
}

/**
 * Computes what one step of a `Walk` takes of its room: a page, its proof up to the root, its index.
 *
 * In a directory's tree, which is binary, no step takes more than that to page 0.
 *
 * @throws {RangeError} If the directory has no such page.
 * @see SPEC.md, "States and flow control"
 */
export function stepCost(shape: TreeShape, page: number): number {
  const range = { level: 0, start: page, end: page + 1, anchorLevel: shape.height };
  return pagesCost(shape, range) + PAGE_INDEX_LENGTH;
}

/** Returns what a request costs that is neither a read nor a `Walk`. */
export function fixedCost(type: ClientMessage['type']): number {
  return type === 'cancel' ? 0 : FIXED_COST;
}
