import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { AccessPattern, isEstablished } from '../../client/access-pattern.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

/** The sequences of reads of 100 bytes at some positions. */
function sequencesOf(positions: readonly number[]) {
  const pattern = new AccessPattern();
  return positions.map((at) => pattern.observe(at, at + 100));
}

describe('AccessPattern', () => {
  it('takes reads for a sequence from the third one on', () => {
    const pattern = new AccessPattern();
    const found = [700, 800, 900].map((at) => isEstablished(pattern.observe(at, at + 100)));
    expect(found).toEqual([false, false, true]);
  });

  it.each([
    { name: 'a read of the same bytes', positions: [0, 0, 0, 0] },
    { name: 'a gap', positions: [0, 101, 202, 303] },
    { name: 'backward reads', positions: [300, 200, 100, 0] },
  ])('does not take $name for a sequence', ({ positions }) => {
    expect(sequencesOf(positions).map(({ reads }) => reads)).toEqual([1, 1, 1, 1]);
  });

  it('tells readers apart that take turns', () => {
    const [a, b, c, d] = [0, 10_000, 20_000, 30_000];
    const found = sequencesOf([a, b, c, d, a + 100, b + 100, c + 100, d + 100]);
    expect(new Set(found).size).toBe(4);
    expect(found.map(({ reads }) => reads)).toEqual([2, 2, 2, 2, 2, 2, 2, 2]);
  });

  it('forgets the reader that was silent longest', () => {
    const found = sequencesOf([0, 10_000, 20_000, 30_000, 40_000, 100]);
    expect(found.at(-1)?.reads).toBe(1);
  });

  it('takes reads of an established sequence in any order', () => {
    const pattern = new AccessPattern();
    const first = [0, 100, 200].map((at) => pattern.observe(at, at + 100));
    const [sequence] = first;
    if (sequence) sequence.reach = 600;
    for (const at of [400, 300, 500]) expect(pattern.observe(at, at + 100)).toBe(sequence);
    expect(sequence).toMatchObject({ reads: 6, next: 600, reach: 600 });
    expect(pattern.observe(601, 701)).not.toBe(sequence);
  });

  test('property: scattered reads establish nothing', () => {
    const places = fc.uniqueArray(fc.nat(1e6), { maxLength: 200 });
    fc.assert(
      fc.property(places, (numbers) => {
        // no two of them touch
        const sequences = sequencesOf(numbers.map((number) => number * 101));
        expect(sequences.every(({ reads }) => reads === 1)).toBe(true);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});
