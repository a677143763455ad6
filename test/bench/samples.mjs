/** The middle value of some numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs variants in turn, A B A B, so that a slow minute of the machine meets all of them.
 *
 * @param variants - By name, functions that return (a promise of) the time that one pass took.
 * @returns By name, the median of the times.
 */
export async function interleave(variants, samples) {
  const names = Object.keys(variants);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) await variants[name](); // the first pass warms up
  for (let i = 0; i < samples; i += 1) {
    for (const name of names) times[name].push(await variants[name]());
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])]));
}
