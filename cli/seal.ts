import { type Command, Option } from 'commander';
import { toHex } from '../common/bytes.ts';
import { quote } from '../common/escape.ts';
import { type SealResult, seal } from '../publisher/seal.ts';
import {
  chooseSealOptions,
  type SealOptions as PublisherOptions,
} from '../publisher/seal-options.ts';
import type { SealProgress } from '../publisher/sealing.ts';
import { readConfig } from '../publisher/store-folder.ts';
import { wouldSeal } from '../publisher/would-seal.ts';
import { counted } from './counted.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import {
  collect,
  expiryAt,
  issuedAt,
  parseCount,
  parseOrigin,
  parsePageSize,
} from './parse-options.ts';
import { formatSize, startProgress } from './progress.ts';
import { reportHint } from './report.ts';
import { addSignerOptions, loadSigner, type Signer, type SignerOptions } from './signer.ts';
import { UsageError } from './usage-error.ts';

interface SealOptions extends SignerOptions {
  readonly origin?: string;
  readonly unsigned?: true;
  readonly profile: 'rfc9162-sha256' | 'fsverity-sha256';
  readonly pageSize: number;
  readonly mtime?: true;
  readonly exclude?: readonly string[];
  readonly skipSpecial?: true;
  readonly copy?: true;
  readonly rehash?: true;
  readonly workers?: number;
  readonly issued?: string;
  readonly expires?: string;
  readonly json?: true;
}

const DESCRIPTION = `Seal a directory or a file as the next version of a store: build its trees, and
sign a statement that names them. STORE is made if it does not exist. The
statement appears when everything it names is on the disk, or not at all.

Nothing in SOURCE is changed, and nothing is copied unless --copy says so: then
the store keeps the contents of this version and of all that follow, by reflink
where the file system can, and old versions stay readable.

A file is read again if its size, times or inode are not those of the version
before, or if it had changed less than 3 s before it was read. Where that is not
enough, as on file systems that keep no change times, or for files that programs
write through a memory map, --rehash reads all.

A file that changes while it is read is an error. A directory that others write
to is not sealed as of one moment, though: seal a file system snapshot of it.

Several threads hash large files: as many as there are cores, at most 4, unless
--workers says otherwise. The statement does not depend on it.

The same tree, options, version and time give the same statement everywhere. The
time is --issued, else SOURCE_DATE_EPOCH, else now.`;

/** Adds `pageseal seal` to the program. */
export function addSeal(program: Command, io: Io): void {
  const command = program
    .command('seal')
    .summary('seal a directory or a file as the next version of a store')
    .description(DESCRIPTION)
    .argument('<source>', 'directory or file to seal')
    .argument('<store>', 'store to add the version to')
    .option('-o, --origin <origin>', 'name the statement speaks for; needed once', parseOrigin);
  addSignerOptions(command)
    .addOption(
      new Option('--unsigned', 'leave signing to pageseal sign').conflicts(['key', 'command']),
    )
    .addOption(
      new Option('--profile <profile>', 'tree profile of files')
        .choices(['rfc9162-sha256', 'fsverity-sha256'])
        .default('rfc9162-sha256'),
    )
    .addOption(
      new Option('--page-size <size>', 'page size of files: 1K to 1M')
        .argParser(parsePageSize)
        .default(4096, '4K'),
    )
    .option('--mtime', 'record modification times')
    .option('--exclude <pattern>', 'leave out, as in .gitignore; repeatable', collect)
    .option('--skip-special', 'leave out devices, pipes and sockets')
    .option('--copy', 'keep contents in the store, from this version on')
    .option('--rehash', 'read all files, not only those that changed')
    .option('--workers <n>', 'threads that hash large files: 1 to 6', parseCount)
    .option('--issued <time>', 'as in 2026-11-21T10:00:00Z')
    .option('--expires <when>', 'a time, or 12h, 30d, 8w after it is issued')
    .option('--json', 'print one JSON object')
    .action((source: string, store: string, options: SealOptions) =>
      sealCommand(source, store, options, io),
    );
  endHelp(command, 'pageseal seal docs/ store/ --origin lab.example/docs --key key.pem');
}

