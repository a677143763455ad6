import { describe, expect, it } from 'vitest';
import type { Measured } from '../../../cli/bench/measure.ts';
import { formatBars, formatTable, short } from '../../../cli/bench/plot.ts';

const measured = (mode: Measured['mode'], factor: number): Measured => ({
  mode,
  reads: 1,
  readBytes: factor,
  ms: factor,
  receivedBytes: factor,
  sentBytes: factor,
  payloadBytes: factor,
  proofBytes: factor,
  hashes: factor,
  requests: factor,
  roundTrips: factor,
});

describe('short()', () => {
  it.each([
    [0, '0'],
    [9999, '9999'],
    [10_000, '10.00k'],
    [99_950, '100.0k'],
    [999_500, '1000k'],
    [9_999_500, '10.00M'],
    [2 ** 53, '9007T'],
    [0.4, '0'],
  ])('writes %d as %s', (value, text) => expect(short(value)).toBe(text));
});

describe('the plot', () => {
  const all = [measured('on-demand', 2 ** 53), measured('auto', 2 ** 52), measured('inline', 0)];

  it('fits 80 columns', () => {
    const lines = `${formatTable(all)}${formatBars(all)}`.split('\n');
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('draws bars in proportion', () => {
    const bars = formatBars(all)
      .split('\n')
      .slice(1, 4)
      .map((line) => line.split('#').length - 1);
    expect(bars).toEqual([50, 25, 0]);
  });

  it('draws nothing where nothing was counted', () => {
    expect(formatBars([measured('auto', 0)])).not.toContain('#');
  });
});
