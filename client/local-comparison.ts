import { equalBytes } from '../common/bytes.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { hashLeaves } from '../common/tree/hash-nodes.ts';
import { pageCount, pagesLength } from '../common/tree/shape.ts';
import type { LocalCopy } from './local-copy.ts';
import { LocalTree } from './local-tree.ts';
import { type PageRun, streamPages } from './page-stream.ts';
import type { RemoteObject } from './remote-object.ts';
import { type ChangedPages, type ComparedTree, changedBelow } from './tree-descent.ts';

/** Most bytes of a run, if pages are not larger. */
const RUN_BYTES = 262_144;
/** Requests kept in flight, and the bytes they ask for, if one does not ask for more. */
const MAX_RUNS_AHEAD = 64;
const MAX_BYTES_AHEAD = 3_145_728;

/** What `compareLocal` compares. */
export interface CompareOptions {
  /** Page after the last one, where a segment ends; default the object's end. */
  readonly end?: number;
  readonly signal?: AbortSignal;
}

/** Consecutive pages of an object, compared with a local copy. */
export interface ComparedSegment {
  /** First page. */
  readonly start: number;
  /** The page after the last one. */
  readonly end: number;
  /** Whether the copy was found to have all of them. */
  readonly isEqual: boolean;
  /**
   * Yields the pages in order, each run verified: read from the copy where that is still right, and
   * fetched where it is not. To be called before the next segment is asked for.
   *
   * A run is good until the next one is asked for.
   */
  runs(): AsyncGenerator<PageRun, void, undefined>;
}

/**
 * Compares an object with a local copy, segment by segment in the order of the pages.
 *
 * Each part of the copy is hashed once, in bounded memory; then only nodes below those that differ
 * are fetched. What lies beyond the end of the copy is one last segment.
 *
 * @throws As `RemoteObject.readPages`, and what the copy throws.
 */
export async function* compareLocal(
  object: RemoteObject,
  copy: LocalCopy,
  options: CompareOptions = {},
): AsyncGenerator<ComparedSegment, void, undefined> {
  const { signal } = options;
  const end = options.end ?? pageCount(object.shape);
  const tree = new LocalTree(object.shape, copy);
  const { level, span, pages } = tree.segment;
  const shared = Math.min(end, pageCount(tree.shape));
  const tops = await object.readNodes(level, 0, Math.ceil(shared / span), signal);
  let page = 0;
  while (page < shared) {
    const start = page;
    const loaded = Math.min(start + pages, shared);
    await tree.load(start, loaded);
    signal?.throwIfAborted();
    const [first, last] = [start / span, Math.ceil(loaded / span)];
    const next = tops.subarray(first * HASH_LENGTH, last * HASH_LENGTH);
    const run = { level, start: first, next, old: tree.read(level, first, last) };
    const changed = await changedBelow(remoteTree(object, signal), tree, run);
    page = Math.min(last * span, end); // below the last node there may be pages that the copy lacks
    const segment = { object, copy, tree, start, end: page, changed, signal };
    yield { start, end: page, isEqual: changed.length === 0, runs: () => segmentRuns(segment) };
  }
  if (page === end) return;
  const rest = { start: page, end, reuse: true, ...(signal && { signal }) };
  yield { start: page, end, isEqual: false, runs: () => streamPages(object, rest) };
}

/** The tree of an object whose nodes are fetched when they are looked at. */
export function remoteTree(object: RemoteObject, signal?: AbortSignal): ComparedTree {
  return {
    shape: object.shape,
    read: (level, start, end, anchors) =>
      object.readNodesUnder(level, start, end, anchors, { signal }),
  };
}

interface Segment {
  readonly object: RemoteObject;
  readonly copy: LocalCopy;
  readonly tree: LocalTree;
  readonly start: number;
  readonly end: number;
  readonly changed: readonly ChangedPages[];
  readonly signal: AbortSignal | undefined;
}

