import { equalBytes } from '../bytes.ts';
import { IntegrityError } from '../errors.ts';
import { HASH_LENGTH } from '../limits.ts';
import { Slab } from '../slab.ts';
import { hashLeaves, hashParents } from './hash-nodes.ts';
import { checkProofLength, type NodeRange, type NodeRun, siblingsRightOf } from './range-proof.ts';
import { pagesLength, type TreeShape } from './shape.ts';

/**
 * Computes every node that a range proof implies.
 *
 * The result proves nothing by itself: its last run is to be compared with anchors.
 *
 * @param nodes - Hashes of the range's nodes, 32 bytes each; for pages, their leaf hashes.
 * @param siblings - Attacker-controlled; 32 bytes each, in the order of SPEC.md.
 * @returns One run per level, from the range's own up to the anchor level; each run includes the
 *   siblings of its level.
 * @throws {RangeError} If the range is empty, or it or a level lies outside the tree, or `nodes` is
 *   not as long as the range.
 * @throws {ProtocolError} `ERR_PROOF_LENGTH` if a sibling is missing or superfluous; raised before
 *   anything is hashed.
 * @see SPEC.md, "Range proofs", V17
 */
export function nodesFromRangeProof(
  shape: TreeShape,
  range: NodeRange,
  nodes: Uint8Array,
  siblings: Uint8Array,
): readonly NodeRun[] {
  checkInput(nodes, (range.end - range.start) * HASH_LENGTH, range);
  checkProofLength(shape, range, siblings);
  const all = proofRoom(shape, range, siblings);
  all.set(nodes, leftOf(shape, range) * HASH_LENGTH);
  return climb(shape, range, all, siblings);
}

/** @throws {RangeError} If the bytes for a range are not as many as there must be. */
function checkInput({ length }: Uint8Array, want: number, { start, end }: NodeRange): void {
  if (length !== want) throw new RangeError(`${length} bytes for [${start}, ${end})`);
}

/** Counts the siblings to the left of a range. */
function leftOf({ arity }: TreeShape, { level, start, anchorLevel }: NodeRange): number {
  return level < anchorLevel ? start % arity : 0;
}

/** What the nodes of proofs are in. */
const slab = new Slab(65_536);

/** Returns room for the nodes of every level, siblings among them, the anchors last. */
function proofRoom({ arity }: TreeShape, range: NodeRange, siblings: Uint8Array): Uint8Array {
  let count = siblings.length / HASH_LENGTH;
  let lo = range.start;
  let hi = range.end - 1;
  for (let { level } = range; level <= range.anchorLevel; level += 1) {
    count += hi + 1 - lo;
    lo = Math.floor(lo / arity);
    hi = Math.floor(hi / arity);
  }
  return slab.take(count * HASH_LENGTH);
}

/**
 * Computes what stands above the nodes of a range, level by level.
 *
 * @param all - Room for it, in which the range's nodes stand after as many places as they have siblings to
 *   the left.
 * @param siblings - As many as they must be.
 */
function climb(
  shape: TreeShape,
  range: NodeRange,
  all: Uint8Array,
  siblings: Uint8Array,
): readonly NodeRun[] {
  const { arity } = shape;
  const { anchorLevel } = range;
  const runs: NodeRun[] = [];
  let lo = range.start; // first and last node of the level that is known without siblings
  let hi = range.end - 1;
  let left = leftOf(shape, range); // siblings before them
  let at = 0; // byte of `all` at which the level starts
  let used = 0; // bytes of `siblings` consumed so far
  for (let { level } = range; level < anchorLevel; level += 1) {
    const right = siblingsRightOf(shape, level, hi);
    const count = left + hi + 1 - lo + right;
    const next = at + count * HASH_LENGTH;
    used = copyHashes(siblings, used, left, all, at);
    used = copyHashes(siblings, used, right, all, next - right * HASH_LENGTH);
    runs.push({ level, start: lo - left, hashes: all.subarray(at, next) });
    lo = Math.floor(lo / arity);
    hi = Math.floor(hi / arity);
    left = level + 1 < anchorLevel ? lo % arity : 0;
    hashParents(shape, all, at, count, all, next + left * HASH_LENGTH);
    at = next;
  }
  runs.push({ level: anchorLevel, start: lo, hashes: all.subarray(at) });
  return runs;
}

/** Copies `count` hashes from byte `from` on; returns the byte after them. */
function copyHashes(
  source: Uint8Array,
  from: number,
  count: number,
  out: Uint8Array,
  at: number,
): number {
  const end = from + count * HASH_LENGTH;
  for (let i = from; i < end; i += 1) out[at + i - from] = source[i] ?? 0;
  return end;
}

/**
 * Verifies nodes against anchors.
 *
 * @param anchors - Verified hashes of the nodes of the anchor level above the range.
 * @returns Every node that is thereby verified, as `nodesFromRangeProof` returns them.
 * @throws {ProtocolError} `ERR_PROOF_LENGTH` as `nodesFromRangeProof`.
 * @throws {IntegrityError} `ERR_PROOF_MISMATCH` if one computed anchor differs.
 * @see SPEC.md, V17 and V18
 */
export function verifyRange(
  shape: TreeShape,
  range: NodeRange,
  nodes: Uint8Array,
  siblings: Uint8Array,
  anchors: Uint8Array,
): readonly NodeRun[] {
  return matched(range, nodesFromRangeProof(shape, range, nodes, siblings), anchors);
}

/**
 * Verifies pages against anchors, from wherever they come.
 *
 * @param range - Of level 0.
 * @param data - The pages. While this runs, single bytes are overwritten, and restored.
 * @param anchors - As of `verifyRange`.
 * @returns Every node that is thereby verified, as `nodesFromRangeProof` returns them.
 * @throws {RangeError} If `data` is not as long as the pages.
 * @throws {ProtocolError} `ERR_PROOF_LENGTH`, before anything is hashed.
 * @throws {IntegrityError} `ERR_PROOF_MISMATCH`.
 * @see SPEC.md, V17 and V18
 */
export function verifyPages(
  shape: TreeShape,
  range: NodeRange,
  data: Uint8Array,
  siblings: Uint8Array,
  anchors: Uint8Array,
): readonly NodeRun[] {
  checkProofLength(shape, range, siblings);
  checkInput(data, pagesLength(shape, range.start, range.end), range);
  const all = proofRoom(shape, range, siblings);
  hashLeaves(shape, data, all, leftOf(shape, range) * HASH_LENGTH);
  return matched(range, climb(shape, range, all, siblings), anchors);
}

/** @throws {IntegrityError} `ERR_PROOF_MISMATCH` if the last run is not the anchors. */
function matched(
  range: NodeRange,
  runs: readonly NodeRun[],
  anchors: Uint8Array,
): readonly NodeRun[] {
  const implied = runs.at(-1);
  if (implied && equalBytes(implied.hashes, anchors)) return runs;
  const what = `nodes [${range.start}, ${range.end}) of level ${range.level}`;
  throw new IntegrityError(
    'ERR_PROOF_MISMATCH',
    `${what} do not lead to the anchors of level ${range.anchorLevel}`,
  );
}
