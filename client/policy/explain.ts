import { PolicyError } from '../../common/errors.ts';
import { plainPath } from '../../common/plain-path.ts';
import type { Anchor } from '../describe.ts';
import { isWildcard, matches } from './pattern.ts';
import type { Rule, TrustPolicy } from './policy.ts';

/** Why a rule decided, or did not although it matches. */
export type Reason = 'exact' | 'longest wildcard' | 'exact beats wildcard' | 'longer wildcard wins';

/** A rule that matches, and why it did or did not decide. */
export interface MatchingRule {
  readonly rule: Rule;
  readonly reason: Reason;
}

/** Which rule of a policy decides about an origin, and why. */
export interface Explanation {
  readonly policy: TrustPolicy;
  readonly origin: string;
  /** `undefined` if no rule matches: the origin is not read. */
  readonly decided?: MatchingRule;
  /** The other rules that match, longest first. */
  readonly lost: readonly MatchingRule[];
}

/**
 * Tells which rule of a policy decides about an origin, and why.
 *
 * An exact pattern beats a wildcard, a longer wildcard a shorter one. Those that match one origin
 * are prefixes of it, so that no two of them are equally long.
 *
 * @see SPEC.md, V32
 */
export function explain(policy: TrustPolicy, origin: string): Explanation {
  const [decided, ...lost] = policy.rules
    .filter(({ match }) => matches(match, origin))
    .sort((a, b) => rank(b) - rank(a));
  if (decided === undefined) return { policy, origin, lost: [] };
  const isExact = !isWildcard(decided.match);
  return {
    policy,
    origin,
    decided: { rule: decided, reason: isExact ? 'exact' : 'longest wildcard' },
    lost: lost.map((rule) => ({
      rule,
      reason: isExact ? 'exact beats wildcard' : 'longer wildcard wins',
    })),
  };
}

/** Orders patterns that match one origin. */
function rank({ match }: Rule): number {
  return isWildcard(match) ? match.length : Number.POSITIVE_INFINITY;
}

/**
 * Returns the rule that decides about an origin.
 *
 * @throws {PolicyError} `ERR_UNTRUSTED_ORIGIN` if none matches.
 */
export function ruleFor(policy: TrustPolicy, origin: string): Rule {
  const { decided } = explain(policy, origin);
  if (decided !== undefined) return decided.rule;
  throw new PolicyError('ERR_UNTRUSTED_ORIGIN', `no rule of ${policy.file} matches "${origin}"`);
}

/** Names a rule in a message: its pattern, and the file and line it stands on. */
export function describeRule(policy: TrustPolicy, { match, line }: Rule): string {
  return `rule "${match}" (${policy.file}${line === undefined ? '' : `:${line}`})`;
}

/**
 * Returns what a rule pins at a path.
 *
 * @param path - As it is asked for; one with a component `..` is never pinned.
 */
export function pinAt({ pins }: Rule, path: string): Anchor | undefined {
  const plain = plainPath(path);
  return plain === undefined ? undefined : pins.get(plain);
}
