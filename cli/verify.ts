import type { Command } from 'commander';
import { acceptStatement, type Trust } from '../client/node/index.ts';
import { toHex } from '../common/bytes.ts';
import { IntegrityError } from '../common/errors.ts';
import { escapeName } from '../common/escape.ts';
import { type Statement, textHash } from '../common/statement.ts';
import { type LocalStore, readStatement } from '../server/index.ts';
import { EXIT_INTEGRITY } from './exit-status.ts';
import { Failure } from './failure.ts';
import { formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { openStore } from './open-store.ts';
import { parseVersionOption } from './parse-options.ts';
import { formatSize, startProgress } from './progress.ts';
import { addTrustOptions, type TrustOptions } from './reader-options.ts';
import { readRules } from './reader-rules.ts';
import { type Finding, StoreCheck } from './verify/check-store.ts';

interface VerifyOptions extends TrustOptions {
  readonly version?: number;
  readonly json?: true;
}

const DESCRIPTION = `Check a whole version of a store, without a server: the signatures of its
statement, every directory, every page of every file, and the trees beside them,
which are built again from the contents. Every path that is not as it was signed
is listed, with one of:

  contents changed     the bytes are not what was signed
  missing, unreadable  the file is gone, or can not be read
  tree damaged         the contents are right, the tree beside them is not
  path damaged         the file is right, but the store looks for it elsewhere
  digest damaged       the file is not found by its fs-verity digest
  directory malformed  signed, but not as a directory has to be
  not in the store, index damaged

What is below a directory that is listed is not checked.`;

/** Adds `pageseal verify` to the program. */
export function addVerify(program: Command, io: Io): void {
  const command = program
    .command('verify')
    .summary('check everything in a store')
    .description(DESCRIPTION)
    .argument('<store>', 'store');
  addTrustOptions(command)
    .option('--version <n>', 'version, if not the newest that is signed', parseVersionOption)
    .option('--json', 'print one JSON object per line')
    .action((path: string, options: VerifyOptions) => verify(path, options, io));
  endHelp(command, 'pageseal verify store/ --key vkey');
}

async function verify(path: string, options: VerifyOptions, io: Io): Promise<void> {
  const store = openStore(path, { trustSource: true }); // contents are judged here, not there
  try {
    const { origin } = store;
    const trust = (await readRules(options, io)).trust(origin);
    const note = noteOf(store, options.version);
    const statement = acceptLate(note, trust, store);
    const check = await checkContents(store, statement, options, io);
    printSummary(check, statement, options, io);
    if (check.findings > 0) throw damaged(check.findings);
    acceptStatement(note, trust, undefined, io.clock());
  } finally {
    store.close();
  }
}

function damaged(findings: number): Failure {
  const count = findings === 1 ? '1 path is' : `${findings} paths are`;
  const hint =
    'restore contents or seal them anew; what is damaged beside them, pageseal repair rebuilds';
  return new Failure(EXIT_INTEGRITY, `${count} not what was signed`, { hint });
}

function noteOf(store: LocalStore, version: number | undefined): Uint8Array {
  const note = version === undefined ? store.newest() : store.statement(version);
  if (note !== undefined && note.length > 0) return note;
  const which = version === undefined ? 'no signed statement' : `no signed version ${version}`;
  throw new IntegrityError('ERR_NOTE', `store has ${which}`);
}

/** Accepts a statement at whatever time: that is judged last, contents come first. */
function acceptLate(note: Uint8Array, rules: Trust, store: LocalStore): Statement {
  const trust = { ...rules, audit: new Set(['expires', 'not-yet-valid', 'max-age'] as const) };
  const { statement } = acceptStatement(note, trust, undefined, 0);
  const version = statement.version - 1;
  const before = version > 0 ? readStatement(store.path, version) : undefined;
  if (before !== undefined) {
    const remembered = { version, textHash: textHash(before.note.text), note };
    acceptStatement(note, trust, remembered, 0);
  }
  return statement;
}

async function checkContents(
  store: LocalStore,
  { type, descriptor, version }: Statement,
  options: VerifyOptions,
  io: Io,
): Promise<StoreCheck> {
  const progress = await startProgress(io, 'verifying');
  const check: StoreCheck = new StoreCheck(store, {
    version,
    signal: io.signal,
    onFinding: (finding) => printFinding(finding, options, io),
    onProgress: () => {
      const detail = `${check.files} files, ${formatSize(check.bytes)}`;
      progress.update(check.bytes, check.foundBytes, detail);
    },
  });
  try {
    await check.run({ type, descriptor, name: '', mode: 0 });
  } finally {
    progress.stop();
  }
  return check;
}

function printFinding({ path, fault, id }: Finding, { json }: VerifyOptions, io: Io): void {
  if (json === true) printJson(io, { path, fault, objectId: toHex(id) });
  else io.stdout.write(`${fault.padEnd(19)}  ${path === '' ? '/' : escapeName(path)}\n`);
}

function printSummary(
  check: StoreCheck,
  statement: Statement,
  options: VerifyOptions,
  io: Io,
): void {
  const { files, directories, symlinks, objects, bytes, findings } = check;
  const { origin, version } = statement;
  if (options.json === true) {
    printJson(io, { origin, version, files, directories, symlinks, objects, bytes, findings });
    return;
  }
  const entries = `files ${files}, directories ${directories}, symlinks ${symlinks}`;
  io.stdout.write(
    formatFields([
      [findings === 0 ? 'verified' : 'checked', `${origin} version ${version}`],
      ['holds', entries],
      ['hashed', `${objects} distinct objects, ${formatSize(bytes)}`],
    ]),
  );
}
