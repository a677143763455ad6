import { statSync } from 'node:fs';
import type { Command } from 'commander';
import type { Anchor } from '../client/node/index.ts';
import { encodeDescriptor, objectId } from '../common/descriptor.ts';
import { PathError, StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { MAX_NOTE_LENGTH, MAX_PAGE_COUNT } from '../common/limits.ts';
import { parseNoteOrText } from '../common/note.ts';
import { parseStatement } from '../common/statement.ts';
import { readBounded } from '../publisher/read-bounded.ts';
import { type LocalStore, listVersions, readStatement } from '../server/index.ts';
import { openSource } from './anchor-options.ts';
import { EXIT_INTEGRITY } from './exit-status.ts';
import { Failure } from './failure.ts';
import { type Field, formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { findStored, storedById } from './inspect/find-stored.ts';
import {
  type InspectedObject,
  objectFields,
  objectJson,
  remoteObject,
  reportObject,
  storedObject,
} from './inspect/inspected-object.ts';
import {
  reportStatement,
  type StatementReport,
  statementFields,
  statementJson,
} from './inspect/statement-report.ts';
import { storeFields, storeJson } from './inspect/store-report.ts';
import { type Io, printJson } from './io.ts';
import { openStore } from './open-store.ts';
import { askedOrigin, openVolume } from './open-volume.ts';
import { parseObjectId, parseVersionOption, wholeNumber } from './parse-options.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';
import { type ReaderRules, readRules } from './reader-rules.ts';
import { UsageError } from './usage-error.ts';

interface InspectOptions extends ReaderOptions {
  readonly object?: Uint8Array;
  readonly page?: number;
  readonly version?: number;
}

const DESCRIPTION = `Show a statement, a store, an object, or how one page leads to its root.

TARGET is a file that holds a statement, a store, or the URL of a server. What
is shown of a server was verified, by --key or the policy, or against the id
that --object gives. What is shown of a file or a store was not: --key or
--policy adds a verdict on each signature and on the statement.

A PATH, or an object's id, shows that object; . is the root of the volume. With
--page N, the proof of that page is shown: its leaf hash, and level by level the
siblings and the node they lead to. A node is LEVEL,INDEX.`;

/** Adds `pageseal inspect` to the program. */
export function addInspect(program: Command, io: Io): void {
  const command = program
    .command('inspect')
    .summary('show a statement, a store, an object or a proof')
    .description(DESCRIPTION)
    .argument('<target>', 'file that holds a statement, store, or ws:// or wss:// URL')
    .argument('[path]', 'file or directory in the volume')
    .option('--object <id>', 'object by its id, 64 hexadecimal digits', parseObjectId)
    .option('--page <n>', 'prove this page; the first is 0', wholeNumber(0, MAX_PAGE_COUNT - 1))
    .option('--version <n>', 'version of a store, if not the newest', parseVersionOption);
  addReaderOptions(command)
    .option('--json', 'print one JSON object')
    .action((target: string, path: string | undefined, options: InspectOptions) =>
      inspect(target, path, options, io),
    );
  endHelp(command, 'pageseal inspect store/', 'pageseal inspect store/ a.img --page 3 --json');
}

async function inspect(
  target: string,
  path: string | undefined,
  options: InspectOptions,
  io: Io,
): Promise<void> {
  if (path !== undefined && options.object !== undefined) {
    throw new UsageError('PATH and --object name one object each; give one of them');
  }
  const isObject = [path, options.object, options.page].some((asked) => asked !== undefined);
  if (/^[a-z]+:\/\//i.test(target)) {
    if (isObject) await inspectRemoteObject(target, path ?? '', options, io);
    else await inspectRemoteStatement(target, options, io);
  } else if (statSync(target).isDirectory()) {
    const store = openStore(target, { trustSource: true });
    try {
      if (isObject) await inspectStoredObject(store, path ?? '', options, io);
      else inspectStore(store, await judgesOf(options, io), options, io);
    } finally {
      store.close();
    }
  } else if (isObject) {
    throw new UsageError(`${quote(target)} is a file: objects are in stores and on servers`);
  } else {
    const rules = await judgesOf(options, io);
    const note = readBounded(target, MAX_NOTE_LENGTH + 1); // one more, which is refused
    printStatement(judged(note, undefined, rules, options, io), {}, [], options, io);
  }
}

async function inspectRemoteStatement(url: string, options: InspectOptions, io: Io): Promise<void> {
  const origin = askedOrigin(url, options.origin);
  const rules = await readRules(options, io);
  await using volume = await openVolume(url, options, io, rules);
  printStatement(judged(volume.note, origin, rules, options, io), {}, [], options, io);
}

async function inspectRemoteObject(
  url: string,
  path: string,
  options: InspectOptions,
  io: Io,
): Promise<void> {
  const rules = await readRules(options, io);
  const anchor = await anchorAt(url, path, options, rules, io);
  await using source = await openSource(url, options, io, rules);
  const file = await source.open(anchor, { signal: io.signal });
  await printObject(remoteObject(file.object, io.signal), options, io);
}

async function anchorAt(
  url: string,
  path: string,
  options: InspectOptions,
  rules: ReaderRules,
  io: Io,
): Promise<Anchor> {
  if (options.object !== undefined) return { object: options.object };
  const pin = rules.pin(askedOrigin(url, options.origin), path);
  if (pin !== undefined) return pin;
  await using volume = await openVolume(url, options, io, rules, { firstPath: path });
  const { entry } = await volume.resolve(path, { signal: io.signal });
  if (entry.type !== 'symlink') return { object: objectId(encodeDescriptor(entry.descriptor)) };
  throw new PathError('ERR_NOT_FILE', `${quote(path)} is a symlink, which is no object`);
}

async function inspectStoredObject(
  store: LocalStore,
  path: string,
  options: InspectOptions,
  io: Io,
): Promise<void> {
  const statement = () => parseStatement(parseNoteOrText(noteOf(store, options.version)).text);
  const object =
    options.object === undefined
      ? await findStored(store, statement(), path)
      : storedById(store, options.object);
  await printObject(storedObject(object), options, io);
}

function inspectStore(
  store: LocalStore,
  rules: ReaderRules | undefined,
  options: InspectOptions,
  io: Io,
): void {
  const report = judged(noteOf(store, options.version), store.origin, rules, options, io);
  const fields: readonly Field[] = [...storeFields(store), ['', '']];
  printStatement(report, { store: storeJson(store) }, fields, options, io);
}

/** Returns the bytes of a version's statement, signed or not. */
function noteOf(store: LocalStore, asked: number | undefined): Uint8Array {
  const version = asked ?? listVersions(store.path)[0];
  const found = version === undefined ? undefined : readStatement(store.path, version);
  if (found !== undefined) return found.bytes;
  const which = version === undefined ? 'no statement' : `no version ${version}`;
  throw new StoreError('ERR_STORE', `store has ${which}`);
}

/** Reads the rules by which what is local is judged, if that was asked for. */
async function judgesOf(options: InspectOptions, io: Io): Promise<ReaderRules | undefined> {
  const asked = options.key !== undefined || options.policy !== undefined;
  return asked ? await readRules(options, io) : undefined;
}

function judged(
  bytes: Uint8Array,
  origin: string | undefined,
  rules: ReaderRules | undefined,
  options: InspectOptions,
  io: Io,
): StatementReport {
  const note = parseNoteOrText(bytes);
  const statement = parseStatement(note.text);
  const asked = options.origin ?? origin ?? statement.origin;
  const judges = rules && { ...rules.trust(asked), now: io.clock() };
  return reportStatement(bytes, note, statement, judges);
}

/** @throws What the statement is refused for, once it is shown. */
function printStatement(
  report: StatementReport,
  json: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
  options: InspectOptions,
  io: Io,
): void {
  if (options.json === true) printJson(io, { ...json, ...statementJson(report) });
  else io.stdout.write(formatFields([...fields, ...statementFields(report)]));
  if (report.error !== undefined) throw report.error;
}

/** @throws {Failure} If the proof does not hold, once it is shown. */
async function printObject(
  object: InspectedObject,
  options: InspectOptions,
  io: Io,
): Promise<void> {
  const report = await reportObject(object, options.page);
  if (options.json === true) printJson(io, objectJson(report));
  else io.stdout.write(formatFields(objectFields(report)));
  if (report.proof?.holds === false) {
    throw new Failure(EXIT_INTEGRITY, `page ${report.proof.page} does not lead to the root`);
  }
}
