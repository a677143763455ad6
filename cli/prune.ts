import type { Command } from 'commander';
import { type PruneResult, prune } from '../publisher/index.ts';
import { formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { wholeNumber } from './parse-options.ts';
import { formatSize, startProgress } from './progress.ts';

interface PruneOptions {
  readonly keep: number;
  readonly json?: true;
}

const KEEP = wholeNumber(1, Number.MAX_SAFE_INTEGER);
/** Versions that are listed one by one. */
const MAX_LISTED = 12;

const DESCRIPTION = `Remove what only old versions need: their trees, directories and copies. The N
newest versions stay readable, and so does the newest that is signed. Statements
all stay: readers follow them from version to version.

A server that serves the store goes on. Whoever reads a version that is gone is
told so.`;

/** Adds `pageseal prune` to the program. */
export function addPrune(program: Command, io: Io): void {
  const command = program
    .command('prune')
    .summary('remove the objects of old versions')
    .description(DESCRIPTION)
    .argument('<store>', 'store')
    .requiredOption('--keep <n>', 'versions that stay readable; needed', KEEP)
    .option('--json', 'print one JSON object')
    .action((store: string, options: PruneOptions) => pruneCommand(store, options, io));
  endHelp(command, 'pageseal prune store/ --keep 3');
}

async function pruneCommand(store: string, { keep, json }: PruneOptions, io: Io): Promise<void> {
  const progress = await startProgress(io, 'pruning');
  const onProgress = (records: number, total: number) =>
    progress.update(records, total, `${records} objects`);
  const pruned = prune(store, { keep, signal: io.signal, onProgress });
  const result = await pruned.finally(() => progress.stop());
  if (json === true) printJson(io, { ...result, store });
  else print(result, io);
}

function print({ kept, removed, bytesFreed, ...packs }: PruneResult, io: Io): void {
  const { packsRemoved, packsCompacted } = packs;
  io.stdout.write(
    formatFields([
      ['kept', versions(kept)],
      ['removed', versions(removed)],
      ['packs', `${packsRemoved} removed, ${packsCompacted} compacted`],
      ['freed', formatSize(bytesFreed)],
    ]),
  );
}

function versions(numbers: readonly number[]): string {
  if (numbers.length === 0) return 'no version';
  if (numbers.length > MAX_LISTED) return `${numbers.length} versions`;
  return `${numbers.length === 1 ? 'version' : 'versions'} ${numbers.join(', ')}`;
}
