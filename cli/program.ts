import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { COMMANDS } from './commands.ts';
import { endHelp } from './help.ts';
import type { Io } from './io.ts';
import { reportUsage } from './report.ts';

/**
 * Builds the grammar of a command line; every error comes out as a `CommanderError`.
 *
 * @param name - The command that is asked for; without one of that name, all are there.
 */
export async function createProgram(io: Io, name?: string): Promise<Command> {
  const program = new Command('pageseal')
    .description('signed, page-verified files from untrusted servers')
    .version(version(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    // Options behind a command's name are that command's: some have a --version of their own.
    .enablePositionalOptions()
    .configureHelp({ helpWidth: 80, minWidthToWrap: 20 })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text) => reportUsage(io, text),
    });
  const asked = COMMANDS.get(name ?? '');
  for (const load of asked === undefined ? COMMANDS.values() : [asked]) (await load())(program, io);
  return endHelp(program, 'pageseal seal --help');
}

function version(): string {
  const url = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(url, 'utf8')) as { readonly version: string };
  return version;
}
