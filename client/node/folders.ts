import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns where a reader's trust policy is, unless another file is named.
 *
 * @see XDG Base Directory Specification
 */
export function policyPath(env: Environment): string {
  return join(base(env, 'XDG_CONFIG_HOME', '.config'), 'pageseal', 'trust.toml');
}

/** Returns the folder that holds what a reader remembers. */
export function stateFolder(env: Environment): string {
  return join(base(env, 'XDG_STATE_HOME', '.local/state'), 'pageseal');
}

/** Returns the folder that holds what a reader may lose: its durable cache. */
export function cacheFolder(env: Environment): string {
  return join(base(env, 'XDG_CACHE_HOME', '.cache'), 'pageseal');
}

/** A relative path in such a variable is invalid, and ignored as the specification says. */
function base(env: Environment, variable: string, fallback: string): string {
  const value = env[variable] ?? '';
  const home = env['HOME'] ?? '';
  return isAbsolute(value) ? value : join(isAbsolute(home) ? home : homedir(), fallback);
}
