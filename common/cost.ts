import { FIXED_COST, HASH_LENGTH } from './limits.ts';
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

/** Returns what a request other than a read costs. */
export function fixedCost(type: ClientMessage['type']): number {
  return type === 'cancel' ? 0 : FIXED_COST;
}
