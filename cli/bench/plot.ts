import type { Measured } from './measure.ts';

const BAR_LENGTH = 50;
const UNITS = ['', 'k', 'M', 'G', 'T', 'P'];

/** Columns of the table: the heading, its width, and what stands below it. */
const COLUMNS: readonly (readonly [string, number, (measured: Measured) => string])[] = [
  ['received', 10, ({ receivedBytes }) => short(receivedBytes)],
  ['sent', 8, ({ sentBytes }) => short(sentBytes)],
  ['pages', 9, ({ payloadBytes }) => short(payloadBytes)],
  ['proof', 8, ({ proofBytes }) => short(proofBytes)],
  ['hashes', 8, ({ hashes }) => short(hashes)],
  ['requests', 10, ({ requests }) => short(requests)],
  ['trips', 7, ({ roundTrips }) => short(roundTrips)],
  ['ms', 8, ({ ms }) => short(ms)],
];

/** What is drawn, and how long it is. */
const BARS: readonly (readonly [string, (measured: Measured) => number])[] = [
  ['bytes received and sent', ({ receivedBytes, sentBytes }) => receivedBytes + sentBytes],
  ['bytes of proof', ({ proofBytes }) => proofBytes],
  ['hashes', ({ hashes }) => hashes],
  ['round trips that wait for each other', ({ roundTrips }) => roundTrips],
  ['milliseconds', ({ ms }) => ms],
];

/** Writes a table, one line for each mode; at most 80 columns. */
export function formatTable(measured: readonly Measured[]): string {
  const heading = COLUMNS.map(([name, width]) => name.padStart(width)).join('');
  const lines = measured.map((one) => {
    const cells = COLUMNS.map(([, width, cell]) => cell(one).padStart(width));
    return `${one.mode.padEnd(10)}${cells.join('')}\n`;
  });
  return `${'mode'.padEnd(10)}${heading}\n${lines.join('')}`;
}

/** Draws what the modes cost as bars beside each other; at most 80 columns. */
export function formatBars(measured: readonly Measured[]): string {
  return BARS.map(([name, value]) => {
    const most = Math.max(...measured.map(value));
    const lines = measured.map((one) => {
      const length = most === 0 ? 0 : Math.ceil((value(one) / most) * BAR_LENGTH);
      return `  ${one.mode.padEnd(11)}${'#'.repeat(length)} ${short(value(one))}\n`;
    });
    return `${name}\n${lines.join('')}`;
  }).join('\n');
}

/** Writes a number in at most six characters, with a decimal unit where it is large. */
export function short(value: number): string {
  let [scaled, unit] = [value, 0];
  while (scaled >= 9999.5 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || scaled >= 999.5 ? 0 : scaled >= 99.95 ? 1 : 2;
  return `${scaled.toFixed(digits)}${UNITS[unit]}`;
}
