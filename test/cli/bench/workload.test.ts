import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { readsOf } from '../../../cli/bench/workload.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';
import { failureOf } from '../../helpers/thrown.ts';

const SOME = { readSize: 4096, seed: 1 };
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pageseal-bench-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('readsOf()', () => {
  it('starts over at the end of the file', () => {
    const reads = readsOf({ ...SOME, workload: 'sequential', reads: 4 }, 10_000);
    expect(reads.map(({ position }) => position)).toEqual([0, 4096, 8192, 0]);
  });

  test.each(['random', 'zipf'])(
    'property: %s reads are in the file, and the same again',
    (workload) => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2 ** 40 }), fc.nat(100), (size, seed) => {
          const options = { workload, readSize: 4096, seed, reads: 20 };
          const reads = readsOf(options, size);
          expect(reads).toHaveLength(20);
          expect(reads.every(({ position }) => position >= 0 && position < size)).toBe(true);
          expect(reads.every(({ position }) => position % 4096 === 0)).toBe(true);
          expect(readsOf(options, size)).toEqual(reads);
        }),
        { numRuns: NUM_RUNS },
      );
    },
  );

  it.each([
    { workload: 'random', least: 0.08, most: 0.13 },
    { workload: 'zipf', least: 0.5, most: 0.8 },
  ])('makes $workload reads of a tenth of the places', ({ workload, least, most }) => {
    const reads = readsOf({ ...SOME, workload, reads: 20_000 }, 1000 * 4096);
    const counts = new Map<number, number>();
    for (const { position } of reads) counts.set(position, (counts.get(position) ?? 0) + 1);
    const popular = [...counts.values()].sort((a, b) => b - a).slice(0, 100);
    const share = popular.reduce((sum, count) => sum + count, 0) / 20_000;
    expect(share).toBeGreaterThan(least);
    expect(share).toBeLessThan(most + 0.05);
  });

  it.each(['0,4096\n8192,1\n', '0,4096\r\n8192,1'])('reads the trace %j', (text) => {
    const path = join(folder, 'trace');
    writeFileSync(path, text);
    const reads = [
      { position: 0, length: 4096 },
      { position: 8192, length: 1 },
    ];
    expect(readsOf({ ...SOME, workload: path }, 10_000)).toEqual(reads);
    expect(readsOf({ ...SOME, workload: path, reads: 1 }, 10_000)).toEqual(reads.slice(0, 1));
  });

  it.each([
    { name: 'an empty one', text: '', why: 'has 0 lines' },
    { name: 'an empty line', text: '0,1\n\n0,1\n', why: 'line 2: want OFFSET,LENGTH' },
    { name: 'words', text: 'read all\n', why: 'line 1: want OFFSET,LENGTH' },
    { name: 'a read of nothing', text: '0,0\n', why: 'line 1: want' },
    { name: 'a read that is too long', text: '0,16777217\n', why: 'line 1: want' },
    { name: 'a negative offset', text: '-1,1\n', why: 'line 1: want' },
    { name: 'a read beyond the end', text: '0,1\n10000,1\n', why: 'line 2: the file has 10000' },
  ])('refuses a trace with $name', ({ text, why }) => {
    const path = join(folder, 'bad');
    writeFileSync(path, text);
    const error = failureOf(() => readsOf({ ...SOME, workload: path }, 10_000));
    expect(error).toMatchObject({ name: 'UsageError', message: expect.stringContaining(why) });
  });

  it('refuses a trace that is not there, or too long', () => {
    const path = join(folder, 'long');
    writeFileSync(path, '');
    truncateSync(path, 67_108_865);
    for (const workload of [path, join(folder, 'none'), folder, '/dev/zero']) {
      const error = failureOf(() => readsOf({ ...SOME, workload }, 10_000));
      expect(error).toMatchObject({ name: 'UsageError' });
    }
  });
});
