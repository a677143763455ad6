import { ProtocolError } from '../errors.ts';
import { HASH_LENGTH } from '../limits.ts';
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

/** @throws {RangeError} If a range is empty, or it or a level lies outside the tree. */
function checkRange(shape: TreeShape, { level, start, end, anchorLevel }: NodeRange): void {
  const areIntegers =
    Number.isSafeInteger(start) && Number.isSafeInteger(end) && Number.isSafeInteger(anchorLevel);
  const levelsFit = level >= 0 && level <= anchorLevel && anchorLevel <= shape.height;
  const rangeFits = start >= 0 && start < end && end <= widthOf(shape, level);
  if (areIntegers && levelsFit && rangeFits) return;
  throw new RangeError(`no nodes [${start}, ${end}) of level ${level} below ${anchorLevel}`);
}

/** Counts the siblings to the right of a node: those that complete its parent, as far as they exist. */
export function siblingsRightOf(shape: TreeShape, level: number, index: number): number {
  const groupEnd = index - (index % shape.arity) + shape.arity;
  return Math.min(groupEnd, widthOf(shape, level)) - 1 - index;
}

/**
 * Counts the siblings of a range proof.
 *
 * @throws {RangeError} If the range is empty, or it or a level lies outside the tree.
 * @see SPEC.md, "Range proofs"
 */
export function rangeProofLength(shape: TreeShape, range: NodeRange): number {
  checkRange(shape, range);
  const { arity } = shape;
  let lo = range.start;
  let hi = range.end - 1;
  let count = 0;
  for (let { level } = range; level < range.anchorLevel; level += 1) {
    count += (lo % arity) + siblingsRightOf(shape, level, hi);
    lo = Math.floor(lo / arity);
    hi = Math.floor(hi / arity);
  }
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
  checkRange(shape, range);
  const { arity } = shape;
  const runs: { level: number; start: number; count: number }[] = [];
  let lo = range.start;
  let hi = range.end - 1;
  for (let { level } = range; level < range.anchorLevel; level += 1) {
    const left = lo % arity;
    const right = siblingsRightOf(shape, level, hi);
    if (left > 0) runs.push({ level, start: lo - left, count: left });
    if (right > 0) runs.push({ level, start: hi + 1, count: right });
    lo = Math.floor(lo / arity);
    hi = Math.floor(hi / arity);
  }
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
