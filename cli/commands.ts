import type { Command } from 'commander';
import type { Io } from './io.ts';

/** Adds one command to the program. */
export type AddCommand = (program: Command, io: Io) => void;

/**
 * Every command, in the order in which `--help` lists them.
 *
 * Each is loaded when it is asked for: all together take longer to load than most take to run.
 *
 * To add one: write `cli/NAME.ts` that exports `addName(program, io)`, which calls
 * `program.command('NAME')` (never `addCommand()`: only the former inherits the program's settings),
 * ends its help with `endHelp()`, has `--json`, and returns from its action when everything is done
 * and verified; it throws otherwise, and `exit-status.ts` maps what it throws. Then list it here.
 */
export const COMMANDS: ReadonlyMap<string, () => Promise<AddCommand>> = new Map([
  ['keygen', async () => (await import('./keygen.ts')).addKeygen],
  ['seal', async () => (await import('./seal.ts')).addSeal],
  ['sign', async () => (await import('./sign.ts')).addSign],
  ['strip', async () => (await import('./strip.ts')).addStrip],
  ['prune', async () => (await import('./prune.ts')).addPrune],
  ['repair', async () => (await import('./repair.ts')).addRepair],
  ['serve', async () => (await import('./serve.ts')).addServe],
  ['trust', async () => (await import('./trust.ts')).addTrust],
  ['verify', async () => (await import('./verify.ts')).addVerify],
  ['ls', async () => (await import('./ls.ts')).addLs],
  ['stat', async () => (await import('./stat.ts')).addStat],
  ['cat', async () => (await import('./cat.ts')).addCat],
  ['get', async () => (await import('./get.ts')).addGet],
  ['cache', async () => (await import('./cache.ts')).addCache],
  ['watch', async () => (await import('./watch.ts')).addWatch],
  ['diff', async () => (await import('./diff.ts')).addDiff],
  ['prove', async () => (await import('./prove.ts')).addProve],
  ['check', async () => (await import('./check.ts')).addCheck],
  ['evidence', async () => (await import('./evidence.ts')).addEvidence],
  ['bench', async () => (await import('./bench.ts')).addBench],
  ['inspect', async () => (await import('./inspect.ts')).addInspect],
]);
