export type { KeyData, PinData, RuleData } from './check-shape.ts';
export { addPins, addRule } from './edit.ts';
export {
  describeRule,
  type Explanation,
  explain,
  type MatchingRule,
  pinAt,
  type Reason,
  ruleFor,
} from './explain.ts';
export { parseFingerprint } from './fingerprint.ts';
export {
  type FileSource,
  type GivenKey,
  isRevoked,
  keysOf,
  type LoadKey,
  type RuleKey,
} from './keys.ts';
export { parsePolicy } from './parse-policy.ts';
export { isPattern, isWildcard } from './pattern.ts';
export type { KeySource, RevokedKey, Rule, TrustPolicy } from './policy.ts';
export { MAX_POLICY_LENGTH } from './policy-limits.ts';
export { type GivenKeys, trustFor, trustInKeys } from './trust-for.ts';
