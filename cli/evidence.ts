import type { Command } from 'commander';
import { type Replay, replayDiagnostics } from '../client/node/index.ts';
import type { Bundle } from '../common/bundle.ts';
import { toHex } from '../common/bytes.ts';
import { escapeControls, escapeName } from '../common/escape.ts';
import { type ContradictingStatement, type Evidence, verifyEvidence } from '../common/evidence.ts';
import { formatTime } from '../common/statement.ts';
import type { ClientMessage } from '../common/wire.ts';
import { originIn, readBundle } from './bundle-file.ts';
import { EXIT_INTEGRITY } from './exit-status.ts';
import { Failure } from './failure.ts';
import { type Field, formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { addTrustOptions, type TrustOptions } from './reader-options.ts';
import { readRules } from './reader-rules.ts';
import { UsageError } from './usage-error.ts';

interface EvidenceOptions extends TrustOptions {
  readonly json?: true;
}

const NOTHING = 'nothing to third parties: answers are not signed, anyone can write this file';

const DESCRIPTION = `Check a file that was kept when something was wrong, offline.

Evidence of equivocation, two signed texts of one version: whether the trusted
keys signed both. That is proof against the publisher.

Diagnostics, which --diagnostics of the reading commands saves: the check that
failed is repeated on what was received. That helps to find the fault, and
proves nothing to third parties, since a server's answers are not signed. The
file holds what was received: pass it on only to who may read the volume.`;

/** Adds `pageseal evidence` to the program. */
export function addEvidence(program: Command, io: Io): void {
  const command = program
    .command('evidence')
    .summary('check evidence of equivocation, replay diagnostics')
    .description(DESCRIPTION)
    .argument('<file>', 'evidence or diagnostics');
  addTrustOptions(command)
    .option('--json', 'print one JSON object')
    .action((path: string, options: EvidenceOptions) => evidence(path, options, io));
  endHelp(command, 'pageseal evidence equivocation --key vkey', 'pageseal evidence failure');
}

async function evidence(path: string, options: EvidenceOptions, io: Io): Promise<void> {
  const bundle = readBundle(path);
  switch (bundle.kind) {
    case 'evidence':
      await checkEquivocation(bundle, options, io);
      break;
    case 'diagnostics':
      replay(bundle, options, io);
      break;
    case 'proof':
      throw new UsageError('it is a proof', { hint: 'verify it with pageseal check' });
  }
}

async function checkEquivocation(bundle: Bundle, options: EvidenceOptions, io: Io): Promise<void> {
  const { keys, threshold } = (await readRules(options, io)).trust(originIn(bundle));
  const found = verifyEvidence(bundle, keys, threshold);
  if (options.json === true) printJson(io, evidenceJson(found));
  else io.stdout.write(formatFields(evidenceFields(found)));
}

function evidenceFields({ origin, version, statements }: Evidence): readonly Field[] {
  return [
    ['proves', 'equivocation: two texts of one version are signed'],
    ['origin', origin],
    ['version', String(version)],
    ...statements.flatMap(statementFields),
  ];
}

function statementFields({
  statement,
  textHash,
  signers,
}: ContradictingStatement): readonly Field[] {
  return [
    ['text', toHex(textHash)],
    ['issued', formatTime(statement.issued)],
    ['signed by', signers.map(({ name }) => escapeName(name)).join(', ')],
  ];
}

function evidenceJson({
  origin,
  version,
  statements,
}: Evidence): Readonly<Record<string, unknown>> {
  return {
    kind: 'evidence',
    provesNothing: false,
    origin,
    version,
    statements: statements.map(({ statement, textHash, signers }) => ({
      textHash: toHex(textHash),
      issued: formatTime(statement.issued),
      signers: signers.map(({ name }) => name),
    })),
  };
}

/** @throws {Failure} If the check does not fail as the bundle says, once that is shown. */
function replay(bundle: Bundle, options: EvidenceOptions, io: Io): void {
  const replayed = replayDiagnostics(bundle);
  if (options.json === true) printJson(io, replayJson(replayed));
  else io.stdout.write(formatFields(replayFields(replayed)));
  const { error, isReproduced, diagnostics } = replayed;
  if (isReproduced) return;
  const found = error === undefined ? 'passes' : `fails with ${error.code}`;
  const what = `the check ${found}, the file says ${diagnostics.code}: it was changed, or is wrong`;
  throw new Failure(EXIT_INTEGRITY, what);
}

function replayFields({ diagnostics, error, isReproduced }: Replay): readonly Field[] {
  const { failure, code, message, url, trust } = diagnostics;
  const said =
    error === undefined ? 'the check passes' : `${escapeControls(error.message)} (${error.code})`;
  return [
    ['proves', NOTHING],
    ['server', escapeName(url)],
    ['origin', trust.origin],
    ['check', failure.check],
    ...(failure.check === 'answer' && failure.request
      ? [['request', requestText(failure.request.message)] as const]
      : []),
    ['reported', `${escapeName(message)} (${code})`],
    ['replayed', said],
    ['reproduced', isReproduced ? 'yes' : 'no'],
  ];
}

function replayJson({
  diagnostics,
  error,
  isReproduced,
}: Replay): Readonly<Record<string, unknown>> {
  const { failure, code, message, url, trust } = diagnostics;
  const request = failure.check === 'answer' ? failure.request : undefined;
  return {
    kind: 'diagnostics',
    provesNothing: true,
    url,
    origin: trust.origin,
    check: failure.check,
    request: request ? requestFields(request.message) : null,
    code,
    message,
    replayed: error === undefined ? null : { code: error.code, message: error.message },
    reproduced: isReproduced,
  };
}

function requestText(message: ClientMessage): string {
  const { type, ...fields } = requestFields(message);
  return [
    type,
    ...Object.entries(fields).map(([name, value]) => `${name}=${escapeName(String(value))}`),
  ].join(' ');
}

/** Names a request's fields; bytes are in hexadecimal. */
function requestFields(message: ClientMessage): Readonly<Record<string, string | number>> {
  const shown = Object.entries(message).map(([name, value]: [string, unknown]) => [
    name,
    value instanceof Uint8Array ? toHex(value) : value,
  ]);
  return Object.fromEntries(shown) as Record<string, string | number>;
}
