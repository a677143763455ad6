const DURATION = /^([1-9][0-9]{0,8})([smhdw])$/;
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Reads a duration such as `90s`, `12h`, `30d` or `4w`, in milliseconds; `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit = ''] = DURATION.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * (SECONDS[unit] ?? 0) * 1000;
}

/** Writes whole seconds, given in milliseconds, as a duration in the largest unit that fits. */
export function formatDuration(ms: number): string {
  const units = Object.entries(SECONDS).reverse();
  const [unit, seconds] = units.find(([, size]) => ms % (size * 1000) === 0) ?? ['s', 1];
  return `${ms / (seconds * 1000)}${unit}`;
}
