import { HASH_LENGTH } from '../common/limits.ts';
import { anchorRange } from '../common/tree/range-proof.ts';
import type { TreeShape } from '../common/tree/shape.ts';
import type { ReadPages } from './read-mode.ts';
import type { RemoteObject } from './remote-object.ts';
import { RunMemory } from './run-memory.ts';
import { StreamWindow } from './stream-window.ts';

/** Bytes of pages that one request of a stream asks for, if pages are not larger. */
export const RUN_BYTES = 262_144;
/** Most bytes under one anchor. */
const MAX_ANCHOR_SPAN = 524_288;
/** Runs whose anchors are fetched at once. */
const SEGMENT_RUNS = 4096;

/** Which pages a stream reads, and into what. */
export interface StreamOptions {
  /** First page; default 0. */
  readonly start?: number;
  /** Page after the last one; default the object's end. */
  readonly end?: number;
  /**
   * Yields runs in memory that is used again: a run is good until the next one is asked for. Spares garbage
   * at the rate of the link, and in Node, without TLS, a copy. A run is a part of a larger `ArrayBuffer` then,
   * the rest of which may be anything, proven or not. Default: every run is in memory of its own.
   */
  readonly reuse?: boolean;
  readonly signal?: AbortSignal;
}

/** A run of verified pages, and whether it had to be fetched. */
export interface PageRun {
  /** First page. */
  readonly start: number;
  readonly data: Uint8Array;
  readonly fetched: boolean;
}

/**
 * Reads consecutive pages in order, requests ahead of their use.
 *
 * First come the nodes of one level, 32 bytes for each run, verified up to what is known; then the
 * aligned runs below them, which need no siblings.
 *
 * @param read - Reads the runs instead, without nodes that are fetched first.
 * @throws As `RemoteObject.readPages`.
 */
export async function* streamPages(
  object: RemoteObject,
  options: StreamOptions = {},
  read?: ReadPages,
): AsyncGenerator<PageRun, void, undefined> {
  const { shape } = object;
  const plan = planRuns(shape, object.affordablePages);
  const start = options.start ?? 0;
  const end = options.end ?? Math.ceil(shape.size / shape.pageSize);
  const spare = options.reuse ? [] : undefined;
  const window = new StreamWindow(plan.runPages * shape.pageSize);
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const segmentPages = plan.runPages * SEGMENT_RUNS;
  try {
    for (let from = start; from < end; ) {
      const to = Math.min((Math.floor(from / segmentPages) + 1) * segmentPages, end);
      const under = read ?? (await anchoredReader(object, plan, from, to, signal));
      const segment = { ...plan, object, start: from, end: to, read: under };
      yield* streamSegment({ ...segment, spare, window, signal });
      from = to;
    }
  } finally {
    stop.abort(new DOMException('stream was left', 'AbortError'));
  }
}

interface RunPlan {
  readonly anchorLevel: number;
  readonly runPages: number;
}

/**
 * Chooses the runs of a stream: about `RUN_BYTES`, made of whole nodes of the anchor level.
 *
 * @param affordable - Pages that one request may ask for, at most.
 */
function planRuns({ arity, height, pageSize }: TreeShape, affordable: number): RunPlan {
  let anchorLevel = 0;
  let span = 1;
  while (
    anchorLevel < height &&
    span * pageSize < RUN_BYTES &&
    span * arity <= Math.min(MAX_ANCHOR_SPAN / pageSize, affordable)
  ) {
    anchorLevel += 1;
    span *= arity;
  }
  const most = Math.min(RUN_BYTES / pageSize, affordable);
  return { anchorLevel, runPages: span * Math.max(1, Math.floor(most / span)) };
}

/** Fetches the anchors above pages `[start, end)`; returns what reads runs of those pages under them. */
async function anchoredReader(
  object: RemoteObject,
  { anchorLevel }: RunPlan,
  start: number,
  end: number,
  signal: AbortSignal,
): Promise<ReadPages> {
  const above = anchorsAbove(object.shape, start, end, anchorLevel);
  const anchors = await object.readNodes(anchorLevel, above.start, above.end, signal);
  return (first, last, options) => {
    const own = anchorsAbove(object.shape, first, last, anchorLevel);
    const hashes = anchors.subarray(
      (own.start - above.start) * HASH_LENGTH,
      (own.end - above.start) * HASH_LENGTH,
    );
    return object.readPagesUnder(first, last, { anchorLevel, hashes }, options);
  };
}

function anchorsAbove(shape: TreeShape, start: number, end: number, anchorLevel: number) {
  return anchorRange(shape, { level: 0, start, end, anchorLevel });
}

interface SegmentStream extends RunPlan {
  readonly object: RemoteObject;
  /** First page, and the page after the last one. */
  readonly start: number;
  readonly end: number;
  readonly read: ReadPages;
  /** Buffers that no run uses any more; `undefined` if every run gets memory of its own. */
  readonly spare: Uint8Array[] | undefined;
  readonly window: StreamWindow;
  readonly signal: AbortSignal;
}

async function* streamSegment(stream: SegmentStream): AsyncGenerator<PageRun, void, undefined> {
  const { end: last, runPages, window } = stream;
  const ahead: Promise<StreamedRun>[] = [];
  let next = stream.start;
  while (next < last || ahead.length > 0) {
    for (let room = window.room(ahead.length); room > 0 && next < last; room -= 1) {
      const end = Math.min((Math.floor(next / runPages) + 1) * runPages, last);
      const run = readRun(stream, next, end);
      run.catch(() => undefined); // it is reported when its turn comes
      ahead.push(run);
      next = end;
    }
    const read = await ahead.shift();
    if (read === undefined) return;
    stream.signal.throwIfAborted(); // what is here already is not wanted either
    window.used(performance.now());
    yield read.run;
    read.memory?.release();
  }
}

/** A run, and what it is in, if that is used again. */
interface StreamedRun {
  readonly run: PageRun;
  readonly memory: RunMemory | undefined;
}

async function readRun(
  { object, read, runPages, spare, window, signal }: SegmentStream,
  start: number,
  end: number,
): Promise<StreamedRun> {
  const { pageSize } = object.shape;
  const memory = spare && new RunMemory(runPages * pageSize, spare);
  const asked = performance.now();
  const data = await read(start, end, { memory, signal });
  window.answered(performance.now() - asked);
  return { run: { start, data, fetched: true }, memory };
}
