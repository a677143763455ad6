import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fixedCost, nodesCost, pagesCost, stepCost } from '../../common/cost.ts';
import { FIXED_COST, FRAME_OVERHEAD, MAX_NOTE_LENGTH } from '../../common/limits.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { pageCount, treeShape } from '../../common/tree/shape.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { ReferenceTree } from '../helpers/reference-tree.ts';

const shape = treeShape(RFC9162, 4096, 10_000);

describe('pagesCost()', () => {
  it.each([
    { start: 0, end: 3, anchorLevel: 2, cost: 10_000 },
    { start: 2, end: 3, anchorLevel: 2, cost: 1808 + 32 },
    { start: 0, end: 1, anchorLevel: 2, cost: 4096 + 64 },
    { start: 0, end: 1, anchorLevel: 0, cost: 4096 },
  ])('of pages [$start, $end) up to level $anchorLevel is $cost', ({ cost, ...range }) => {
    expect(pagesCost(shape, { level: 0, ...range })).toBe(cost);
  });

  it.each([
    { what: 'an empty range', start: 1, end: 1, anchorLevel: 0 },
    { what: 'a range beyond the object', start: 0, end: 4, anchorLevel: 0 },
    { what: 'an anchor level above the root', start: 0, end: 1, anchorLevel: 3 },
  ])('throws RangeError for $what', ({ start, end, anchorLevel }) => {
    const range = { level: 0, start, end, anchorLevel };
    expect(() => pagesCost(shape, range)).toThrow(RangeError);
    expect(() => nodesCost(shape, range)).toThrow(RangeError);
  });
});

describe('nodesCost()', () => {
  test('property: is the length of the nodes and the reference proof', () => {
    const reference = new ReferenceTree('fsverity-sha256', 1024, new Uint8Array(1100 * 1024));
    const wide = treeShape(FSVERITY, 1024, 1100 * 1024);
    fc.assert(
      fc.property(fc.nat(1099), fc.nat(1099), fc.nat(3), (a, b, anchorLevel) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b) + 1];
        const proof = reference.rangeProof(0, start, end, anchorLevel);
        const cost = nodesCost(wide, { level: 0, start, end, anchorLevel });
        expect(cost).toBe((end - start + proof.length) * 32);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('stepCost()', () => {
  it('is that of the page, its siblings and its index, for page 0 the most', () => {
    for (const [size, first, last] of [
      [150, 154, 154],
      [8192, 8196, 8196],
      [3 * 8192, 8192 + 64 + 4, 8192 + 32 + 4],
      [2 * 8192 + 1, 8192 + 64 + 4, 1 + 32 + 4],
    ] as const) {
      const directory = treeShape(RFC9162, 8192, size);
      const count = pageCount(directory);
      const costs = Array.from({ length: count }, (_, page) => stepCost(directory, page));
      expect([costs[0], costs.at(-1)]).toEqual([first, last]);
      expect(Math.max(...costs)).toBe(first);
    }
  });
});

describe('fixedCost()', () => {
  it('is nothing for Cancel alone', () => {
    expect(fixedCost('cancel')).toBe(0);
    for (const type of ['hello', 'watch', 'ping', 'describe', 'getStatement'] as const) {
      expect(fixedCost(type)).toBe(FIXED_COST);
    }
  });

  it('covers the longest answer to a request that is no read', () => {
    const statement = new Uint8Array(MAX_NOTE_LENGTH);
    const limits = { maxFrameBytes: 2 ** 32 - 1, maxOutstandingBytes: 2 ** 32 - 1 };
    const welcome = encodeServerFrame(2 ** 32 - 1, {
      type: 'welcome',
      ...limits,
      maxOutstandingRequests: 2 ** 32 - 1,
      statement,
    });
    expect(welcome.length).toBeLessThanOrEqual(FIXED_COST);
  });

  it('leaves an envelope of at most FRAME_OVERHEAD to a read', () => {
    const [siblings, data] = [new Uint8Array(393_024), new Uint8Array(1_048_576)];
    const frame = encodeServerFrame(2 ** 32 - 1, { type: 'pages', siblings, data });
    const envelope = frame.length - siblings.length - data.length;
    expect(envelope).toBeLessThanOrEqual(FRAME_OVERHEAD);
  });
});
