import type { Command } from 'commander';
import { stateFolder } from '../../client/node/folders.ts';
import type { Anchor } from '../../client/node/index.ts';
import {
  describeRule,
  type Explanation,
  explain,
  keysOf,
  PolicyVersions,
  pinAt,
  policyKeys,
  type Reason,
  type RuleKey,
  readPolicy,
} from '../../client/node/policy/index.ts';
import { escapeName } from '../../common/escape.ts';
import { formatVerifierKey } from '../../common/signature.ts';
import { type Field, formatFields } from '../fields.ts';
import { endHelp } from '../help.ts';
import { type Io, printJson } from '../io.ts';
import { parseOrigin } from '../parse-options.ts';
import { addPolicyOption, type PolicyOption, policyFile } from './policy-option.ts';
import { anchorJson, formatAnchor, limitFields, revocationJson, ruleJson } from './rule-report.ts';

interface ExplainOptions extends PolicyOption {
  readonly json?: true;
}

const DESCRIPTION = `Tell which rule of the policy decides about an origin, why, and what follows
from it. With PATH, also whether that file is pinned.`;

const REASONS: Readonly<Record<Reason, string>> = {
  exact: 'it names this origin',
  'longest wildcard': 'of the wildcards that match, it is the longest',
  'exact beats wildcard': 'it matches, but another rule names this origin',
  'longer wildcard wins': 'it matches, but a longer wildcard does, too',
};

/** What is known of an origin, of which a rule decides. */
interface Consequence {
  readonly keys: readonly RuleKey[];
  readonly path: string | undefined;
  readonly pin: Anchor | undefined;
}

/** Adds `pageseal trust explain`. */
export function addTrustExplain(trust: Command, io: Io): void {
  const command = trust
    .command('explain')
    .summary('tell which rule decides, and why')
    .description(DESCRIPTION)
    .argument('<origin>', 'origin', parseOrigin)
    .argument('[path]', 'file in the volume');
  addPolicyOption(command)
    .option('--json', 'print one JSON object')
    .action((origin: string, path: string | undefined, options: ExplainOptions) =>
      explainOrigin(origin, path, options, io),
    );
  endHelp(command, 'pageseal trust explain lab.example/docs usr/bin/ls');
}

function explainOrigin(
  origin: string,
  path: string | undefined,
  options: ExplainOptions,
  io: Io,
): void {
  const policy = readPolicy(policyFile(options, io));
  new PolicyVersions(stateFolder(io.env)).check(policy);
  const explanation = explain(policy, origin);
  const rule = explanation.decided?.rule;
  const keys =
    rule === undefined ? [] : keysOf(rule, policy.revokedKeys, origin, policyKeys(policy.file));
  const pin = rule === undefined ? undefined : pinAt(rule, path ?? '');
  const found = { keys, path, pin };
  if (options.json === true) printJson(io, explanationJson(explanation, found));
  else io.stdout.write(formatFields(explanationFields(explanation, found)));
}

function explanationJson(
  { policy, origin, decided, lost }: Explanation,
  { keys, path, pin }: Consequence,
): Readonly<Record<string, unknown>> {
  return {
    origin,
    policy: policy.file,
    decided: decided === undefined ? null : { ...ruleJson(decided.rule), reason: decided.reason },
    lost: lost.map(({ rule, reason }) => ({ match: rule.match, line: rule.line ?? null, reason })),
    keys: keys.map(({ key, revoked }) => ({ key: formatVerifierKey(key), revoked })),
    ...revocationJson(policy),
    ...(path === undefined ? {} : { path }),
    pin: pin === undefined ? null : anchorJson(pin),
  };
}

function explanationFields(
  { policy, origin, decided, lost }: Explanation,
  { keys, path, pin }: Consequence,
): readonly Field[] {
  if (decided === undefined) {
    return [
      ['origin', origin],
      ['decided', `no rule of ${policy.file} matches: it is not read`],
    ];
  }
  const { rule, reason } = decided;
  return [
    ['origin', origin],
    ['decided', describeRule(policy, rule)],
    ['why', REASONS[reason]],
    ...lost.map(
      (one): Field => ['not', `${describeRule(policy, one.rule)}: ${REASONS[one.reason]}`],
    ),
    ...keys.map(({ key, revoked }): Field => {
      const text = escapeName(formatVerifierKey(key));
      return revoked ? ['not key', `${text}: revoked`] : ['key', text];
    }),
    ...(rule.keys.length > 0 ? limitFields(rule) : [only]),
    ['pins', pinText(rule.pins.size, path, pin)],
  ];
}

const only: Field = ['key', 'none: only what is pinned is read'];

function pinText(count: number, path: string | undefined, pin: Anchor | undefined): string {
  if (pin === undefined) return path === undefined ? String(count) : `${count}, not this file`;
  return `${formatAnchor(pin)}, which wins over the statement`;
}
