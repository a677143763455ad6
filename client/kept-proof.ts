import { IntegrityError } from '../common/errors.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { type NodeRun, siblingRuns } from '../common/tree/range-proof.ts';
import type { TreeShape } from '../common/tree/shape.ts';
import { verifyRange } from '../common/tree/verify-range.ts';
import type { KeptObject } from './durable-cache.ts';
import type { Anchors } from './node-cache.ts';

/**
 * Verifies nodes, or the leaf hashes of pages, with siblings that are kept.
 *
 * @param run - From a durable cache.
 * @returns Every node that is thereby verified; `undefined` if they do not lead to the anchors.
 * @see SPEC.md, V17 to V19
 */
export async function proveKept(
  shape: TreeShape,
  kept: KeptObject,
  { level, start, hashes }: NodeRun,
  anchors: Anchors,
): Promise<readonly NodeRun[] | undefined> {
  const end = start + hashes.length / HASH_LENGTH;
  const range = { level, start, end, anchorLevel: anchors.anchorLevel };
  const runs = siblingRuns(shape, range);
  const siblings = new Uint8Array(runs.reduce((sum, { count }) => sum + count, 0) * HASH_LENGTH);
  let at = 0;
  for (const run of runs) {
    siblings.set(await kept.readNodes(run.level, run.start, run.start + run.count), at);
    at += run.count * HASH_LENGTH;
  }
  try {
    return verifyRange(shape, range, hashes, siblings, anchors.hashes);
  } catch (error) {
    if (error instanceof IntegrityError) return undefined;
    throw error;
  }
}
