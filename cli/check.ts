import { writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { type BytesProof, type Proof, verifyProof } from '../client/node/index.ts';
import { toHex } from '../common/bytes.ts';
import { escapeName, quote } from '../common/escape.ts';
import { formatTime, parseTime } from '../common/statement.ts';
import { originIn, readBundle } from './bundle-file.ts';
import { descriptorFields } from './descriptor-fields.ts';
import { entryJson, formatMode } from './entry-format.ts';
import { type Field, formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { reportAudited } from './open-volume.ts';
import { parseOrigin } from './parse-options.ts';
import { rangeText } from './prove.ts';
import { addTrustOptions, type TrustOptions } from './reader-options.ts';
import { readRules } from './reader-rules.ts';
import { UsageError } from './usage-error.ts';
import { refuseBinary, writeOutput } from './write-output.ts';

interface CheckOptions extends TrustOptions {
  readonly origin?: string;
  readonly at?: number;
  readonly output?: string;
  readonly json?: true;
}

const DESCRIPTION = `Verify a proof that pageseal prove has written, with no network: that the
publisher signed these bytes of this file, or that there is nothing at this
path. With -o the proven bytes are written, once all of it is verified.

A proof speaks of the time when its statement was valid. One that has expired
since is refused as stale, unless --at names a time at which to judge it.`;

/** Adds `pageseal check` to the program. */
export function addCheck(program: Command, io: Io): void {
  const command = program
    .command('check')
    .summary('verify a proof offline')
    .description(DESCRIPTION)
    .argument('<file>', 'what pageseal prove has written');
  addTrustOptions(command)
    .option('--origin <origin>', 'origin it has to be of', parseOrigin)
    .option('--at <time>', 'judge it as of then, such as 2026-11-21T10:00:00Z', parseAt)
    .option('-o, --output <file>', 'where the proven bytes go; - is stdout')
    .option('--json', 'print one JSON object')
    .action((path: string, options: CheckOptions) => check(path, options, io));
  endHelp(
    command,
    'pageseal check proof --key vkey',
    'pageseal check proof --key vkey -o - | less',
  );
}

async function check(path: string, options: CheckOptions, io: Io): Promise<void> {
  const { output, json } = options;
  if (output === '-' && json === true) {
    throw new UsageError('--json and the proven bytes can not both go to stdout');
  }
  const bundle = readBundle(path);
  if (bundle.kind !== 'proof') {
    throw new UsageError(`it is of kind ${bundle.kind}`, {
      hint: 'show it with pageseal evidence',
    });
  }
  const origin = options.origin ?? originIn(bundle);
  const trust = (await readRules(options, io)).trust(origin);
  const proof = await verifyProof(bundle, trust, options.at ?? io.clock());
  reportAudited(proof.accepted.verdict, io);
  if (output !== undefined) await writeBytes(proof, output, io);
  if (output === '-') return;
  if (json === true) printJson(io, proofJson(proof));
  else io.stdout.write(formatFields(proofFields(proof)));
}

async function writeBytes(proof: Proof, output: string, io: Io): Promise<void> {
  if (proof.type === 'absence') throw new UsageError('an absence has no bytes to write');
  if (output !== '-') {
    writeFileSync(output, proof.data);
    return;
  }
  refuseBinary(io, proof.data, 'name a file with -o FILE');
  await writeOutput(io, proof.data);
}

function proofFields(proof: Proof): readonly Field[] {
  const { statement, verdict, textHash } = proof.accepted;
  const { origin, version, issued, expires } = statement;
  return [
    ['origin', origin],
    ['version', String(version)],
    ['issued', formatTime(issued)],
    ...(expires === undefined ? [] : [['expires', formatTime(expires)] as const]),
    ['text', toHex(textHash)],
    ['signed by', verdict.signers.map(escapeName).join(', ')],
    ['path', proof.path === '' ? '/' : escapeName(proof.path)],
    ...(proof.type === 'absence' ? absenceFields(proof) : bytesFields(proof)),
  ];
}

function absenceFields({ path, missing }: { path: string; missing: string }): readonly Field[] {
  const where = missing === path ? '' : `, of ${quote(missing)}, to which it leads`;
  return [['proven', `absence${where}`]];
}

function bytesFields({ path, found, start, end }: BytesProof): readonly Field[] {
  const { entry } = found;
  return [
    ...(found.path === path ? [] : [['leads to', escapeName(found.path)] as const]),
    ['mode', formatMode(entry)],
    ['size', String(entry.descriptor.size)],
    ...descriptorFields(entry.descriptor),
    ['proven', rangeText({ start, end })],
  ];
}

function proofJson(proof: Proof): Readonly<Record<string, unknown>> {
  const { statement, verdict, textHash } = proof.accepted;
  const { origin, version, issued, expires } = statement;
  const base = {
    claim: proof.type,
    origin,
    version,
    issued: formatTime(issued),
    expires: expires === undefined ? null : formatTime(expires),
    textHash: toHex(textHash),
    signers: verdict.signers,
    asked: proof.path,
  };
  if (proof.type === 'absence') return { ...base, missing: proof.missing };
  const { found, start, end } = proof;
  return { ...base, start, end, ...entryJson(found.path, found.entry) };
}

function parseAt(text: string): number {
  const time = parseTime(text);
  if (time === undefined) throw new InvalidArgumentError('want a time as 2026-11-21T10:00:00Z');
  return time;
}
