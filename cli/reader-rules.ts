import { lstatSync } from 'node:fs';
import { stateFolder } from '../client/node/folders.ts';
import type { Anchor, Trust } from '../client/node/index.ts';
import { PolicyVersions } from '../client/node/policy/policy-versions.ts';
import type { TrustPolicy } from '../client/policy/index.ts';
import { PolicyError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import type { Io } from './io.ts';
import { readTrustedKeys, type TrustOptions } from './reader-options.ts';
import { reportHint } from './report.ts';
import { policyFile } from './trust/policy-option.ts';
import { UsageError } from './usage-error.ts';

/** The reader's rules for one run: a policy, if there is one, and what options say. */
export interface ReaderRules {
  /** Whom to believe about an origin. */
  trust(origin: string): Trust;
  /** What the policy pins at a path of an origin. */
  pin(origin: string, path: string): Anchor | undefined;
  readonly revokedObjects: ReadonlySet<string>;
}

/**
 * Reads the reader's trust policy, and remembers that its version was used.
 *
 * @throws {PolicyError} `ERR_POLICY` if it can not be used, `ERR_POLICY_VERSION` if it has gone back,
 *   `ERR_STATE` if that can not be told or remembered.
 * @throws {UsageError} If options make no sense together.
 */
export async function readRules(options: TrustOptions, io: Io): Promise<ReaderRules> {
  if (options.key === undefined && options.keyName !== undefined) {
    throw new UsageError('--key-name names keys that --key gives');
  }
  const file = policyFile(options, io);
  const versions = new PolicyVersions(stateFolder(io.env));
  if (options.policy === undefined && !isThere(file)) {
    versions.check({ file, version: 0 }); // one that is gone revokes nothing any more
    return withoutPolicy(options, io);
  }
  // What parses a policy takes long to load.
  const library = await import('../client/node/policy/index.ts');
  const policy = library.readPolicy(file);
  versions.use(policy);
  return withPolicy(policy, library, options, io);
}

/** @throws {PolicyError} `ERR_POLICY` if that can not be told: a policy that is not seen revokes nothing. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    throw new PolicyError('ERR_POLICY', `policy ${quote(file)} can not be read`, { cause });
  }
}

function withoutPolicy(options: TrustOptions, io: Io): ReaderRules {
  return {
    trust: (origin) => {
      const keys = readTrustedKeys(options, origin).map(({ key }) => key);
      explain(options, io, `--key decides about "${origin}": there is no policy`);
      return { origin, keys, threshold: options.threshold, rule: '--key' };
    },
    pin: () => undefined,
    revokedObjects: new Set(),
  };
}

type Library = typeof import('../client/node/policy/index.ts');

function withPolicy(
  policy: TrustPolicy,
  library: Library,
  options: TrustOptions,
  io: Io,
): ReaderRules {
  const given = options.key !== undefined;
  return {
    trust: (origin) => {
      explain(options, io, reasonOf(library, policy, origin, given));
      if (given) {
        const keys = readTrustedKeys(options, origin);
        return library.trustInKeys({ keys, threshold: options.threshold }, origin, policy);
      }
      const trust = library.trustFor(policy, origin, library.policyKeys(policy.file));
      return atLeast(trust, options.threshold);
    },
    pin: (origin, path) => {
      const { decided } = library.explain(policy, origin);
      const pin = decided === undefined || given ? undefined : library.pinAt(decided.rule, path);
      if (decided === undefined || pin === undefined) return undefined;
      const name = library.describeRule(policy, decided.rule);
      explain(options, io, `${name} pins this file of "${origin}", ${decided.reason}`);
      return pin;
    },
    revokedObjects: policy.revokedObjects,
  };
}

/** A threshold on the command line asks for more signatures than the policy, never for fewer. */
function atLeast(trust: Trust, threshold: number): Trust {
  if (threshold <= trust.threshold) return trust;
  if (threshold <= trust.keys.length) return { ...trust, threshold };
  const keys = `${trust.keys.length} keys of ${trust.rule}`;
  throw new UsageError(`--threshold ${threshold} is more than the ${keys}`);
}

function reasonOf(library: Library, policy: TrustPolicy, origin: string, given: boolean): string {
  const { decided } = library.explain(policy, origin);
  const rule = decided && library.describeRule(policy, decided.rule);
  if (!given) return `${rule ?? 'no rule'} decides about "${origin}"${because(decided?.reason)}`;
  const limits = rule === undefined ? '' : `, within the limits of ${rule}`;
  return `--key decides about "${origin}"${limits}`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${reason}`;
}

function explain({ explain: asked }: TrustOptions, io: Io, message: string): void {
  if (asked === true) reportHint(io, message);
}
