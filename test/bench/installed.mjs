import { spawnSync } from 'node:child_process';

/**
 * Asks a program for its version.
 *
 * @param args - What makes it print that, and succeed.
 * @returns The first number with dots that it prints, or `undefined` if it is not installed.
 */
export function versionOf(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? /[0-9]+(\.[0-9]+)+[a-z]?/.exec(stdout + stderr)?.[0] : undefined;
}
