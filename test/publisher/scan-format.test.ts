import type { BigIntStats } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { compareSealed, isRacy } from '../../publisher/scan-format.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

describe('isRacy()', () => {
  const NOW = 1_800_000_000_000;
  const SAFE = NOW - 3001;

  it.each([
    { mtime: SAFE, ctime: SAFE, racy: false },
    { mtime: -1000, ctime: SAFE, racy: false },
    // In the same step of a file system that counts in 2 s, and in the one after it.
    { mtime: NOW, ctime: SAFE, racy: true },
    { mtime: SAFE, ctime: NOW, racy: true },
    { mtime: NOW - 2000, ctime: NOW - 2000, racy: true },
    { mtime: NOW - 3000, ctime: SAFE, racy: true },
    // A clock that is ahead says nothing.
    { mtime: NOW + 86_400_000, ctime: SAFE, racy: true },
    { mtime: SAFE, ctime: NOW + 1, racy: true },
  ])('is $racy for mtime $mtime and ctime $ctime', ({ mtime, ctime, racy }) => {
    const stats = { mtimeMs: BigInt(mtime), ctimeMs: BigInt(ctime) } as BigIntStats;
    expect(isRacy(stats, NOW)).toBe(racy);
  });
});

/** The order of a walk, spelled out: component by component, what is below before the directory. */
function order(a: string, b: string): number {
  const [xs, ys] = [a, b].map((path) => (path === '' ? [] : path.split('/')));
  for (let i = 0; ; i += 1) {
    const [x, y] = [xs?.[i], ys?.[i]];
    if (x === undefined || y === undefined) return (ys?.length ?? 0) - (xs?.length ?? 0);
    const place = Buffer.compare(Buffer.from(x), Buffer.from(y));
    if (place !== 0) return place;
  }
}

describe('compareSealed()', () => {
  const sign = (a: string, b: string) => Math.sign(compareSealed(utf8(a), utf8(b)));

  it.each([
    { a: 'a', b: 'b', want: -1 },
    { a: 'a/z', b: 'a', want: -1 },
    { a: 'a', b: '', want: -1 },
    { a: '', b: '', want: 0 },
    { a: 'a', b: 'ab', want: -1 },
    // `-` and `.` stand before `/` among bytes
    { a: 'a', b: 'a-', want: -1 },
    { a: 'a/b', b: 'a-', want: -1 },
    { a: 'a/b', b: 'a.b/c', want: -1 },
    { a: 'b/a', b: 'a/b', want: 1 },
  ])('of $a and $b is $want', ({ a, b, want }) => {
    expect(sign(a, b)).toBe(want);
    expect(sign(b, a)).toBe(want === 0 ? 0 : -want);
  });

  test('property: is the order of the walk', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'b', '-', '.', 'é'),
      minLength: 1,
      maxLength: 2,
    });
    const path = fc.array(name, { maxLength: 3 }).map((names) => names.join('/'));
    fc.assert(
      fc.property(path, path, (a, b) => {
        expect(sign(a, b)).toBe(Math.sign(order(a, b)));
      }),
      { numRuns: NUM_RUNS },
    );
  });
});
