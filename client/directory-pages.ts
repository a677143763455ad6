import { LRUCache } from 'lru-cache';
import { compareUtf8 } from '../common/bytes.ts';
import type { DirectoryPage } from '../common/directory.ts';

/** A page, and what it is known by. */
interface Held {
  /** The first number of its directory. */
  readonly directory: number;
  readonly index: number;
  readonly page: DirectoryPage;
}

/**
 * Decoded pages of directories that are verified, in bounded memory.
 *
 * A directory is known by the first of its numbers, see `ObjectNumbers`.
 */
export class DirectoryPages {
  readonly #pages: LRUCache<number, Held>;
  /** The pages of each directory that are here, in order. */
  readonly #known = new Map<number, number[]>();

  /** @param maxSize - Bytes. */
  constructor(maxSize: number) {
    this.#pages = new LRUCache({
      maxSize,
      sizeCalculation: ({ page }) => page.used,
      dispose: (held) => this.#forget(held),
    });
  }

  get(directory: number, index: number): DirectoryPage | undefined {
    return this.#pages.get(directory + index)?.page;
  }

  set(directory: number, index: number, page: DirectoryPage): void {
    this.#pages.set(directory + index, { directory, index, page });
    const known = this.#known.get(directory) ?? [];
    const at = known.findIndex((other) => other >= index);
    if (at === -1) known.push(index);
    else if (known[at] !== index) known.splice(at, 0, index);
    this.#known.set(directory, known);
  }

  /**
   * Finds the page on which a name stands or would stand, if that can be told from the pages here.
   *
   * @param count - Pages of the directory.
   */
  pageOf(directory: number, count: number, name: string): number | undefined {
    const known = this.#known.get(directory) ?? [];
    let low = 0; // first names of the known pages before this one are not above the name
    let high = known.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (compareUtf8(this.#bounds(directory, known[middle])[0], name) <= 0) low = middle + 1;
      else high = middle;
    }
    const index = known[low - 1];
    if (index === undefined) return known[0] === 0 ? 0 : undefined;
    const isWithin = compareUtf8(name, this.#bounds(directory, index)[1]) <= 0;
    const isNext = index + 1 === count || known[low] === index + 1;
    return isWithin || isNext ? index : undefined;
  }

  /** Returns the first and the last name of a page that is here. */
  #bounds(directory: number, index = 0): readonly [string, string] {
    const entries = this.#pages.peek(directory + index)?.page.entries;
    return [entries?.[0]?.name ?? '', entries?.at(-1)?.name ?? ''];
  }

  #forget({ directory, index }: Held): void {
    const known = this.#known.get(directory);
    if (known === undefined) return;
    known.splice(known.indexOf(index), 1);
    if (known.length === 0) this.#known.delete(directory);
  }
}
