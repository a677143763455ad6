import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { nodeHashes } from '../../../cli/bench/hash-count.ts';
import type * as Hash from '../../../common/hash.ts';
import { FSVERITY, RFC9162 } from '../../../common/tree/profile.ts';
import { rangeProofLength } from '../../../common/tree/range-proof.ts';
import { treeShape, widthOf } from '../../../common/tree/shape.ts';
import { nodesFromRangeProof } from '../../../common/tree/verify-range.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';

const counter = vi.hoisted(() => ({ hashes: 0 }));
vi.mock('../../../common/hash.ts', async (original) => {
  const real = await original<typeof Hash>();
  const sha256: Hash.Sha256 = (input, out, at) => {
    counter.hashes += 1;
    real.sha256(input, out, at);
  };
  return { ...real, sha256 };
});

describe('nodeHashes()', () => {
  test('property: counts the hashes that are computed', () => {
    const sample = fc.tuple(
      fc.constantFrom(RFC9162, FSVERITY),
      fc.integer({ min: 1, max: 5000 }),
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 4, maxLength: 4 }),
    );
    fc.assert(
      fc.property(sample, ([profile, pages, [a = 0, b = 0, c = 0, d = 0]]) => {
        const shape = treeShape(profile, 1024, pages * 1024);
        const level = Math.floor(a * (shape.height + 1));
        const anchorLevel = level + Math.floor(b * (shape.height - level + 1));
        const start = Math.floor(c * widthOf(shape, level));
        const end = start + 1 + Math.floor(d * (widthOf(shape, level) - start));
        const range = { level, start, end, anchorLevel };
        const siblings = new Uint8Array(rangeProofLength(shape, range) * 32);
        counter.hashes = 0;
        nodesFromRangeProof(shape, range, new Uint8Array((end - start) * 32), siblings);
        expect(nodeHashes(shape, range)).toBe(counter.hashes);
      }),
      { numRuns: 5 * NUM_RUNS },
    );
  });
});
