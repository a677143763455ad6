import { equalBytes } from '../common/bytes.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { hashLeaves, hashParents } from '../common/tree/hash-nodes.ts';
import type { NodeRun } from '../common/tree/range-proof.ts';
import { pagesLength, type TreeShape, widthOf } from '../common/tree/shape.ts';
import { countPresent, type KeptObject } from './durable-cache.ts';
import { proveKept } from './kept-proof.ts';
import type { Anchors } from './node-cache.ts';
import type { RunMemory } from './run-memory.ts';

/** Nodes asked for in one request, if a group of children is not larger. */
const MAX_RUN_NODES = 1024;
/** Pages whose leaf hashes are fetched at once, with siblings: a descent takes more round trips. */
const MAX_WITHOUT_DESCENT = 16;

/** How an object's pages and nodes are fetched, verified. */
export interface Fetch {
  pages(start: number, end: number, anchors: Anchors, signal?: AbortSignal): Promise<Uint8Array>;
  nodes(
    level: number,
    start: number,
    end: number,
    anchors: Anchors,
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
}

/** What a read does with what it has verified. */
export interface KeptReadOptions {
  readonly keep?: ((runs: readonly NodeRun[]) => void) | undefined;
  readonly memory?: RunMemory | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads pages and nodes of one object from a durable cache, each verified as an answer would be.
 *
 * Where what is kept does not lead to the anchors, it is damaged or of another version. Then the tree
 * is descended from the anchors: at each step the kept nodes are compared with those above them, and
 * those that differ are fetched. In the end only pages that differ are fetched.
 *
 * @see SPEC.md, "Durable caches"
 */
export class KeptReads {
  readonly #shape: TreeShape;
  readonly #kept: KeptObject;
  readonly #fetch: Fetch;

  constructor(shape: TreeShape, kept: KeptObject, fetch: Fetch) {
    this.#shape = shape;
    this.#kept = kept;
    this.#fetch = fetch;
  }

  /**
   * Reads pages.
   *
   * @returns As `RemoteObject.readPagesUnder`; `undefined` if less than half of them is kept: then
   *   they are better fetched at once.
   * @throws As `Fetch`, where something has to be fetched.
   */
  async pages(
    start: number,
    end: number,
    anchors: Anchors,
    { keep, memory, signal }: KeptReadOptions,
  ): Promise<Uint8Array | undefined> {
    const held = await this.#held(start, end, memory, signal);
    if (held === undefined) return undefined;
    const runs = await this.#prove(0, start, held.leaves, anchors);
    if (runs !== undefined) keep?.(runs);
    else await this.#mend({ ...held, start, end, anchors, signal });
    return held.data;
  }

