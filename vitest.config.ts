import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/helpers/summary-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: '100%', // most wait for processes that they have started
    testTimeout: 30_000,
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
