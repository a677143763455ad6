import type { Command } from 'commander';
import type { Change, Volume } from '../client/node/index.ts';
import { escapeName } from '../common/escape.ts';
import { parseVersion } from '../common/statement.ts';
import { changedFields } from './changed-fields.ts';
import { entryJson } from './entry-format.ts';
import { EXIT_FAILURE } from './exit-status.ts';
import { Failure } from './failure.ts';
import { endHelp } from './help.ts';
import type { Io } from './io.ts';
import { openVolume } from './open-volume.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';
import { UsageError } from './usage-error.ts';
import { writePieces } from './write-output.ts';

const DESCRIPTION = `List what is not the same in two versions of a volume that the server still has,
in the order of the paths. Both versions are verified, and only what differs is
looked into, page by page. One line tells one change:

  A PATH                      added
  D PATH                      removed
  T PATH OLD -> NEW           another type
  M PATH WHAT OLD -> NEW      another size, mode, mtime, target of a symlink,
                              or tree: profile and page size
  M PATH pages 3-5,9          pages of the file in V2 that are not those in V1;
                              all of them if profile or page size differ

Control characters and backslashes in names are escaped. With --json, names are
exact, and one object tells all of one path.`;

/** Adds `pageseal diff` to the program. */
export function addDiff(program: Command, io: Io): void {
  const command = program
    .command('diff')
    .summary('list what changed between two versions')
    .description(DESCRIPTION)
    .argument('<url>', 'ws://HOST:PORT/ORIGIN or wss://HOST/ORIGIN')
    .argument('<v1>', 'the version that is compared with')
    .argument('<v2>', 'the version that is looked at')
    .argument('[path]', 'in the volume; none for all of it');
  addReaderOptions(command)
    .option('--json', 'print one JSON object per line')
    .action((url: string, v1: string, v2: string, path: string | undefined, options) =>
      diff(url, [v1, v2], path ?? '', options as ReaderOptions, io),
    );
  endHelp(command, 'pageseal diff wss://files.example.org/lab.example/docs 41 42 --key vkey');
}

async function diff(
  url: string,
  [v1, v2]: readonly [string, string],
  path: string,
  options: ReaderOptions,
  io: Io,
): Promise<void> {
  const [before, after] = [versionOf(v1), versionOf(v2)];
  await using newest = await openVolume(url, options, io);
  const older = await openVersion(newest, before, io.signal);
  const newer = await openVersion(newest, after, io.signal);
  const changes = newer.diff(older, path, { signal: io.signal });
  await writePieces(io, piecesOf(changes, options.json === true ? jsonOf : linesOf));
}

type Format = (change: Change) => AsyncGenerator<string, void, undefined>;

async function* piecesOf(
  changes: AsyncIterable<Change>,
  format: Format,
): AsyncGenerator<string, void, undefined> {
  for await (const change of changes) yield* format(change);
}

function versionOf(text: string): number {
  const version = parseVersion(text);
  if (version === undefined) throw new UsageError(`${JSON.stringify(text)} is no version`);
  return version;
}

function openVersion(newest: Volume, version: number, signal: AbortSignal): Promise<Volume> {
  const own = newest.statement.version;
  if (version <= own) return newest.at(version, { signal });
  throw new Failure(EXIT_FAILURE, `the newest version is ${own}, want ${version}`);
}

async function* linesOf(change: Change): AsyncGenerator<string, void, undefined> {
  const { old, next } = change;
  const path = change.path === '' ? '/' : escapeName(change.path);
  if (old === undefined || next === undefined) {
    yield `${old === undefined ? 'A' : 'D'} ${path}\n`;
    return;
  }
  for (const { what, before, after } of changedFields(old, next)) {
    const kind = what === 'type' ? 'T' : 'M';
    const field = what === 'type' ? '' : `${what} `;
    yield `${kind} ${path} ${field}${escapeName(before)} -> ${escapeName(after)}\n`;
  }
  yield* pagesOf(change, path);
}

/** Writes the line of the changed pages, piece by piece; nothing if there are none. */
async function* pagesOf(change: Change, path: string): AsyncGenerator<string, void, undefined> {
  let before = `M ${path} pages `;
  let after = '';
  for await (const { start, end } of change.pages()) {
    yield before + (end === start + 1 ? `${start}` : `${start}-${end - 1}`);
    before = ',';
    after = '\n';
  }
  yield after;
}

async function* jsonOf(change: Change): AsyncGenerator<string, void, undefined> {
  const { path, old, next } = change;
  const type = old === undefined ? 'added' : next === undefined ? 'removed' : 'changed';
  const entries = {
    ...(old && { old: entryJson(path, old) }),
    ...(next && { new: entryJson(path, next) }),
  };
  const fields = old && next ? { fields: changedFields(old, next).map(({ what }) => what) } : {};
  const head = JSON.stringify({ path, change: type, ...fields, ...entries });
  if (old?.type !== 'file' || next?.type !== 'file') {
    yield `${head}\n`;
    return;
  }
  yield `${head.slice(0, -1)},"pages":[`;
  let comma = '';
  for await (const { start, end } of change.pages()) {
    yield `${comma}[${start},${end - 1}]`;
    comma = ',';
  }
  yield ']}\n';
}
