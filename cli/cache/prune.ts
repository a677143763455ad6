import type { Command } from 'commander';
import { cacheFolder, pruneKept } from '../../client/node/index.ts';
import { parseCacheSize } from '../cache-option.ts';
import { endHelp } from '../help.ts';
import type { Io } from '../io.ts';
import { printRemoved } from './removed.ts';

interface PruneOptions {
  readonly size: number;
  readonly json?: true;
}

const DESCRIPTION = `Remove what was not used for longest, until the rest takes at most SIZE bytes on
the disk. Whoever is reading it reads on.`;

/** Adds `pageseal cache prune`. */
export function addCachePrune(cache: Command, io: Io): void {
  const command = cache
    .command('prune')
    .summary('make the cache smaller')
    .description(DESCRIPTION)
    .requiredOption('--size <size>', 'bytes that may stay, with K, M, G or T', parseCacheSize)
    .option('--json', 'print one JSON object')
    .action((options: PruneOptions) => {
      const { removed, left } = pruneKept(cacheFolder(io.env), options.size);
      printRemoved(removed, left, options, io);
    });
  endHelp(command, 'pageseal cache prune --size 512M');
}
