import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/helpers/summary-reporter.ts';

/** Properties run a hundred times as often under `SLOW=1`, and take as long. */
const TEST_MS = process.env['SLOW'] === '1' ? 3_600_000 : 30_000;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: '100%', // most wait for processes that they have started
    testTimeout: TEST_MS,
    hookTimeout: 30_000,
    retry: process.env['CI'] === undefined ? 0 : 1, // real processes on a machine that others share
    allowOnly: process.env['CI'] === undefined,
    reporters: ['default', new SummaryReporter()],
    coverage: {
      include: ['{common,publisher,server,client,cli}/**/*.ts'],
      exclude: ['**/*.d.ts'],
    },
  },
});
