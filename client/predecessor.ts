import { HASH_LENGTH } from '../common/limits.ts';
import { pageCount, widthOf } from '../common/tree/shape.ts';
import type { PageCache } from './page-cache.ts';
import type { RemoteObject } from './remote-object.ts';
import { type ChangedPages, type ComparedTree, changedBelow } from './tree-descent.ts';
import { type Segmentation, segmentsOf } from './tree-segments.ts';

/** Nodes that may differ on one level before the descent is given up: the files have little in common. */
const MAX_DIFFERING_NODES = 1024;

/**
 * A file that was open at the path of another one, and of which pages and nodes may still be cached.
 *
 * Where something of it is wanted, both trees are descended: the newer one on the server, the other
 * one in the cache alone. What turns out to be the same changes hands; nothing is fetched for pages
 * that are not cached.
 */
export class Predecessor {
  readonly #object: RemoteObject;
  readonly #old: RemoteObject;
  readonly #pages: PageCache;
  readonly #segment: Segmentation;
  /** What is known of each segment that was asked for, by its number. */
  readonly #changed = new Map<number, Promise<readonly ChangedPages[]>>();

  /** @param old - With the profile and page size of `object`. */
  constructor(object: RemoteObject, old: RemoteObject, pages: PageCache) {
    this.#object = object;
    this.#old = old;
    this.#pages = pages;
    this.#segment = segmentsOf(object.shape, Math.min(object.shape.height, old.shape.height));
  }

  /**
   * Takes over what is cached of pages that have not changed, and what proves those that are not.
   *
   * @throws As `RemoteObject.readNodes`.
   */
  async adopt(start: number, end: number): Promise<void> {
    const last = Math.min(end, pageCount(this.#old.shape));
    for (let page = start; page < last; page += 1) {
      if (this.#isCached(page) || !this.#pages.has(this.#old.firstNumber + page)) continue;
      const segment = Math.floor(page / this.#segment.pages);
      if (isChanged(page, await this.#changedIn(segment))) continue;
      this.#pages.move(this.#old.firstNumber + page, this.#object.firstNumber + page);
    }
    if (start < last) await this.#adoptAnchors(start, last);
  }

  #isCached(page: number): boolean {
    return this.#pages.has(this.#object.firstNumber + page);
  }

  /** Takes over the nodes that a read of pages would have rested on, if the comparison is done. */
  async #adoptAnchors(start: number, end: number): Promise<void> {
    const { level, pages } = this.#segment;
    const segment = Math.floor(start / pages);
    const compared = this.#changed.get(segment);
    if (compared === undefined || Math.floor((end - 1) / pages) > segment) return;
    const changed = await compared;
    const { anchorLevel, hashes } = this.#old.nodes.anchorsFor(0, start, end);
    const span = this.#object.shape.arity ** anchorLevel;
    const first = Math.floor(start / span);
    const pagesEnd = (first + hashes.length / HASH_LENGTH) * span;
    const touched = changed.some((range) => range.start < pagesEnd && range.end > first * span);
    if (anchorLevel >= level || touched || !this.#endsAlike(pagesEnd)) return;
    this.#object.nodes.keep([{ level: anchorLevel, start: first, hashes }]);
  }

  /** Tells whether both files have the same bytes up to a page, as far as they go. */
  #endsAlike(end: number): boolean {
    const [object, old] = [this.#object.shape, this.#old.shape];
    const most = end * object.pageSize;
    return Math.min(most, object.size) === Math.min(most, old.size);
  }

  #changedIn(segment: number): Promise<readonly ChangedPages[]> {
    let changed = this.#changed.get(segment);
    if (changed === undefined) {
      changed = this.#compare(segment);
      this.#changed.set(segment, changed);
      changed.catch(() => this.#changed.delete(segment));
    }
    return changed;
  }

  async #compare(segment: number): Promise<readonly ChangedPages[]> {
    const { level, span, pages } = this.#segment;
    const [object, old] = [this.#object, this.#old];
    const first = (segment * pages) / span;
    const width = Math.min(widthOf(object.shape, level), widthOf(old.shape, level));
    const last = Math.min(first + pages / span, width);
    const next = await object.readNodes(level, first, last);
    const run = { level, start: first, next, old: old.nodes.known(level, first, last) };
    return changedBelow(fetchedTree(object), cachedTree(old), run, MAX_DIFFERING_NODES);
  }
}

/** The tree of an object whose nodes are fetched, and kept. */
function fetchedTree(object: RemoteObject): ComparedTree {
  return {
    shape: object.shape,
    read: (level, start, end, anchors) =>
      object.readNodesUnder(level, start, end, anchors, {
        keep: (runs) => object.nodes.keep(runs),
      }),
  };
}

/** The tree of an object as far as it is cached. */
function cachedTree(object: RemoteObject): ComparedTree {
  return {
    shape: object.shape,
    read: (level, start, end) => object.nodes.known(level, start, end),
  };
}

/** Tells whether a page is in one of some ranges, which are in order. */
function isChanged(page: number, changed: readonly ChangedPages[]): boolean {
  let low = 0;
  let high = changed.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((changed[middle]?.end ?? 0) <= page) low = middle + 1;
    else high = middle;
  }
  return (changed[low]?.start ?? Number.POSITIVE_INFINITY) <= page;
}
