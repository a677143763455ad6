import type { Reporter, SerializedError, TestModule } from 'vitest/node';

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/**
 * Vitest reporter whose closing line is `N passed, N failed`, with `, N skipped` if any.
 *
 * A suite that breaks outside its tests, an unhandled error and a run without tests count as
 * failures too, so that the line never looks better than the run was.
 */
export class SummaryReporter implements Reporter {
  #line = '';

  /** Counts; the line itself waits for the exit, so that nothing is printed after it. */
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    if (this.#line === '') {
      process.once('exit', () => process.stdout.write(`${this.#line}\n`));
    }
    this.#line = format(count(modules, unhandled));
  }
}

function count(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Totals {
  const totals = { passed: 0, failed: unhandled.length, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      // A test that is still pending when the run ends was cut short.
      totals[state === 'pending' ? 'failed' : state] += 1;
    }
    totals.failed += brokenSuites(module);
  }
  if (totals.passed + totals.failed === 0) {
    totals.failed = 1;
  }
  return totals;
}

/** Counts files and suites with errors of their own: a failed import, a failed hook. */
function brokenSuites(module: TestModule): number {
  const suites = [module, ...module.children.allSuites()];
  return suites.filter((suite) => suite.errors().length > 0).length;
}

function format({ passed, failed, skipped }: Totals): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}
