#!/usr/bin/env node
import { EXIT_FAILURE } from './exit-status.ts';
import { Interruption } from './io.ts';
import { run } from './run.ts';

const interrupted = new AbortController();

// A second signal meets no handler and ends the process at once.
process.once('SIGINT', () => interrupted.abort(new Interruption('interrupted', 128 + 2)));
process.once('SIGTERM', () => interrupted.abort(new Interruption('terminated', 128 + 15)));

/** Ends quietly when the reader of our output, such as `head`, has gone. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`pageseal: error: ${error.message}\n`);
  process.exitCode = EXIT_FAILURE;
  interrupted.abort(new Interruption('output is closed', EXIT_FAILURE));
});

const status = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interrupted.signal,
  env: process.env,
  clock: Date.now,
});
process.exitCode ||= status;
// Whoever interrupts does not want to wait until a silent server has closed its connection.
if (interrupted.signal.aborted) process.exit();
