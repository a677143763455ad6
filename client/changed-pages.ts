import { equalBytes } from '../common/bytes.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { pageCount, widthOf } from '../common/tree/shape.ts';
import { remoteTree } from './local-comparison.ts';
import type { RemoteObject } from './remote-object.ts';
import { changedBelow } from './tree-descent.ts';
import { segmentsOf } from './tree-segments.ts';

/** Consecutive pages, not empty. */
export interface PageRange {
  readonly start: number;
  /** The page after the last one. */
  readonly end: number;
}

/**
 * Finds the pages of an object that are not those of an older one, by descending both verified trees.
 *
 * All are, where page size or profile differ: then no node of one tree says anything about the other.
 *
 * @returns Ranges in order, as long as can be.
 * @throws As `RemoteObject.readNodes`.
 */
export async function* changedPages(
  next: RemoteObject,
  old: RemoteObject,
  signal?: AbortSignal,
): AsyncGenerator<PageRange, void, undefined> {
  let last: PageRange | undefined;
  for await (const { start, end } of changedRuns(next, old, signal)) {
    if (last?.end !== start && last !== undefined) yield last;
    last = { start: last?.end === start ? last.start : start, end };
  }
  if (last) yield last;
}

/** As `changedPages`, where neighbours may be apart. */
async function* changedRuns(
  next: RemoteObject,
  old: RemoteObject,
  signal?: AbortSignal,
): AsyncGenerator<PageRange, void, undefined> {
  if (equalBytes(next.id, old.id)) return;
  const pages = pageCount(next.shape);
  let compared = 0; // pages, from the first on
  const { profile, pageSize, height } = next.shape;
  if (profile === old.shape.profile && pageSize === old.shape.pageSize) {
    const segment = segmentsOf(next.shape, Math.min(height, old.shape.height));
    const { level, span } = segment;
    const count = Math.min(widthOf(next.shape, level), widthOf(old.shape, level));
    const [nextTops, oldTops] = await Promise.all(
      [next, old].map((object) => object.readNodes(level, 0, count, signal)),
    );
    const step = segment.pages / span;
    for (let start = 0; start < count; start += step) {
      const part = (tops: Uint8Array | undefined) =>
        (tops ?? new Uint8Array()).subarray(start * HASH_LENGTH, (start + step) * HASH_LENGTH);
      const run = { level, start, next: part(nextTops), old: part(oldTops) };
      yield* await changedBelow(remoteTree(next, signal), remoteTree(old, signal), run);
    }
    compared = count * span;
  }
  if (compared < pages) yield { start: compared, end: pages };
}
