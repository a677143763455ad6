import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readCertificateKey, readGivenKey } from '../../client/node/reader-key.ts';
import {
  addRule,
  describeRule,
  explain,
  isPattern,
  isWildcard,
  type KeyData,
  parseFingerprint,
  parsePolicy,
} from '../../client/policy/index.ts';
import { AUDITABLE_RULES, type AuditableRule } from '../../client/trust.ts';
import { quote } from '../../common/escape.ts';
import { formatVerifierKey } from '../../common/signature.ts';
import { parseVersion } from '../../common/statement.ts';
import { endHelp } from '../help.ts';
import { type Io, printJson } from '../io.ts';
import { collect, parseCount, parseVersionOption } from '../parse-options.ts';
import { UsageError } from '../usage-error.ts';
import { editPolicy } from './edit-policy.ts';
import { addPolicyOption, type PolicyOption, policyFile } from './policy-option.ts';

interface AddOptions extends PolicyOption {
  readonly key?: readonly string[];
  readonly keyName?: string;
  readonly certificate?: readonly string[];
  readonly fingerprint?: readonly string[];
  readonly threshold?: number;
  readonly maxAge?: string;
  readonly minVersion?: number;
  readonly series?: number;
  readonly audit?: readonly AuditableRule[];
  readonly json?: true;
}

const DESCRIPTION = `Add a rule for an origin, or for all origins that a wildcard matches. Keys are
checked, and stand in the policy themselves; certificates, and keys in PEM of a
wildcard rule without --key-name, stay in their files. A rule that is there is
not changed: edit the policy to do that.`;

/** What names keys that have no name yet; no origin, and no key of anybody. */
const NO_NAME = '*';

/** Adds `pageseal trust add`. */
export function addTrustAdd(trust: Command, io: Io): void {
  const command = trust
    .command('add')
    .summary('add a rule')
    .description(DESCRIPTION)
    .argument('<origin>', 'origin; may end in /*, or be *', parsePattern)
    .option('-k, --key <key>', 'trusted key: NAME+ID+KEY, or a file; repeatable', collect)
    .option('--certificate <file>', 'certificate in PEM that holds a key; repeatable', collect)
    .option('--fingerprint <hex>', 'SHA-256 of the certificate, in the same order', collect)
    .option('--key-name <name>', 'name of keys in PEM, if it is not the origin')
    .option('--threshold <n>', 'trusted keys that must have signed', parseCount)
    .option('--max-age <duration>', 'how old a statement may be, such as 30d')
    .option('--min-version <n>', 'lowest version to accept', parseVersionOption)
    .option('--series <n>', 'raised to forget versions that were accepted', parseSeries)
    .addOption(
      new Option('--audit <rule...>', 'freshness rule that only warns; repeatable').choices(
        AUDITABLE_RULES,
      ),
    );
  addPolicyOption(command)
    .option('--json', 'print one JSON object')
    .action((match: string, options: AddOptions) => add(match, options, io));
  endHelp(
    command,
    'pageseal trust add lab.example/docs --key vkey --max-age 30d',
    'pageseal trust add "lab.example/*" --certificate a.pem --fingerprint 3A:5F:...',
  );
}

function add(match: string, options: AddOptions, io: Io): void {
  const file = policyFile(options, io);
  const keys = [...keysOf(match, options), ...certificatesOf(match, options)];
  if (keys.length === 0) throw new UsageError('--key is needed, or --certificate');
  const { threshold, maxAge, minVersion, series, audit } = options;
  let after = '';
  editPolicy(file, (text) => {
    after = addRule(
      text,
      {
        match,
        keys,
        threshold,
        max_age: maxAge,
        min_version: minVersion,
        series,
        audit,
      },
      file,
    );
    return after;
  });
  report(after, match, file, options, io);
}

function keysOf(match: string, { key = [], keyName }: AddOptions): readonly KeyData[] {
  const name = keyName ?? (isWildcard(match) ? NO_NAME : match);
  return key.map((value) => {
    const { key: found, certificate } = readGivenKey(value, name);
    if (certificate !== undefined) {
      const hint =
        'a policy revokes a certificate by its fingerprint only where it is named by that';
      throw new UsageError(`${quote(value)} holds a certificate: give it with --certificate`, {
        hint,
      });
    }
    return found.name === NO_NAME ? { file: resolve(value) } : formatVerifierKey(found);
  });
}

function certificatesOf(match: string, options: AddOptions): readonly KeyData[] {
  const { certificate = [], fingerprint = [], keyName } = options;
  if (certificate.length !== fingerprint.length) {
    throw new UsageError('each --certificate needs its --fingerprint');
  }
  return certificate.map((path, i) => {
    const sha256 = parseFingerprint(fingerprint[i] ?? '');
    if (sha256 === undefined) {
      const what = `--fingerprint is ${fingerprint[i]}, want 64 hexadecimal digits`;
      throw new UsageError(what, { hint: 'openssl x509 -noout -fingerprint -sha256 prints it' });
    }
    readCertificateKey(path, sha256, keyName ?? (isWildcard(match) ? NO_NAME : match));
    return {
      certificate: resolve(path),
      sha256,
      ...(keyName === undefined ? {} : { name: keyName }),
    };
  });
}

function report(text: string, match: string, file: string, options: AddOptions, io: Io): void {
  const policy = parsePolicy(text, file);
  const rule = policy.rules.find((one) => one.match === match);
  if (rule === undefined) throw new Error('the rule that was added is not there');
  if (options.json === true) {
    printJson(io, { policy: file, match, line: rule.line ?? null });
    return;
  }
  io.stdout.write(`added ${describeRule(policy, rule)}\n`);
  for (const lost of isWildcard(match) ? [] : explain(policy, match).lost) {
    io.stdout.write(`it decides before ${describeRule(policy, lost.rule)}\n`);
  }
}

/** Parses the pattern of a rule. */
export function parsePattern(text: string): string {
  if (isPattern(text)) return text;
  throw new InvalidArgumentError('want an origin, an origin followed by /*, or *');
}

function parseSeries(text: string): number {
  const series = text === '0' ? 0 : parseVersion(text);
  if (series === undefined) throw new InvalidArgumentError('want a whole number from 0');
  return series;
}
