import { EXIT_DONE, exitStatus } from './exit-status.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';
import { reportError } from './report.ts';

/**
 * Runs one command line.
 *
 * @param argv - The arguments alone, without the program's name.
 * @returns The exit status; every failure has been reported on `io.stderr`.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const program = await createProgram(io, argv[0]);
    await program.parseAsync(argv, { from: 'user' });
    return EXIT_DONE;
  } catch (error) {
    reportError(io, error);
    return exitStatus(error);
  }
}
