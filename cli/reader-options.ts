import { type Command, InvalidArgumentError } from 'commander';
import type { DurableCache, SymlinkPolicy } from '../client/node/index.ts';
import { readGivenKey } from '../client/node/reader-key.ts';
import type { GivenKey } from '../client/policy/index.ts';
import { collect, parseCount, parseKeyName, parseOrigin, parseSeconds } from './parse-options.ts';
import { addPolicyOption } from './trust/policy-option.ts';
import { UsageError } from './usage-error.ts';

/** Whom a reader believes, as options say it. */
export interface TrustOptions {
  readonly key?: readonly string[];
  readonly keyName?: string;
  readonly threshold: number;
  /** A file; default: the reader's own. */
  readonly policy?: string;
  readonly explain?: true;
}

/** What every command that reads from a server takes. */
export interface ReaderOptions extends TrustOptions {
  readonly origin?: string;
  /** URLs beside the first one. */
  readonly mirror?: readonly string[];
  /** Only of commands that hand symlinks out. */
  readonly symlinks?: SymlinkPolicy;
  /** Seconds. */
  readonly deadline: number;
  /** Where to save what failed. */
  readonly diagnostics?: string;
  readonly json?: true;
  /** Only of commands that keep what they read. */
  readonly durableCache?: DurableCache | undefined;
  readonly offline?: true;
}

/** Adds the options that say whom to believe. */
export function addTrustOptions(command: Command): Command {
  return addPolicyOption(command)
    .option('--explain', 'say on stderr which rule decided, and why')
    .option('-k, --key <key>', 'trusted key: NAME+ID+KEY, or a file; repeatable', collect)
    .option('--key-name <name>', 'name of keys in PEM, if it is not the origin', parseKeyName)
    .option('--threshold <n>', 'trusted keys that must have signed', parseCount, 1);
}

/** Adds the options of every command that reads from a server. */
export function addReaderOptions(command: Command): Command {
  return addTrustOptions(command)
    .option('--origin <origin>', 'origin asked for, if not the whole path', parseOrigin)
    .option('--mirror <url>', 'another server of the same origin; repeatable', collect)
    .option('--deadline <seconds>', 'how long an answer may take', parseDeadline, 30)
    .option('--diagnostics <file>', 'save what failed, if a check fails; see evidence');
}

/**
 * Reads the trusted keys.
 *
 * @param origin - The origin asked for, which names keys in PEM.
 * @throws {UsageError} If there are none, or fewer than the threshold.
 * @throws {KeyError} `ERR_KEY` if one of them can not be used.
 */
export function readTrustedKeys(
  options: Pick<TrustOptions, 'key' | 'keyName' | 'threshold'>,
  origin: string,
): readonly GivenKey[] {
  const { key: values = [], keyName = origin, threshold } = options;
  if (values.length === 0) {
    const hint = `keep a key in a policy: pageseal trust add ${origin} --key KEY`;
    throw new UsageError('--key is needed: nothing is read that no key vouches for', { hint });
  }
  if (threshold > values.length) {
    throw new UsageError(`--threshold ${threshold} is more than the ${values.length} keys given`);
  }
  return values.map((value) => readGivenKey(value, keyName));
}

function parseDeadline(text: string): number {
  const seconds = parseSeconds(text);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError('want more than 0 seconds');
}
