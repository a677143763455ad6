import { CommanderError } from 'commander';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, parseByteRange } from '../../cli/byte-range.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

describe('parseByteRange() and bytesOf()', () => {
  test.each([
    { range: '0-0', start: 0, end: 1 },
    { range: '0-99', start: 0, end: 10 }, // cut at the end, as in HTTP
    { range: '3-5', start: 3, end: 6 },
    { range: '9-', start: 9, end: 10 },
    { range: '0-', start: 0, end: 10 },
    { range: '-1', start: 9, end: 10 },
    { range: '-10', start: 0, end: 10 },
    { range: '-11', start: 0, end: 10 },
    { range: '9-9007199254740991', start: 9, end: 10 },
  ])('$range of ten bytes is [$start, $end)', ({ range, start, end }) => {
    expect(bytesOf(parseByteRange(range), 10)).toEqual({ start, end });
  });

  test.each(['', '-', '-0', '5', '5-4', 'a-b', '1-2-3', ' 1-2', '1-2 ', '+1-2', '0x1-2', '--1'])(
    'refuses %j',
    (range) => {
      expect(() => parseByteRange(range)).toThrow(CommanderError);
    },
  );

  test('refuses numbers that are not safe integers', () => {
    expect(() => parseByteRange('9007199254740992-')).toThrow(CommanderError);
    expect(() => parseByteRange('0-9007199254740992')).toThrow(CommanderError);
  });

  test.each([
    { range: '10-', size: 10 },
    { range: '0-', size: 0 },
    { range: '11-12', size: 10 },
  ])('$range starts behind $size bytes', ({ range, size }) => {
    const want = expect.objectContaining({ name: 'UsageError' });
    expect(() => bytesOf(parseByteRange(range), size)).toThrow(want);
  });

  test('the last bytes of an empty file are none', () => {
    expect(bytesOf(parseByteRange('-5'), 0)).toEqual({ start: 0, end: 0 });
  });

  test('property: a range is what slicing an array gives', () => {
    const bytes = Array.from({ length: 20 }, (_, i) => i);
    fc.assert(
      fc.property(
        fc.nat(19),
        fc.nat(40),
        fc.integer({ min: 1, max: 40 }),
        (first, more, suffix) => {
          const { start, end } = bytesOf(parseByteRange(`${first}-${first + more}`), 20);
          expect(bytes.slice(start, end)).toEqual(bytes.slice(first, first + more + 1));
          const last = bytesOf(parseByteRange(`-${suffix}`), 20);
          expect(bytes.slice(last.start, last.end)).toEqual(bytes.slice(-suffix));
        },
      ),
      { numRuns: NUM_RUNS },
    );
  });
});
