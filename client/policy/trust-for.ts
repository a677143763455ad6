import { toHex } from '../../common/bytes.ts';
import { PolicyError } from '../../common/errors.ts';
import type { VerifierKey } from '../../common/signature.ts';
import type { Trust } from '../trust.ts';
import { describeRule, explain, ruleFor } from './explain.ts';
import { type GivenKey, isRevoked, keysOf, type LoadKey } from './keys.ts';
import type { Rule, TrustPolicy } from './policy.ts';

/**
 * Makes of a policy what it says about one origin.
 *
 * @param load - Loads the keys that the rule has in files.
 * @throws {PolicyError} `ERR_UNTRUSTED_ORIGIN` if no rule matches, or fewer keys of the rule than its
 *   threshold are not revoked.
 * @throws {KeyError} `ERR_KEY` if a key can not be loaded.
 * @see SPEC.md, V29 and V32
 */
export function trustFor(policy: TrustPolicy, origin: string, load: LoadKey): Trust {
  const rule = ruleFor(policy, origin);
  const name = describeRule(policy, rule);
  if (rule.keys.length === 0) {
    throw new PolicyError('ERR_UNTRUSTED_ORIGIN', `${name} has pins, and no keys for the rest`);
  }
  const keys = keysOf(rule, policy.revokedKeys, origin, load);
  return {
    origin,
    keys: unrevoked(keys, rule.threshold, name),
    threshold: rule.threshold,
    rule: name,
    ...limitsOf(rule),
    revokedObjects: policy.revokedObjects,
    audit: rule.audit,
  };
}

/** Keys that a reader names for one run, instead of those of a policy. */
export interface GivenKeys {
  readonly keys: readonly GivenKey[];
  readonly threshold: number;
}

/**
 * Makes trust of keys that are given for one run.
 *
 * What restricts a read in the policy restricts it still: revocations, and of the rule for the
 * origin, if there is one, `max_age`, `min_version` and `series`. What allows more does not count:
 * its keys, pins and `audit`.
 *
 * @param policy - The reader's policy, if there is one.
 * @throws {PolicyError} `ERR_UNTRUSTED_ORIGIN` if fewer keys than the threshold are not revoked.
 */
export function trustInKeys(
  { keys, threshold }: GivenKeys,
  origin: string,
  policy: TrustPolicy | undefined,
): Trust {
  if (policy === undefined) {
    return { origin, keys: keys.map(({ key }) => key), threshold, rule: '--key' };
  }
  const { decided } = explain(policy, origin);
  const listed = keys.map((each) => ({ ...each, revoked: isRevoked(each, policy.revokedKeys) }));
  return {
    origin,
    keys: unrevoked(listed, threshold, '--key'),
    threshold,
    rule: decided === undefined ? '--key' : `--key, within ${describeRule(policy, decided.rule)}`,
    ...(decided === undefined ? {} : limitsOf(decided.rule)),
    revokedObjects: policy.revokedObjects,
  };
}

function limitsOf({ maxAgeMs, minVersion, series }: Rule): Partial<Trust> {
  return {
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(series === undefined ? {} : { series }),
  };
}

function unrevoked(
  keys: readonly { readonly key: VerifierKey; readonly revoked: boolean }[],
  threshold: number,
  rule: string,
): readonly VerifierKey[] {
  const left = keys.filter(({ revoked }) => !revoked).map(({ key }) => key);
  const distinct = new Set(left.map(({ publicKey }) => toHex(publicKey))).size;
  if (distinct >= threshold) return left;
  const found = `${rule} has ${distinct} distinct keys that are not revoked`;
  throw new PolicyError('ERR_UNTRUSTED_ORIGIN', `${found}, want ${threshold}`);
}