async function sealCommand(
  source: string,
  store: string,
  options: SealOptions,
  io: Io,
): Promise<void> {
  const origin = options.origin ?? readConfig(store)?.origin;
  if (origin === undefined) throw new UsageError('--origin is needed: the store is new');
  const signer = await signerOf(source, origin, options, io);
  const issued = issuedAt(options.issued, io);
  const expires = options.expires === undefined ? undefined : expiryAt(options.expires, issued);
  const chosen = checked({
    issued,
    signal: io.signal,
    profile: options.profile,
    pageSize: options.pageSize,
    exclude: options.exclude ?? [],
    mtime: options.mtime === true,
    skipSpecial: options.skipSpecial === true,
    copy: options.copy === true,
    rehash: options.rehash === true,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(options.origin === undefined ? {} : { origin: options.origin }),
    ...(expires === undefined ? {} : { expires }),
    ...signer,
  });
  const progress = await startProgress(io, 'sealing');
  const onProgress = (now: SealProgress) => progress.update(...measure(now));
  const sealed = seal(source, store, { ...chosen, onProgress });
  const result = await sealed.finally(() => progress.stop());
  print(result, store, options, io);
  tellEscaping(result, io);
}

/** Turns a wrong value of an option into a usage error. */
function checked(options: PublisherOptions): PublisherOptions {
  try {
    return chooseSealOptions(options);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

async function signerOf(
  source: string,
  origin: string,
  options: SealOptions,
  io: Io,
): Promise<Signer | undefined> {
  const { key } = options;
  if (key !== undefined && options.command !== undefined) {
    throw new UsageError('one of --key and --command signs; pageseal sign adds the other');
  }
  if (key !== undefined && (await wouldSeal(source, key, options.exclude))) {
    throw new UsageError(`private key ${quote(key)} is in the source, and would be published`);
  }
  const signer = await loadSigner(options, origin, io);
  if (signer !== undefined || options.unsigned === true) return signer;
  throw new UsageError('--key FILE is needed to sign, or --command CMD, or --unsigned');
}

/** A large file fills the bar by itself; otherwise entries do. */
function measure(now: SealProgress): [done: number, total: number, detail: string] {
  const sealed = now.files + now.directories + now.symlinks;
  const part = now.currentSize === 0 ? 0 : now.currentBytes / now.currentSize;
  const done = sealed + (now.currentBytes < now.currentSize ? part : 0);
  return [done, now.found + 1, `${now.files} files, ${formatSize(now.bytes)}`];
}

/** Tells of symlinks that are sealed as they are, and that readers will ask about. */
function tellEscaping({ escapingSymlinks: count, firstEscaping: first }: SealResult, io: Io): void {
  if (first === undefined) return;
  const which = `${counted(count, 'symlink')} that can lead out of the tree, such as ${quote(first)}`;
  reportHint(io, `readers refuse ${which}, unless they ask for --symlinks verbatim`);
}

function print(result: SealResult, store: string, options: SealOptions, io: Io): void {
  const { statement, note, objectId, ...counts } = result;
  const { origin, version, type, descriptor } = statement;
  const { files, filesRead, directories, symlinks, bytes } = counts;
  const filesKept = files - filesRead;
  const signed = note.signatures.length > 0;
  if (options.json === true) {
    const root = toHex(descriptor.root);
    printJson(io, { origin, version, signed, type, objectId, root, ...counts, filesKept, store });
    return;
  }
  const lines = [
    `sealed ${origin} version ${version}${signed ? '' : ', unsigned'}`,
    `object ${objectId}`,
    `holds  files ${files}, directories ${directories}, symlinks ${symlinks}, ${formatSize(bytes)}`,
    `files  read ${filesRead}, kept ${filesKept}`,
    `store  ${quote(store)}`,
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
}
