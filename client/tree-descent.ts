import { HASH_LENGTH } from '../common/limits.ts';
import { type TreeShape, widthOf } from '../common/tree/shape.ts';
import { mapInOrder } from './in-order.ts';
import type { Anchors } from './node-cache.ts';

/** Nodes read in one request, if a group of children is not larger. */
const MAX_RUN_NODES = 1024;
/** Requests of one step that are under way at once. */
const READS_AT_ONCE = 64;

/** One of two trees that are compared; they have the same profile and page size. */
export interface ComparedTree {
  readonly shape: TreeShape;
  /**
   * Returns nodes of a level, 32 bytes each, or 32 zeros for one that is not known.
   *
   * @param anchors - The nodes above them, as this tree has returned them.
   */
  read(
    level: number,
    start: number,
    end: number,
    anchors: Anchors,
  ): Uint8Array | Promise<Uint8Array>;
}

/** Nodes side by side on one level, of both trees. */
export interface ComparedRun {
  readonly level: number;
  /** Index of the first node in its level. */
  readonly start: number;
  /** Of the new tree, 32 bytes each. */
  readonly next: Uint8Array;
  /** Of the old tree; fewer where it ends earlier. */
  readonly old: Uint8Array;
}

/** Consecutive pages of the new tree that are not those of the old one. */
export interface ChangedPages {
  readonly start: number;
  /** The page after the last one. */
  readonly end: number;
  /** Their leaf hashes, verified; absent where the old tree has nothing that could be compared. */
  readonly leaves?: Uint8Array;
}

/**
 * Finds the pages that differ between two trees, below some nodes.
 *
 * Reads only what stands below nodes that differ, all of one step at once. Two nodes are compared if
 * they cover the same bytes of their objects: then their subtrees have one shape, and equal hashes
 * mean equal pages. What covers other bytes is descended into, and what the old tree does not have is
 * changed.
 *
 * @param run - Nodes of a level that both trees have, at most their heights.
 * @param maxNodes - Where more nodes of a level differ, all below them counts as changed.
 * @returns Ranges in the order of the pages; neighbours may be apart.
 * @see SPEC.md, "Rationale"
 */
export async function changedBelow(
  next: ComparedTree,
  old: ComparedTree,
  run: ComparedRun,
  maxNodes: number = Number.POSITIVE_INFINITY,
): Promise<ChangedPages[]> {
  const changed: ChangedPages[] = [];
  const step = stepOf(next.shape);
  let differing = compareRun(next.shape, old.shape, run, changed);
  while (differing.length > 0) {
    const count = differing.reduce((sum, each) => sum + each.next.length / HASH_LENGTH, 0);
    if (count > maxNodes) {
      changed.push(...differing.map((each) => pagesBelow(next.shape, each)));
      break;
    }
    const below = await mapInOrder(differing, READS_AT_ONCE, (each) =>
      readBelow(next, old, each, Math.max(0, each.level - step)),
    );
    differing = below.flatMap((each) => compareRun(next.shape, old.shape, each, changed));
  }
  return changed.sort((a, b) => a.start - b.start);
}

/** Levels of one step: two of a binary tree cost as much at once as one after the other. */
function stepOf({ arity }: TreeShape): number {
  return arity === 2 ? 2 : 1;
}

/**
 * Compares nodes with each other.
 *
 * @param changed - Receives the pages that are known to differ, or that can not be compared.
 * @returns The nodes whose children have to be looked at.
 */
function compareRun(
  next: TreeShape,
  old: TreeShape,
  run: ComparedRun,
  changed: ChangedPages[],
): ComparedRun[] {
  const { level, start } = run;
  const found: ComparedRun[] = [];
  const span = next.arity ** level;
  const count = run.next.length / HASH_LENGTH;
  const most = Math.max(1, Math.floor(MAX_RUN_NODES / next.arity ** stepOf(next)));
  for (let from = 0; from < count; ) {
    const kind = kindOf(next, old, run, from);
    const limit = kind === 'differs' && level > 0 ? most : count;
    let to = from + 1;
    while (to < count && to - from < limit && kindOf(next, old, run, to) === kind) to += 1;
    const pages = {
      start: (start + from) * span,
      end: Math.min((start + to) * span, widthOf(next, 0)),
    };
    if (kind === 'unknown') changed.push(pages);
    else if (kind === 'differs' && level === 0) {
      changed.push({ ...pages, leaves: slice(run.next, from, to) });
    } else if (kind === 'differs') {
      const [nextHashes, oldHashes] = [slice(run.next, from, to), slice(run.old, from, to)];
      found.push({ level, start: start + from, next: nextHashes, old: oldHashes });
    }
    from = to;
  }
  return found;
}

function pagesBelow(shape: TreeShape, { level, start, next }: ComparedRun): ChangedPages {
  const span = shape.arity ** level;
  const end = Math.min((start + next.length / HASH_LENGTH) * span, widthOf(shape, 0));
  return { start: start * span, end };
}

/** Says how two nodes compare; `unknown` if there is nothing to compare with. */
function kindOf(
  next: TreeShape,
  old: TreeShape,
  run: ComparedRun,
  at: number,
): 'equal' | 'differs' | 'unknown' {
  const from = at * HASH_LENGTH;
  let isKnown = false;
  let isEqual = true;
  for (let i = from; i < from + HASH_LENGTH; i += 1) {
    const hash = run.old[i] ?? 0; // zeros are what is unknown
    if (hash !== 0) isKnown = true;
    if (hash !== run.next[i]) isEqual = false;
  }
  if (!isKnown) return 'unknown';
  const end = (run.start + at + 1) * next.arity ** run.level * next.pageSize;
  const covered = Math.min(end, next.size) === Math.min(end, old.size);
  return isEqual && covered ? 'equal' : 'differs';
}

async function readBelow(
  next: ComparedTree,
  old: ComparedTree,
  run: ComparedRun,
  level: number,
): Promise<ComparedRun> {
  const span = next.shape.arity ** (run.level - level);
  const start = run.start * span;
  const end = (run.start + run.next.length / HASH_LENGTH) * span;
  const nextEnd = Math.min(end, widthOf(next.shape, level));
  const oldEnd = Math.min(end, widthOf(old.shape, level));
  const [nextHashes, oldHashes] = await Promise.all([
    next.read(level, start, nextEnd, { anchorLevel: run.level, hashes: run.next }),
    old.read(level, start, oldEnd, { anchorLevel: run.level, hashes: run.old }),
  ]);
  return { level, start, next: nextHashes, old: oldHashes };
}

function slice(hashes: Uint8Array, from: number, to: number): Uint8Array {
  return hashes.slice(from * HASH_LENGTH, to * HASH_LENGTH);
}
