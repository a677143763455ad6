import type { Command } from 'commander';
import { addCacheCheck } from './cache/check.ts';
import { addCacheClear } from './cache/clear.ts';
import { addCachePrune } from './cache/prune.ts';
import { addCacheShow } from './cache/show.ts';
import { endHelp } from './help.ts';
import type { Io } from './io.ts';

const DESCRIPTION = `Look after the cache: the pages that cat, ls and stat keep with --cache, in
~/.cache/pageseal. All processes of a user share it, and need not be told when
it is changed or removed.

Nothing in it has to be trusted: every page is hashed again when it is read, and
compared with what is signed. What is damaged is fetched again. Files that are
read by a digest are not kept.`;

/** Adds `pageseal cache` to the program. */
export function addCache(program: Command, io: Io): void {
  const command = program
    .command('cache')
    .summary('look after what is kept of files')
    .description(DESCRIPTION)
    .usage('<command> [options]')
    .helpCommand(false);
  for (const add of [addCacheShow, addCacheCheck, addCachePrune, addCacheClear]) add(command, io);
  endHelp(
    command,
    'pageseal cat --cache wss://files.example.org/lab.example/docs notes.txt',
    'pageseal cache show',
  );
}