  /** As `pages`, but fetches nothing: `undefined`, too, if what is kept does not lead to the anchors. */
  async proven(
    start: number,
    end: number,
    anchors: Anchors,
    { keep }: Pick<KeptReadOptions, 'keep'>,
  ): Promise<Uint8Array | undefined> {
    const held = await this.#held(start, end);
    const runs = held && (await this.#prove(0, start, held.leaves, anchors));
    if (runs !== undefined) keep?.(runs);
    else if (held !== undefined) this.#kept.refuted(countPresent(held.present));
    return runs && held?.data;
  }

  /** Reads what is kept of some pages, and hashes it; `undefined` if that is less than half of them. */
  async #held(start: number, end: number, memory?: RunMemory, signal?: AbortSignal) {
    const present = await this.#kept.present(start, end);
    if (countPresent(present) * 2 < end - start) return undefined;
    signal?.throwIfAborted();
    const length = pagesLength(this.#shape, start, end);
    const data = memory?.room(length) ?? new Uint8Array(length);
    await this.#kept.readPages(start, end, data);
    const leaves = new Uint8Array((end - start) * HASH_LENGTH);
    hashLeaves(this.#shape, data, leaves, 0);
    return { present, data, leaves };
  }

  /**
   * Reads nodes of one level.
   *
   * @returns As `RemoteObject.readNodesUnder`; `undefined` if less than half of them is kept.
   * @throws As `Fetch`, where something has to be fetched.
   */
  async nodes(
    level: number,
    start: number,
    end: number,
    anchors: Anchors,
    { keep, signal }: KeptReadOptions,
  ): Promise<Uint8Array | undefined> {
    const held = await this.#kept.readNodes(level, start, end);
    if (countKnown(held) * 2 < end - start) return undefined;
    const runs = await this.#prove(level, start, held, anchors);
    if (runs !== undefined) {
      keep?.(runs);
      return held;
    }
    const hashes = await this.#descend(level, start, end, anchors, signal);
    keep?.([{ level, start, hashes }]);
    return hashes;
  }

  #prove(level: number, start: number, nodes: Uint8Array, anchors: Anchors) {
    return proveKept(this.#shape, this.#kept, { level, start, hashes: nodes }, anchors);
  }

  /** Replaces the pages that are not those of the object, or not kept. */
  async #mend(pages: PagesToMend): Promise<void> {
    const { start, end, present, data, leaves, signal } = pages;
    const { pageSize } = this.#shape;
    this.#kept.keepNodes(computed(this.#shape, pages));
    const isShort = end - start <= MAX_WITHOUT_DESCENT && pages.anchors.anchorLevel > 0;
    const right = isShort
      ? await this.#fetch.nodes(0, start, end, pages.anchors, signal)
      : await this.#descend(0, start, end, pages.anchors, signal);
    const isWrong = (page: number) => {
      const [from, to] = [(page - start) * HASH_LENGTH, (page - start + 1) * HASH_LENGTH];
      return !equalBytes(leaves.subarray(from, to), right.subarray(from, to));
    };
    const fetches: Promise<void>[] = [];
    for (let page = start; page < end; page += 1) {
      if (!isWrong(page)) continue;
      const from = page;
      while (page + 1 < end && isWrong(page + 1)) page += 1;
      const to = page + 1;
      this.#kept.refuted(countPresent(present.subarray(from - start, to - start)));
      const hashes = right.slice((from - start) * HASH_LENGTH, (to - start) * HASH_LENGTH);
      const fetched = this.#fetch.pages(from, to, { anchorLevel: 0, hashes }, signal);
      fetches.push(fetched.then((bytes) => data.set(bytes, (from - start) * pageSize)));
    }
    await Promise.all(fetches);
  }

  /** Finds verified nodes, two levels a step: what is kept where it is right, else fetched. */
  async #descend(
    level: number,
    start: number,
    end: number,
    anchors: Anchors,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const { arity } = this.#shape;
    let above = anchors;
    let first = Math.floor(start / arity ** (anchors.anchorLevel - level));
    while (above.anchorLevel > level) {
      const step = arity === 2 ? 2 : 1; // two of a binary tree cost as much at once
      const below = Math.max(level, above.anchorLevel - step);
      const group = arity ** (above.anchorLevel - below);
      const nodes = await this.#below(below, first, above, signal);
      const span = arity ** (below - level);
      const [from, to] = [Math.floor(start / span), Math.floor((end - 1) / span) + 1];
      const offset = first * group;
      const hashes = nodes.slice((from - offset) * HASH_LENGTH, (to - offset) * HASH_LENGTH);
      above = { anchorLevel: below, hashes };
      first = from;
    }
    return above.hashes;
  }

