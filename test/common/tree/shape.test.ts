import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { MAX_PAGE_COUNT, MAX_SIZE } from '../../../common/limits.ts';
import { FSVERITY, RFC9162 } from '../../../common/tree/profile.ts';
import { pageCount, pagesLength, treeShape, widthOf } from '../../../common/tree/shape.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';

const P = 4096;

describe('treeShape()', () => {
  it.each([
    { size: 0, widths: [0] },
    { size: 1, widths: [1] },
    { size: P - 1, widths: [1] },
    { size: P, widths: [1] },
    { size: P + 1, widths: [2, 1] },
    { size: 2 * P - 1, widths: [2, 1] },
    { size: 2 * P, widths: [2, 1] },
    { size: 2 * P + 1, widths: [3, 2, 1] },
    { size: 5 * P, widths: [5, 3, 2, 1] },
    { size: 7 * P, widths: [7, 4, 2, 1] },
    { size: 8 * P, widths: [8, 4, 2, 1] },
    { size: 11 * P, widths: [11, 6, 3, 2, 1] },
    { size: 13 * P, widths: [13, 7, 4, 2, 1] },
  ])('gives a binary tree of $size bytes the widths $widths', ({ size, widths }) => {
    const shape = treeShape(RFC9162, P, size);
    expect(shape.widths).toEqual(widths);
    expect(shape.height).toBe(widths.length - 1);
  });

  it.each([
    { pageSize: 1024, pages: 32, widths: [32, 1] },
    { pageSize: 1024, pages: 33, widths: [33, 2, 1] },
    { pageSize: 4096, pages: 128, widths: [128, 1] },
    { pageSize: 4096, pages: 129, widths: [129, 2, 1] },
    { pageSize: 4096, pages: 16_385, widths: [16_385, 129, 2, 1] },
    { pageSize: 65_536, pages: 2049, widths: [2049, 2, 1] },
  ])('gives $pages fs-verity pages of $pageSize bytes the widths $widths', (row) => {
    expect(treeShape(FSVERITY, row.pageSize, row.pageSize * row.pages).widths).toEqual(row.widths);
  });

  it('is exact at the largest size and the largest page count', () => {
    const largest = treeShape(RFC9162, 2 ** 21, MAX_SIZE);
    expect(pageCount(largest)).toBe(2 ** 32);
    const widest = treeShape(RFC9162, 1024, MAX_PAGE_COUNT * 1024);
    expect(pageCount(widest)).toBe(MAX_PAGE_COUNT);
    expect(widest.height).toBe(32);
    expect(widthOf(widest, 31)).toBe(2);
  });

  test('property: every width is the one of the definition, floor and ceiling exact', () => {
    const profile = fc.constantFrom(RFC9162, FSVERITY);
    fc.assert(
      fc.property(profile, fc.integer({ min: 10, max: 16 }), fc.maxSafeNat(), (p, log, size) => {
        const { widths, arity } = treeShape(p, 2 ** log, size);
        const ceil = (n: bigint, by: number) => Number((n + BigInt(by) - 1n) / BigInt(by));
        expect(widths[0]).toBe(ceil(BigInt(size), 2 ** log));
        for (let level = 1; level < widths.length; level += 1) {
          expect(widths[level]).toBe(ceil(BigInt(widths[level - 1] ?? 0), arity));
        }
        expect(widths.at(-1)).toBeLessThanOrEqual(1);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('widthOf()', () => {
  it.each([-1, 4, 0.5, Number.NaN])('is 0 at level %d, outside the tree', (level) => {
    expect(widthOf(treeShape(RFC9162, P, 5 * P), level)).toBe(0);
  });
});

describe('pagesLength()', () => {
  it.each([
    { size: 10_000, start: 0, end: 3, length: 10_000 },
    { size: 10_000, start: 0, end: 2, length: 8192 },
    { size: 10_000, start: 2, end: 3, length: 1808 },
    { size: 8192, start: 1, end: 2, length: 4096 },
    { size: 8193, start: 2, end: 3, length: 1 },
    { size: 0, start: 0, end: 0, length: 0 },
  ])('of pages [$start, $end) of $size bytes is $length', ({ size, start, end, length }) => {
    expect(pagesLength(treeShape(RFC9162, P, size), start, end)).toBe(length);
  });
});
