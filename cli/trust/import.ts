import type { Command } from 'commander';
import {
  addPins,
  addRule,
  describeRule,
  explain,
  isRevoked,
  isWildcard,
  parsePolicy,
} from '../../client/policy/index.ts';
import { toHex } from '../../common/bytes.ts';
import { type DigestList, readDigestList } from '../../common/digest-list.ts';
import { quote } from '../../common/escape.ts';
import { MAX_DIGEST_LIST_LENGTH, MAX_NOTE_LENGTH } from '../../common/limits.ts';
import { readBounded } from '../../publisher/read-bounded.ts';
import { counted } from '../counted.ts';
import { EXIT_FAILURE } from '../exit-status.ts';
import { Failure } from '../failure.ts';
import { endHelp } from '../help.ts';
import { type Io, printJson } from '../io.ts';
import { collect, parseCount } from '../parse-options.ts';
import { readInput } from '../read-input.ts';
import { readTrustedKeys } from '../reader-options.ts';
import { parsePattern } from './add.ts';
import { editPolicy } from './edit-policy.ts';
import { addPolicyOption, type PolicyOption, policyFile } from './policy-option.ts';

interface ImportOptions extends PolicyOption {
  readonly origin: string;
  readonly signature?: string;
  readonly key?: readonly string[];
  readonly keyName?: string;
  readonly threshold: number;
  readonly json?: true;
}

/** A policy with pins that were not there. */
interface Pinned {
  readonly text: string;
  readonly added: number;
}

const DESCRIPTION = `Pin the files of a signed list: what fsverity digest FILE... prints, one line
"sha256:DIGEST PATH" for each file. Its signature lines, as those of a
statement, stand behind it and an empty line, or in a file of their own.

The files are then read by their digests, from any server that has them, and
need no statement. They are pinned in the rule for ORIGIN, which is made if
there is none. A file that is pinned to another digest is an error: remove that
pin first. Nothing is pinned unless everything in the list is right.`;

/** Adds `pageseal trust import`. */
export function addTrustImport(trust: Command, io: Io): void {
  const command = trust
    .command('import')
    .summary('pin the files of a digest list')
    .description(DESCRIPTION)
    .argument('<list>', 'digest list, or a note that holds one')
    .requiredOption('--origin <origin>', 'rule to pin them in; may end in /*', parsePattern)
    .option('--signature <file>', 'signature lines, if they are not in LIST')
    .option('-k, --key <key>', 'key that signed: NAME+ID+KEY, or a file; repeatable', collect)
    .option('--key-name <name>', 'name of keys in PEM, if it is not the origin')
    .option('--threshold <n>', 'keys that must have signed', parseCount, 1);
  addPolicyOption(command)
    .option('--json', 'print one JSON object')
    .action((list: string, options: ImportOptions) => importList(list, options, io));
  endHelp(
    command,
    '(cd /srv && fsverity digest usr/bin/*) > list',
    'pageseal sign list --digest-list --key key.pem --key-name packages > sig',
    'pageseal trust import list --signature sig --origin lab.example --key vkey',
  );
}

function importList(path: string, options: ImportOptions, io: Io): void {
  const { origin: match, threshold, signature } = options;
  const keys = readTrustedKeys(options, match);
  const most = MAX_DIGEST_LIST_LENGTH + MAX_NOTE_LENGTH + 1;
  const list = readInput(path, (file) => readBounded(file, most));
  const lines =
    signature === undefined
      ? undefined
      : readInput(signature, (file) => readBounded(file, MAX_NOTE_LENGTH + 1));
  const file = policyFile(options, io);
  let digests: DigestList = new Map();
  let pinned: Pinned = { text: '', added: 0 };
  editPolicy(file, (text) => {
    const { revokedKeys } = parsePolicy(text, file);
    const left = keys.filter((key) => !isRevoked(key, revokedKeys)).map(({ key }) => key);
    digests = readDigestList(list, lines, { keys: left, threshold });
    pinned = pin(text, match, digests, file);
    return pinned.text;
  });
  const { added } = pinned;
  if (options.json === true) {
    printJson(io, { policy: file, match, files: digests.size, added });
    return;
  }
  const count = counted(digests.size, 'file');
  io.stdout.write(`pinned ${count} in rule "${match}" of ${quote(file)}, ${added} of them new\n`);
}

/** Pins files in the rule of a pattern, or in a new one if no other rule would lose by that. */
function pin(text: string, match: string, digests: DigestList, file: string): Pinned {
  const policy = parsePolicy(text, file);
  if (policy.rules.some((rule) => rule.match === match)) return addPins(text, match, digests, file);
  const { decided } = explain(policy, isWildcard(match) ? match.replace('*', 'x') : match);
  if (decided !== undefined) {
    const rule = describeRule(policy, decided.rule);
    const hint = `pin them there, with --origin ${quote(decided.rule.match)}, or add a rule first`;
    throw new Failure(EXIT_FAILURE, `a rule of pins alone would take the place of ${rule}`, {
      hint,
    });
  }
  const pins = Array.from(digests, ([path, digest]) => ({
    path,
    fsverity: `sha256:${toHex(digest)}`,
  }));
  return { text: addRule(text, { match, pin: pins }, file), added: pins.length };
}
