import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { DirectoryPages } from '../../client/directory-pages.ts';
import { compareUtf8 } from '../../common/bytes.ts';
import type { DirectoryPage } from '../../common/directory.ts';
import { symlink } from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const DIRECTORY = 500;

function page(names: readonly string[], used = 1000): DirectoryPage {
  return { entries: names.map((name) => symlink(name, 'x')), used };
}

/** Four pages of a directory, of which the names are even. */
const PAGES = [page(['b', 'd']), page(['f', 'h']), page(['j', 'l']), page(['n', 'p'])];

function holding(...indices: readonly number[]): DirectoryPages {
  const pages = new DirectoryPages(1e6);
  for (const index of indices) pages.set(DIRECTORY, index, PAGES[index] as DirectoryPage);
  return pages;
}

describe('DirectoryPages', () => {
  it.each([
    { has: [], name: 'a', at: undefined },
    { has: [0], name: 'a', at: 0 },
    { has: [0], name: 'b', at: 0 },
    { has: [0], name: 'c', at: 0 },
    { has: [0], name: 'd', at: 0 },
    { has: [0], name: 'e', at: undefined },
    { has: [0, 1], name: 'e', at: 0 },
    { has: [1, 0], name: 'e', at: 0 },
    { has: [1], name: 'e', at: undefined },
    { has: [1], name: 'a', at: undefined },
    { has: [1], name: 'g', at: 1 },
    { has: [1, 3], name: 'i', at: undefined },
    { has: [0, 2], name: 'h', at: undefined },
    { has: [2, 1, 3], name: 'm', at: 2 },
    { has: [3], name: 'z', at: 3 },
    { has: [2], name: 'z', at: undefined },
    { has: [0, 1, 2, 3], name: 'z', at: 3 },
  ])('tells from pages $has that $name is on page $at', ({ has, name, at }) => {
    expect(holding(...has).pageOf(DIRECTORY, PAGES.length, name)).toBe(at);
  });

  test('keeps directories apart', () => {
    const pages = holding(0, 1);
    expect(pages.get(DIRECTORY + 4, 0)).toBeUndefined();
    expect(pages.pageOf(DIRECTORY + 4, 4, 'b')).toBeUndefined();
    expect(pages.get(DIRECTORY, 1)).toBe(PAGES[1]);
  });

  test('property: tells of no page that it has dropped', () => {
    const sets = fc.array(fc.tuple(fc.nat(5), fc.nat(3)), { maxLength: 60 });
    fc.assert(
      fc.property(sets, (order) => {
        const pages = new DirectoryPages(6000);
        for (const [directory, index] of order) {
          pages.set(4 * directory, index, PAGES[index] as DirectoryPage);
          for (let other = 0; other <= 5; other += 1) checkAll(pages, 4 * other);
        }
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

/** Checks of every name that it is found where, and only where, a page that is here says so. */
function checkAll(pages: DirectoryPages, directory: number): void {
  for (const name of 'abdefghijlmnpz') {
    const at = pages.pageOf(directory, 4, name);
    if (at !== undefined) expect(pages.get(directory, at)).toBe(PAGES[at]);
    const holds = [0, 1, 2, 3].find((i) => has(pages.get(directory, i), name));
    if (holds !== undefined) expect(at).toBe(holds);
  }
}

function has(held: DirectoryPage | undefined, name: string): boolean {
  const names = held?.entries.map((entry) => entry.name) ?? [];
  const [first, last] = [names[0], names.at(-1)];
  if (first === undefined || last === undefined) return false;
  return compareUtf8(first, name) <= 0 && compareUtf8(name, last) <= 0;
}
