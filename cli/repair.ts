import type { Command } from 'commander';
import { toHex } from '../common/bytes.ts';
import { escapeName } from '../common/escape.ts';
import { type Loss, type RepairedVersion, repair } from '../publisher/index.ts';
import { counted } from './counted.ts';
import { EXIT_FAILURE } from './exit-status.ts';
import { Failure } from './failure.ts';
import { formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { collect, parseVersionOption } from './parse-options.ts';
import { formatSize, startProgress } from './progress.ts';

interface RepairOptions {
  readonly version?: number;
  readonly exclude?: readonly string[];
  readonly json?: true;
}

const DESCRIPTION = `Rebuild what of a store is damaged or missing, bit for bit, from the data: trees
and directories from the files in place or from their copies, copies from the
files in place. All versions that are retained are repaired, each from the root
that its statement names. No key is needed, and no statement is written; whether
statements are signed, and contents in place are right, is for pageseal verify.

What can not be rebuilt is listed by path, with what is wrong with its data:

  changed     the file or directory is not what was sealed any more
  missing     it is gone
  unreadable  it can not be read

What is below a directory that is listed is lost with it.`;

/** Adds `pageseal repair` to the program. */
export function addRepair(program: Command, io: Io): void {
  const command = program
    .command('repair')
    .summary('rebuild what of a store is damaged, from the data')
    .description(DESCRIPTION)
    .argument('<store>', 'store')
    .option('--version <n>', 'only this version', parseVersionOption)
    .option('--exclude <pattern>', 'as it was sealed with; repeatable', collect)
    .option('--json', 'print one JSON object per line')
    .action((store: string, options: RepairOptions) => repairCommand(store, options, io));
  endHelp(command, 'pageseal repair store/');
}

async function repairCommand(store: string, options: RepairOptions, io: Io): Promise<void> {
  const { version, exclude = [] } = options;
  const progress = await startProgress(io, 'repairing');
  const repaired = await repair(store, {
    exclude,
    signal: io.signal,
    onLoss: (loss) => printLoss(loss, options, io),
    onVersion: (done) => printVersion(done, options, io),
    onProgress: (now) => {
      const detail = `version ${now.version}, ${formatSize(now.bytes)} read`;
      progress.update(now.objects, now.total, detail);
    },
    ...(version === undefined ? {} : { version }),
  }).finally(() => progress.stop());
  const losses = repaired.reduce((sum, one) => sum + one.losses, 0);
  if (losses === 0) return;
  const hint = 'restore the data from a copy, and repair again';
  throw new Failure(EXIT_FAILURE, `${counted(losses, 'path')} could not be rebuilt`, { hint });
}

function printLoss({ version, path, reason, id }: Loss, { json }: RepairOptions, io: Io): void {
  if (json === true) printJson(io, { version, path, reason, objectId: toHex(id) });
  else io.stdout.write(`${reason.padEnd(10)}  ${path === '' ? '/' : escapeName(path)}\n`);
}

function printVersion(done: RepairedVersion, { json }: RepairOptions, io: Io): void {
  const { version, objects, rebuilt, losses, replaced } = done;
  if (json === true) {
    printJson(io, { version, objects, rebuilt, losses, replaced });
    return;
  }
  const what = replaced
    ? `repaired, ${rebuilt} of ${objects} objects rebuilt`
    : `whole, ${objects} objects`;
  const lost = losses === 0 ? '' : `, ${counted(losses, 'path')} lost`;
  io.stdout.write(formatFields([[`version ${version}`, `${what}${lost}`]]));
}