  /**
   * Finds all nodes of a level that stand below verified ones.
   *
   * @param first - Index of the first of `above`.
   */
  async #below(
    level: number,
    first: number,
    above: Anchors,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const group = this.#shape.arity ** (above.anchorLevel - level);
    const count = above.hashes.length / HASH_LENGTH;
    const start = first * group;
    const end = Math.min(start + count * group, widthOf(this.#shape, level));
    const nodes = await this.#kept.readNodes(level, start, end);
    const parents = parentsOf(this.#shape, nodes, above.anchorLevel - level);
    const most = Math.max(1, Math.floor(MAX_RUN_NODES / group));
    const fetches: Promise<void>[] = [];
    for (const [from, to] of differing(parents, above.hashes, most)) {
      const [low, high] = [start + from * group, Math.min(start + to * group, end)];
      const hashes = above.hashes.slice(from * HASH_LENGTH, to * HASH_LENGTH);
      const anchors = { anchorLevel: above.anchorLevel, hashes };
      const fetched = this.#fetch.nodes(level, low, high, anchors, signal);
      fetches.push(fetched.then((found) => nodes.set(found, (low - start) * HASH_LENGTH)));
    }
    await Promise.all(fetches);
    return nodes;
  }
}

/** Pages that were read from a durable cache, and do not lead to their anchors. */
interface PagesToMend {
  readonly start: number;
  readonly end: number;
  readonly present: Uint8Array;
  readonly data: Uint8Array;
  /** What `data` hashes to. */
  readonly leaves: Uint8Array;
  readonly anchors: Anchors;
  readonly signal: AbortSignal | undefined;
}

function countKnown(hashes: Uint8Array): number {
  let known = 0;
  for (let at = 0; at < hashes.length; at += HASH_LENGTH) {
    if (hashes.subarray(at, at + HASH_LENGTH).some((byte) => byte !== 0)) known += 1;
  }
  return known;
}

/** Computes the nodes some levels above others, which start below the first child of one. */
function parentsOf(shape: TreeShape, nodes: Uint8Array, levels: number): Uint8Array {
  const parents = nodes.slice();
  let count = nodes.length / HASH_LENGTH;
  for (let level = 0; level < levels; level += 1) {
    count = hashParents(shape, parents, 0, count, parents, 0);
  }
  return parents.subarray(0, count * HASH_LENGTH);
}

/** Yields the runs `[from, to)` in which two lists of hashes differ, none longer than `most`. */
function* differing(a: Uint8Array, b: Uint8Array, most: number): Generator<[number, number]> {
  const count = b.length / HASH_LENGTH;
  const differs = (index: number) => {
    const [from, to] = [index * HASH_LENGTH, (index + 1) * HASH_LENGTH];
    return !equalBytes(a.subarray(from, to), b.subarray(from, to));
  };
  for (let index = 0; index < count; index += 1) {
    if (!differs(index)) continue;
    const from = index;
    while (index + 1 < count && index + 1 - from < most && differs(index + 1)) index += 1;
    yield [from, index + 1];
  }
}

/** Computes what stands above pages, as far as all below it is there. */
function computed(shape: TreeShape, { start, end, present, leaves, anchors }: PagesToMend) {
  const runs: NodeRun[] = [];
  for (let page = start; page < end; page += 1) {
    if (present[page - start] === 0) continue;
    const from = page;
    while (page + 1 < end && present[page + 1 - start] !== 0) page += 1;
    const at = (from - start) * HASH_LENGTH;
    const run = {
      level: 0,
      start: from,
      hashes: leaves.subarray(at, (page + 1 - start) * HASH_LENGTH),
    };
    runs.push(run, ...parentRuns(shape, run, anchors.anchorLevel));
  }
  return runs;
}

/** Computes the nodes whose children are all in a run, level by level, below `top`. */
function parentRuns(shape: TreeShape, run: NodeRun, top: number): NodeRun[] {
  const { arity } = shape;
  const runs: NodeRun[] = [];
  let below = run;
  for (let level = 1; level < top; level += 1) {
    const belowEnd = below.start + below.hashes.length / HASH_LENGTH;
    const start = Math.ceil(below.start / arity);
    const isLast = belowEnd === widthOf(shape, level - 1);
    const end = isLast ? Math.ceil(belowEnd / arity) : Math.floor(belowEnd / arity);
    if (start >= end) break;
    const from = (start * arity - below.start) * HASH_LENGTH;
    const to = (Math.min(end * arity, belowEnd) - below.start) * HASH_LENGTH;
    const hashes = parentsOf(shape, below.hashes.slice(from, to), 1).slice();
    below = { level, start, hashes };
    runs.push(below);
  }
  return runs;
}