async function* segmentRuns(segment: Segment): AsyncGenerator<PageRun, void, undefined> {
  const stop = new AbortController();
  const signal = segment.signal ? AbortSignal.any([segment.signal, stop.signal]) : stop.signal;
  const fetching = new Fetching({ ...segment, signal });
  try {
    let page = segment.start;
    for (let run = fetching.next(); run; run = fetching.next()) {
      yield* keptRuns(segment, page, run.start);
      yield { start: run.start, data: await run.data, fetched: true };
      page = run.end;
    }
    yield* keptRuns(segment, page, segment.end);
  } finally {
    stop.abort(new DOMException('segment was left', 'AbortError'));
  }
}

/** Changed pages that fit one request. */
interface ChangedRun extends ChangedPages {
  readonly data: Promise<Uint8Array>;
}

/** Requests for changed pages, ahead of their use. */
class Fetching {
  readonly #segment: Segment;
  readonly #planned: Iterator<ChangedPages>;
  readonly #ahead: ChangedRun[] = [];
  #bytesAhead = 0;

  constructor(segment: Segment) {
    this.#segment = segment;
    const { pageSize } = segment.object.shape;
    const most = Math.min(RUN_BYTES / pageSize, segment.object.affordablePages);
    this.#planned = cut(segment.changed, Math.max(1, Math.floor(most)));
  }

  /** Returns the next run; `undefined` after the last one. */
  next(): ChangedRun | undefined {
    while (this.#ahead.length < MAX_RUNS_AHEAD && this.#bytesAhead < MAX_BYTES_AHEAD) {
      const { value: pages, done } = this.#planned.next();
      if (done) break;
      const data = fetchPages(this.#segment, pages);
      data.catch(() => undefined); // it is reported when its turn comes
      this.#ahead.push({ ...pages, data });
      this.#bytesAhead += this.#bytesOf(pages);
    }
    const run = this.#ahead.shift();
    if (run) this.#bytesAhead -= this.#bytesOf(run);
    return run;
  }

  #bytesOf({ start, end }: ChangedPages): number {
    return (end - start) * this.#segment.object.shape.pageSize;
  }
}

/** Cuts ranges of pages into pieces. */
function* cut(ranges: readonly ChangedPages[], most: number): Generator<ChangedPages, undefined> {
  for (const { start, end, leaves } of ranges) {
    for (let from = start; from < end; from += most) {
      const to = Math.min(from + most, end);
      const hashes = leaves?.subarray((from - start) * HASH_LENGTH, (to - start) * HASH_LENGTH);
      yield { start: from, end: to, ...(hashes && { leaves: hashes }) };
    }
  }
  return undefined;
}

function fetchPages({ object, signal }: Segment, pages: ChangedPages): Promise<Uint8Array> {
  const { start, end, leaves } = pages;
  if (leaves === undefined) return object.readPages(start, end, { signal });
  return object.readPagesUnder(start, end, { anchorLevel: 0, hashes: leaves }, { signal });
}

/** Reads pages that the copy has, and fetches them if it has changed since it was compared. */
async function* keptRuns(
  segment: Segment,
  start: number,
  end: number,
): AsyncGenerator<PageRun, void, undefined> {
  if (start === end) return;
  const { object, copy, tree } = segment;
  const { shape, affordablePages } = object;
  const most = Math.max(1, Math.min(Math.floor(RUN_BYTES / shape.pageSize), affordablePages));
  const buffer = new Uint8Array(pagesLength(shape, start, Math.min(start + most, end)));
  const hashes = new Uint8Array(most * HASH_LENGTH);
  for (let from = start; from < end; from += most) {
    segment.signal?.throwIfAborted();
    const to = Math.min(from + most, end);
    const data = buffer.subarray(0, pagesLength(shape, from, to));
    const leaves = tree.read(0, from, to); // those of the object: they led to the same nodes
    const isThere = await copy.read(from * shape.pageSize, data);
    if (isThere) hashLeaves(shape, data, hashes, 0);
    if (isThere && equalBytes(hashes.subarray(0, leaves.length), leaves)) {
      yield { start: from, data, fetched: false };
    } else {
      const fetched = await fetchPages(segment, { start: from, end: to, leaves: leaves.slice() });
      yield { start: from, data: fetched, fetched: true };
    }
  }
}
