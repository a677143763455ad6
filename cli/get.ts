import { lstatSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Volume } from '../client/node/index.ts';
import { PathError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { printFile } from './cat.ts';
import { copyFile } from './copy/copy-file.ts';
import { CopyReport } from './copy/copy-report.ts';
import { copyTree } from './copy/copy-tree.ts';
import { EXIT_DONE, EXIT_FAILURE } from './exit-status.ts';
import { Failure } from './failure.ts';
import { formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { baseName } from './ls.ts';
import { openVolume } from './open-volume.ts';
import { formatSize } from './progress.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';
import { UsageError } from './usage-error.ts';

interface GetOptions extends ReaderOptions {
  readonly output?: string;
  readonly recursive?: true;
}

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
the next one uses; they may be deleted.`;

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
  addReaderOptions(command)
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
    'pageseal get wss://files.example.org/lab.example/nm a.img --key pub.pem',
    'pageseal get -r wss://files.example.org/lab.example/nm -o nm/ --key pub.pem',
  );
}

async function get(url: string, path: string, options: GetOptions, io: Io): Promise<void> {
  if (options.output === '-' && options.recursive === true) {
    throw new UsageError('a directory can not be copied to stdout');
  }
  await using volume = await openVolume(url, options, io);
  if (options.output === '-') {
    await printFile(await volume.open(path, { signal: io.signal }), undefined, io);
    return;
  }
  const report = await CopyReport.start(io);
  const target = options.output ?? nameOf(volume, path);
  try {
    if (options.recursive === true) await getTree(volume, path, target, report, io);
    else await getFile(volume, path, target, report, io);
  } finally {
    report.stop();
  }
  printSummary(report, target, options, io);
  if (report.worstStatus === EXIT_DONE) return;
  const count = report.failures === 1 ? '1 entry' : `${report.failures} entries`;
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

async function getFile(
  volume: Volume,
  path: string,
  output: string,
  report: CopyReport,
  io: Io,
): Promise<void> {
  const { entry } = await volume.resolve(path, { signal: io.signal });
  const file = volume.file(entry, path);
  const isFolder = output.endsWith('/') || isDirectory(output);
  const target = isFolder ? join(output, nameOf(volume, path)) : output;
  checkSpecial(target);
  report.found(file.size);
  await copyFile(file, target, { attributes: entry, signal: io.signal, onRun: report.onRun });
  report.files += 1;
}

/** Returns what a copy is called: as in the volume, or as the volume. */
function nameOf(volume: Volume, path: string): string {
  const name = basename(path);
  return name === '' || name === '.' || name === '..' ? baseName(volume.statement.origin) : name;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
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
