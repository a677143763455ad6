import type { Command } from 'commander';
import { cacheFolder, clearKept } from '../../client/node/index.ts';
import { endHelp } from '../help.ts';
import type { Io } from '../io.ts';
import { printRemoved } from './removed.ts';

interface ClearOptions {
  readonly json?: true;
}

const DESCRIPTION = `Remove everything that the cache keeps. Files in its folder that are not its own
stay.`;

/** Adds `pageseal cache clear`. */
export function addCacheClear(cache: Command, io: Io): void {
  const command = cache
    .command('clear')
    .summary('remove everything that is kept')
    .description(DESCRIPTION)
    .option('--json', 'print one JSON object')
    .action((options: ClearOptions) =>
      printRemoved(clearKept(cacheFolder(io.env)), 0, options, io),
    );
  endHelp(command, 'pageseal cache clear');
}
