import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { addCat } from './cat.ts';
import { addGet } from './get.ts';
import { endHelp } from './help.ts';
import { addInspect } from './inspect.ts';
import type { Io } from './io.ts';
import { addKeygen } from './keygen.ts';
import { addLs } from './ls.ts';
import { reportUsage } from './report.ts';
import { addSeal } from './seal.ts';
import { addServe } from './serve.ts';
import { addSign } from './sign.ts';
import { addStat } from './stat.ts';
import { addStrip } from './strip.ts';
import { addVerify } from './verify.ts';

/**
 * Every command, in the order in which `--help` lists them.
 *
 * To add one: write `cli/NAME.ts` that exports `addName(program, io)`, which calls
 * `program.command('NAME')` (never `addCommand()`: only the former inherits the settings below), ends
 * its help with `endHelp()`, has `--json`, and returns from its action when everything is done and
 * verified; it throws otherwise, and `exit-status.ts` maps what it throws. Then list it here.
 */
const COMMANDS: readonly ((program: Command, io: Io) => void)[] = [
  addKeygen,
  addSeal,
  addSign,
  addStrip,
  addServe,
  addVerify,
  addLs,
  addStat,
  addCat,
  addGet,
  addInspect,
];

/** Builds the command line's grammar; every error comes out as a `CommanderError`. */
export function createProgram(io: Io): Command {
  const program = new Command('pageseal')
    .description('signed, page-verified files from untrusted servers')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    // Options behind a command's name are that command's: some have a --version of their own.
    .enablePositionalOptions()
    .configureHelp({ helpWidth: 80 })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text) => reportUsage(io, text),
    });
  for (const add of COMMANDS) add(program, io);
  return endHelp(program, 'pageseal seal --help');
}

function version(): string {
  const url = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(url, 'utf8')) as { readonly version: string };
  return version;
}
