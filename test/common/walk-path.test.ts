import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { decodeWalkPath, encodeWalkPath, walkNames } from '../../common/walk-path.ts';
import { encodeClientFrame } from '../../common/wire.ts';
import { names } from '../helpers/entries.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const many = (count: number, name = 'n') => Array.from({ length: count }, () => name);

describe('encodeWalkPath()', () => {
  test('property: is what walkNames() reads', () => {
    fc.assert(
      fc.property(fc.array(names, { maxLength: 10 }), (asked) => {
        expect(walkNames(encodeWalkPath(asked))).toEqual(asked);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it.each([
    { what: 'nothing', asked: [], count: 0 },
    { what: 'an empty name', asked: ['a', '', 'b'], count: 1 },
    { what: 'a slash in a name', asked: ['a', 'b/c', 'd'], count: 1 },
    { what: 'a first name of 256 bytes', asked: ['x'.repeat(256), 'a'], count: 0 },
    { what: 'a name of 128 letters and 256 bytes', asked: ['a', 'é'.repeat(128)], count: 1 },
    { what: 'a name of 255 bytes', asked: ['x'.repeat(255), 'a'], count: 2 },
    { what: '64 names', asked: many(64), count: 64 },
    { what: '65 names', asked: many(65), count: 64 },
    { what: 'more than a frame holds', asked: many(64, 'x'.repeat(255)), count: 15 },
  ])('takes $count names of $what', ({ asked, count }) => {
    const path = encodeWalkPath(asked);
    expect(walkNames(path)).toEqual(asked.slice(0, count));
    const message = { type: 'walk', object: new Uint8Array(32), path, room: 2 ** 32 - 1 } as const;
    expect(encodeClientFrame(2 ** 32 - 1, message).length).toBeLessThanOrEqual(4096);
  });
});

describe('decodeWalkPath()', () => {
  it.each(['', '/', 'a/', '/a', 'a//b', 'x'.repeat(256), many(65).join('/'), '/'.repeat(4000)])(
    'S5 finds no path in %j',
    (path) => {
      expect(decodeWalkPath(utf8(path))).toBeUndefined();
      expect(walkNames(utf8(path))).toEqual([]);
    },
  );

  it('takes names for bytes, and walkNames() for text', () => {
    const path = Uint8Array.of(0x61, 0x2f, 0xff);
    expect(decodeWalkPath(path)).toEqual([Uint8Array.of(0x61), Uint8Array.of(0xff)]);
    expect(walkNames(path)).toEqual([]);
  });
});
