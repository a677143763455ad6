/** Samples of what takes less than a second, for each of what takes longer: they differ more. */
export const SHORT_SAMPLES = 3;

/** The middle value of some numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Runs variants in turn, A B A B, so that a slow minute of the machine meets all of them.
 *
 * @param variants - By name, functions that return (a promise of) what one pass took, as numbers by
 *   name.
 * @returns By name of the variant, the medians of these numbers.
 */
export async function interleave(variants, samples) {
  const names = Object.keys(variants);
  const passes = Object.fromEntries(names.map((name) => [name, []]));
  for (const name of names) await variants[name](); // the first pass warms up
  for (let i = 0; i < samples; i += 1) {
    for (const name of names) passes[name].push(await variants[name]());
  }
  return Object.fromEntries(names.map((name) => [name, medians(passes[name])]));
}

function medians(passes) {
  const keys = Object.keys(passes[0]);
  return Object.fromEntries(keys.map((key) => [key, median(passes.map((pass) => pass[key]))]));
}
