import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Pace } from '../../client/pace.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const KIB = 1024;

describe('Pace', () => {
  it('knows nothing at first', () => {
    expect(new Pace().expectedMs(1)).toBeUndefined();
  });

  it('tells a distant server from a narrow link', () => {
    const [distant, narrow] = [new Pace(), new Pace()];
    for (let i = 0; i < 50; i += 1) {
      distant.answered(4 * KIB, 100);
      distant.answered(1024 * KIB, 110);
      narrow.answered(4 * KIB, 1);
      narrow.answered(1024 * KIB, 1024);
    }
    const [small, large] = [4 * KIB, 512 * KIB];
    expect(narrow.expectedMs(small)).toBeLessThan(distant.expectedMs(small) ?? 0);
    expect(distant.expectedMs(large)).toBeLessThan(narrow.expectedMs(large) ?? 0);
  });

  it('hopes for the best of a server that was asked for little only', () => {
    const pace = new Pace();
    pace.answered(4 * KIB, 20);
    expect(pace.expectedMs(1024 * KIB)).toBeLessThan(21);
  });

  it.each([4 * KIB, 512 * KIB])('expects less of a server that is late with %i bytes', (load) => {
    const pace = new Pace();
    pace.answered(load, 2);
    const before = pace.expectedMs(load) ?? 0;
    pace.late(load, 1); // which is no news
    expect(pace.expectedMs(load)).toBe(before);
    pace.late(load, 100);
    expect(pace.expectedMs(load)).toBeGreaterThan(1.5 * before);
  });

  test('property: whatever it has seen, it expects a time, and no less for more', () => {
    const load = fc.integer({ min: 1, max: 2 ** 32 });
    const sight = fc.record({ load, ms: fc.double({ min: 0.1, max: 1e6, noNaN: true }) });
    const seen = fc.array(fc.tuple(fc.constantFrom('answered' as const, 'late' as const), sight));
    fc.assert(
      fc.property(seen, load, load, (all, a, b) => {
        const pace = new Pace();
        pace.answered(1, 1);
        for (const [what, { load: owed, ms }] of all) pace[what](owed, ms);
        const [less = 0, more = 0] = [Math.min(a, b), Math.max(a, b)].map((n) =>
          pace.expectedMs(n),
        );
        expect(less).toBeGreaterThan(0);
        expect(more).toBeGreaterThanOrEqual(less);
        expect(Number.isFinite(more)).toBe(true);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});
