import { lstatSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Anchor, ObjectSource, RemoteFile, Volume } from '../client/node/index.ts';
import { PathError, StaleError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { type AnchorOptions, addAnchorOptions, anchorFor, openSource } from './anchor-options.ts';
import { printFile } from './cat.ts';
import type { Attributes } from './copy/attributes.ts';
import { copyFile } from './copy/copy-file.ts';
import { CopyReport } from './copy/copy-report.ts';
import { copyTree } from './copy/copy-tree.ts';
import { counted } from './counted.ts';
import { EXIT_DONE, EXIT_FAILURE } from './exit-status.ts';
import { Failure } from './failure.ts';
import { formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { baseName } from './ls.ts';
import { openVolume } from './open-volume.ts';
import { formatSize } from './progress.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';
import { readRules } from './reader-rules.ts';
import { UsageError } from './usage-error.ts';
import { addWaitOption, readWaiting, type WaitOptions } from './wait-option.ts';

interface GetOptions extends ReaderOptions, AnchorOptions, WaitOptions {
  readonly output?: string;
  readonly recursive?: true;
}

/** Permission bits of a file of which only the digest is known. */
const DEFAULT_MODE = 0o644;

const DESCRIPTION = `Copy a file out of a volume, or with -r a directory and everything below it.

A file is replaced when every byte of it is verified, never before and never in
part. What is there already, from an older version or an interrupted run, is
hashed, and not fetched again where it is right. Modes, symlinks and recorded
modification times are restored. Nothing is written outside the target, and no
symlink in it is followed; local files that the volume does not have stay.

Without -o, the copy gets the name it has in the volume, in the current
directory. With -r, OUTPUT is a directory that gets what is in PATH, as rsync
does with PATH/; it is made if need be. What can not be copied is reported, and
the rest is copied. An interrupted run leaves files .NAME.*.pageseal-part, which
the next one uses; they may be deleted.

If the file changed under the server, the next version is waited for, and copied
instead. With -r all that is copied is of one version: what the server no longer
has of it is reported, and the next run takes it from a newer one.

With --object or --fsverity, the file is the one that has this digest, from any
server and without a key, as with pageseal cat. -o is needed then, and the mode
is 0644 without what the umask takes away.`;

/** Adds `pageseal get` to the program. */
export function addGet(program: Command, io: Io): void {
  const command = program
    .command('get')
    .summary('copy a file or a directory')
    .description(DESCRIPTION)
    .argument('<url>', 'ws://HOST:PORT/ORIGIN or wss://HOST/ORIGIN')
    .argument('[path]', 'in the volume; none for all of it')
    .option('-r, --recursive', 'copy a directory and everything below it')
    .option('-o, --output <output>', 'file or directory to copy to; - is stdout');
  addAnchorOptions(addWaitOption(addReaderOptions(command)))
    .addOption(
      new Option('--symlinks <which>', 'those that stay inside the volume, or all as they are')
        .choices(['contained', 'verbatim'])
        .default('contained'),
    )
    .option('--json', 'print one JSON object')
    .action((url: string, path: string | undefined, options: GetOptions) =>
      get(url, path ?? '', options, io),
    );
  endHelp(
    command,
    'pageseal get wss://files.example.org/lab.example/docs a.img --key vkey',
    'pageseal get -r wss://files.example.org/lab.example/docs -o docs/ --key vkey',
  );
}

async function get(url: string, path: string, options: GetOptions, io: Io): Promise<void> {
  if (options.output === '-' && options.recursive === true) {
    throw new UsageError('a directory can not be copied to stdout');
  }
  const rules = await readRules(options, io);
  const anchor = anchorFor(url, path, options, rules);
  if (anchor !== undefined) {
    await using source = await openSource(url, options, io, rules);
    await getAnchored(source, anchor, path, options, io);
    return;
  }
  await using volume = await openVolume(url, options, io, rules, { firstPath: path });
  if (options.output === '-') {
    const print = async (current: Volume) =>
      printFile(await current.open(path, { signal: io.signal }), undefined, io);
    await readWaiting(volume, print, options, io);
    return;
  }
  const report = await CopyReport.start(io);
  const target = options.output ?? nameOf(volume, path);
  try {
    if (options.recursive === true) await getTree(volume, path, target, report, io);
    else {
      const copy = (current: Volume) => getFile(current, path, target, report, io);
      await readWaiting(volume, copy, options, io);
    }
  } finally {
    report.stop();
  }
  printSummary(report, target, options, io);
  if (report.worstStatus === EXIT_DONE) return;
  const count = counted(report.failures, 'entry', 'entries');
  throw new Failure(report.worstStatus, `${count} could not be copied`);
}

async function getTree(
  volume: Volume,
  path: string,
  target: string,
  report: CopyReport,
  io: Io,
): Promise<void> {
  const from = await volume.resolve(path, { signal: io.signal });
  if (from.entry.type !== 'directory') {
    throw new PathError('ERR_NOT_DIRECTORY', `${quote(path)} is no directory`);
  }
  await copyTree(volume, from, target, report, io.signal);
}

async function getAnchored(
  source: ObjectSource,
  anchor: Anchor,
  path: string,
  options: GetOptions,
  io: Io,
): Promise<void> {
  if (options.recursive === true) throw new UsageError('a digest names one file, and no tree');
  const target = anchoredTarget(path, options.output);
  const file = await source.open(anchor, { signal: io.signal });
  if (target === '-') {
    await printFile(file, undefined, io);
    return;
  }
  const report = await CopyReport.start(io);
  try {
    const mode = DEFAULT_MODE & ~process.umask();
    await copyReported(file, target, { mode }, report, io);
  } finally {
    report.stop();
  }
  printSummary(report, target, options, io);
}

/** Returns where a file goes that is known by a digest, and by a path only if its path is pinned. */
function anchoredTarget(path: string, output: string | undefined): string {
  const name = basename(path);
  if (output !== undefined && !isFolder(output)) return output;
  if (name !== '' && name !== '.') return join(output ?? '', name);
  throw new UsageError('-o FILE is needed: a digest gives the copy no name');
}

async function getFile(
  volume: Volume,
  path: string,
  output: string,
  report: CopyReport,
  io: Io,
): Promise<void> {
  const { entry } = await volume.resolve(path, { signal: io.signal });
  const file = volume.file(entry, path);
  const target = isFolder(output) ? join(output, nameOf(volume, path)) : output;
  report.restart();
  try {
    await copyReported(file, target, entry, report, io);
  } catch (error) {
    // nobody has seen a part file: the copy may start again at the next version
    throw error instanceof StaleError ? error.cause : error;
  }
}

async function copyReported(
  file: RemoteFile,
  target: string,
  attributes: Attributes,
  report: CopyReport,
  io: Io,
): Promise<void> {
  checkSpecial(target);
  report.found(file.size);
  await copyFile(file, target, { attributes, signal: io.signal, onRun: report.onRun });
  report.files += 1;
}

/** Returns what a copy is called: as in the volume, or as the volume. */
function nameOf(volume: Volume, path: string): string {
  const name = basename(path);
  return name === '' || name === '.' || name === '..' ? baseName(volume.statement.origin) : name;
}

function isFolder(path: string): boolean {
  return path.endsWith('/') || (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

/** Protects `/dev/stdout` and its like, symlinks that a rename would replace. */
function checkSpecial(path: string): void {
  const isSymlink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  const stats = isSymlink ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (stats === undefined || stats.isFile()) return;
  const hint = 'standard output is -';
  throw new Failure(EXIT_FAILURE, `${quote(path)} leads to a special file`, { hint });
}

function printSummary(report: CopyReport, target: string, options: GetOptions, io: Io): void {
  const { files, directories, symlinks, bytes, fetchedBytes, failures } = report;
  const keptBytes = bytes - fetchedBytes;
  if (options.json === true) {
    const sizes = { bytes, fetchedBytes, keptBytes };
    printJson(io, { files, directories, symlinks, ...sizes, failures, target });
    return;
  }
  io.stdout.write(
    formatFields([
      ['copied', `files ${files}, directories ${directories}, symlinks ${symlinks}`],
      [
        'bytes',
        `${formatSize(bytes)}: fetched ${formatSize(fetchedBytes)}, kept ${formatSize(keptBytes)}`,
      ],
      ['target', quote(target)],
    ]),
  );
}
