import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backOff, busyDelay } from '../../client/back-off.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('property: the wait is bounded, and its bound doubles up to five seconds', () => {
  fc.assert(
    fc.property(fc.nat(2000), random, (failures, drawn) => {
      const wait = backOff(failures, () => drawn);
      const bound = Math.min(5000, 100 * 2 ** Math.min(failures, 30));
      expect(wait).toBe(drawn * bound);
    }),
    { numRuns: NUM_RUNS },
  );
});

test('property: a busy server is not asked before it wants to be', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 32 - 1), fc.nat(50), random, (asked, refusals, drawn) => {
      const delay = busyDelay(asked, refusals, () => drawn);
      expect(delay).toBeGreaterThanOrEqual(asked);
      expect(delay).toBeLessThanOrEqual(asked + 5000);
    }),
    { numRuns: NUM_RUNS },
  );
});
