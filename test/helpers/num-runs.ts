/** Runs of each property; a hundred times as many under `SLOW=1`. */
export const NUM_RUNS = process.env['SLOW'] === '1' ? 10_000 : 100;
