import { LRUCache } from 'lru-cache';
import { equalBytes } from '../common/bytes.ts';
import type { Descriptor } from '../common/descriptor.ts';

/** Paths that are remembered, and objects of each. */
const MAX_PATHS = 1024;
const MAX_OBJECTS = 4;

/** Which files were opened at which paths last: where to look for pages that a newer version still has. */
export class PathHistory {
  readonly #paths = new LRUCache<string, readonly Descriptor[]>({ max: MAX_PATHS });

  /**
   * Notes that a file is opened.
   *
   * @returns Other files that were opened at this path, the last one first.
   */
  open(path: string, descriptor: Descriptor): readonly Descriptor[] {
    const known = this.#paths.get(path) ?? [];
    const others = known.filter((other) => !isSame(other, descriptor));
    this.#paths.set(path, [descriptor, ...others].slice(0, MAX_OBJECTS));
    return others;
  }
}

function isSame(a: Descriptor, b: Descriptor): boolean {
  const sameShape = a.profile === b.profile && a.pageSize === b.pageSize && a.size === b.size;
  return sameShape && equalBytes(a.root, b.root);
}
