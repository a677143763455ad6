import type { Command } from 'commander';
import { stateFolder } from '../../client/node/folders.ts';
import { PolicyVersions, readPolicy } from '../../client/node/policy/index.ts';
import type { KeySource, Rule, TrustPolicy } from '../../client/policy/index.ts';
import { escapeName, quote } from '../../common/escape.ts';
import { formatVerifierKey } from '../../common/signature.ts';
import { type Field, formatFields } from '../fields.ts';
import { endHelp } from '../help.ts';
import { type Io, printJson } from '../io.ts';
import { addPolicyOption, type PolicyOption, policyFile } from './policy-option.ts';
import { formatRevoked, limitFields, revocationJson, ruleJson } from './rule-report.ts';

interface ListOptions extends PolicyOption {
  readonly json?: true;
}

const DESCRIPTION = `Check the policy, and show its rules. Files with keys are not read: explain does
that.`;

/** Adds `pageseal trust list`. */
export function addTrustList(trust: Command, io: Io): void {
  const command = trust.command('list').summary('show all rules').description(DESCRIPTION);
  addPolicyOption(command)
    .option('--json', 'print one JSON object')
    .action((options: ListOptions) => list(options, io));
  endHelp(command, 'pageseal trust list --policy trust.toml');
}

function list(options: ListOptions, io: Io): void {
  const policy = readPolicy(policyFile(options, io));
  const usedVersion = new PolicyVersions(stateFolder(io.env)).check(policy);
  if (options.json === true) {
    const { file, version, rules } = policy;
    const revoked = revocationJson(policy);
    printJson(io, { policy: file, version, usedVersion, ...revoked, rules: rules.map(ruleJson) });
    return;
  }
  const parts = [policyFields(policy), ...policy.rules.map(ruleFields)];
  io.stdout.write(parts.map(formatFields).join('\n'));
}

function policyFields(policy: TrustPolicy): readonly Field[] {
  return [
    ['policy', quote(policy.file)],
    ['version', policy.version === 0 ? '-' : String(policy.version)],
    ...policy.revokedKeys.map((key): Field => ['revoked', `key ${formatRevoked(key)}`]),
    ...[...policy.revokedObjects].map((id): Field => ['revoked', `object ${id}`]),
  ];
}

function ruleFields(rule: Rule): readonly Field[] {
  return [
    ['match', rule.match],
    ['line', String(rule.line ?? '-')],
    ...rule.keys.map((source): Field => ['key', formatSource(source)]),
    ...limitFields(rule),
    ['pins', String(rule.pins.size)],
  ];
}

function formatSource(source: KeySource): string {
  switch (source.type) {
    case 'key':
      return escapeName(formatVerifierKey(source.key));
    case 'file':
      return `file ${quote(source.file)}${named(source.name)}`;
    case 'certificate':
      return `certificate ${quote(source.file)}${named(source.name)}, sha256 ${source.sha256}`;
  }
}

function named(name: string | undefined): string {
  return name === undefined ? '' : `, name ${quote(name)}`;
}
