import type { NodeRange } from '../../common/tree/range-proof.ts';
import { type TreeShape, widthOf } from '../../common/tree/shape.ts';

/**
 * Counts the hashes that verifying an answer takes: those of nodes, up to the anchors.
 *
 * Pages take one more each, for their leaf hash.
 *
 * @see SPEC.md, "Range proofs"
 */
export function nodeHashes(shape: TreeShape, range: NodeRange): number {
  const { arity, profile } = shape;
  let { start: lo } = range;
  let hi = range.end - 1;
  let hashes = 0;
  for (let level = range.level; level < range.anchorLevel; level += 1) {
    const first = lo - (lo % arity);
    const children = Math.min(hi - (hi % arity) + arity, widthOf(shape, level)) - first;
    // in pairs, a lone node is carried up as it is
    hashes += profile.prefixed ? Math.floor(children / 2) : Math.ceil(children / arity);
    lo = Math.floor(lo / arity);
    hi = Math.floor(hi / arity);
  }
  return hashes;
}
