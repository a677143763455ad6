import { LRUCache } from 'lru-cache';
import { type Descriptor, equalDescriptors } from '../common/descriptor.ts';

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
    const others = known.filter((other) => !equalDescriptors(other, descriptor));
    this.#paths.set(path, [descriptor, ...others].slice(0, MAX_OBJECTS));
    return others;
  }
}
