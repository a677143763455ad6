import { equalBytes } from '../bytes.ts';
import { IntegrityError, ProtocolError } from '../errors.ts';
import { HASH_LENGTH } from '../limits.ts';
import { hashParents } from './hash-nodes.ts';
import { type TreeShape, widthOf } from './shape.ts';

/** Consecutive nodes of one level, and the anchor level up to which they are to be proven. */
export interface NodeRange {
  readonly level: number;
  /** First node. */
  readonly start: number;
  /** Node after the last one. */
  readonly end: number;
  readonly anchorLevel: number;
}

/** Consecutive nodes of one level with their hashes, 32 bytes each. */
export interface NodeRun {
  readonly level: number;
  readonly start: number;
  readonly hashes: Uint8Array;
}

/** Siblings on one level of a range proof: `left` nodes end at `lo`, `right` ones follow `hi`. */
interface Boundary {
  readonly level: number;
  /** First and last known node of the level. */
  readonly lo: number;
  readonly hi: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Visits, level by level, what a range proof adds on either side of the known nodes.
 *
 * @throws {RangeError} If the range is empty, or it or a level lies outside the tree.
 * @see SPEC.md, "Range proofs"
 */
function visitBoundaries(
  shape: TreeShape,
  range: NodeRange,
  visit: (level: number, lo: number, hi: number, left: number, right: number) => void,
): void {
  const { level: bottom, start, end, anchorLevel } = range;
  const integers = [start, end, anchorLevel].every(Number.isSafeInteger);
  const levelsFit = bottom >= 0 && bottom <= anchorLevel && anchorLevel <= shape.height;
  const rangeFits = start >= 0 && start < end && end <= widthOf(shape, bottom);
  if (!integers || !levelsFit || !rangeFits) {
    throw new RangeError(`no nodes [${start}, ${end}) of level ${bottom} below ${anchorLevel}`);
  }
  const { arity } = shape;
  let lo = start;
  let hi = end - 1;
  for (let level = bottom; level < anchorLevel; level += 1) {
    const groupEnd = Math.min(hi - (hi % arity) + arity, widthOf(shape, level));
    visit(level, lo, hi, lo % arity, groupEnd - 1 - hi);
    lo = Math.floor(lo / arity);
    hi = Math.floor(hi / arity);
  }
}

function boundaries(shape: TreeShape, range: NodeRange): Boundary[] {
  const found: Boundary[] = [];
  visitBoundaries(shape, range, (level, lo, hi, left, right) => {
    found.push({ level, lo, hi, left, right });
  });
  return found;
}

/**
 * Counts the siblings of a range proof.
 *
 * @throws {RangeError} If the range is empty, or it or a level lies outside the tree.
 * @see SPEC.md, "Range proofs"
 */
export function rangeProofLength(shape: TreeShape, range: NodeRange): number {
  let count = 0;
  visitBoundaries(shape, range, (_level, _lo, _hi, left, right) => {
    count += left + right;
  });
  return count;
}

/**
 * Checks that a range proof has as many siblings as it must.
 *
 * @param siblings - Attacker-controlled.
 * @throws {ProtocolError} `ERR_PROOF_LENGTH` if one is missing or superfluous.
 * @see SPEC.md, V17
 */
export function checkProofLength(shape: TreeShape, range: NodeRange, siblings: Uint8Array): void {
  const want = rangeProofLength(shape, range);
  if (siblings.length === want * HASH_LENGTH) return;
  const found = `range proof has ${siblings.length / HASH_LENGTH} siblings`;
  throw new ProtocolError('ERR_PROOF_LENGTH', `${found}, want ${want}`);
}

/**
 * Lists the runs of nodes that a range proof is made of, in their order.
 *
 * @returns Non-empty ranges, each within one level.
 * @throws {RangeError} If the range is empty, or it or a level lies outside the tree.
 * @see SPEC.md, "Range proofs"
 */
export function siblingRuns(
  shape: TreeShape,
  range: NodeRange,
): { readonly level: number; readonly start: number; readonly count: number }[] {
  const runs: { level: number; start: number; count: number }[] = [];
  visitBoundaries(shape, range, (level, lo, hi, left, right) => {
    if (left > 0) runs.push({ level, start: lo - left, count: left });
    if (right > 0) runs.push({ level, start: hi + 1, count: right });
  });
  return runs;
}

/** Returns the nodes of the anchor level that stand above a range, as a half-open range. */
export function anchorRange(
  shape: TreeShape,
  range: NodeRange,
): { readonly start: number; readonly end: number } {
  const span = shape.arity ** (range.anchorLevel - range.level);
  return {
    start: Math.floor(range.start / span),
    end: Math.floor((range.end - 1) / span) + 1,
  };
}

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
  if (nodes.length !== (range.end - range.start) * HASH_LENGTH) {
    throw new RangeError(`${nodes.length} bytes for nodes [${range.start}, ${range.end})`);
  }
  checkProofLength(shape, range, siblings);
  const levels = boundaries(shape, range);
  const { start: firstAnchor, end: endAnchor } = anchorRange(shape, range);
  // one buffer for the nodes of every level, siblings among them, the anchors last
  const nodeCount = levels.reduce(
    (sum, { lo, hi, left, right }) => sum + left + hi + 1 - lo + right,
    0,
  );
  const all = hashRoom(nodeCount + endAnchor - firstAnchor);
  const runs: NodeRun[] = [];
  let at = 0; // byte of `all` at which the level starts
  let used = 0; // bytes of `siblings` consumed so far
  all.set(nodes, (levels[0]?.left ?? 0) * HASH_LENGTH);
  for (const [index, { level, lo, hi, left, right }] of levels.entries()) {
    const count = left + hi + 1 - lo + right;
    const next = at + count * HASH_LENGTH;
    used = copyHashes(siblings, used, left, all, at);
    used = copyHashes(siblings, used, right, all, next - right * HASH_LENGTH);
    runs.push({ level, start: lo - left, hashes: all.subarray(at, next) });
    const nextLeft = levels[index + 1]?.left ?? 0;
    hashParents(shape, all, at, count, all, next + nextLeft * HASH_LENGTH);
    at = next;
  }
  runs.push({ level: range.anchorLevel, start: firstAnchor, hashes: all.subarray(at) });
  return runs;
}

/** Hashes that proofs share one allocation for; memory outside of the heap is slow to come by. */
const SLAB_HASHES = 2048;
let slab = new Uint8Array();
let slabUsed = 0;

/** Returns room for some hashes that nothing else uses. */
function hashRoom(count: number): Uint8Array {
  const length = count * HASH_LENGTH;
  if (count > SLAB_HASHES / 8) return new Uint8Array(length);
  if (slabUsed + length > slab.length) {
    slab = new Uint8Array(SLAB_HASHES * HASH_LENGTH);
    slabUsed = 0;
  }
  slabUsed += length;
  return slab.subarray(slabUsed - length, slabUsed);
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
  const runs = nodesFromRangeProof(shape, range, nodes, siblings);
  const implied = runs.at(-1)?.hashes ?? new Uint8Array();
  if (!equalBytes(implied, anchors)) {
    const what = `nodes [${range.start}, ${range.end}) of level ${range.level}`;
    throw new IntegrityError(
      'ERR_PROOF_MISMATCH',
      `${what} do not lead to the anchors of level ${range.anchorLevel}`,
    );
  }
  return runs;
}
