import { spawnSync } from 'node:child_process';

/** Tells whether a program is installed. */
export function hasTool(name: string): boolean {
  return spawnSync(name, ['--help']).error === undefined;
}

/**
 * Tells whether tests of a program are to be skipped: it is missing, and this is not CI, where that
 * is a failure.
 */
export function isSkipped(name: string): boolean {
  return !hasTool(name) && process.env['CI'] === undefined;
}

/** Runs a program to its end and returns what it printed; throws if it fails. */
export function run(name: string, args: readonly string[], input?: Uint8Array): Uint8Array {
  const { status, stdout, stderr, error } = spawnSync(name, args, { input, maxBuffer: 2 ** 24 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr.toString()}`);
  return new Uint8Array(stdout);
}
