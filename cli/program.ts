import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { COMMANDS } from './commands.ts';
import { endHelp } from './help.ts';
import type { Io } from './io.ts';
import { reportUsage } from './report.ts';

/**
 * Builds the grammar of a command line; every error comes out as a `CommanderError`.
 *
 * @param name - The first word. Of commands, the one of that name is there, and all unless there is one; for
 *   `--version`, none.
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
  if (name !== '--version') {
    const asked = COMMANDS.get(name ?? '');
    const loads = asked === undefined ? COMMANDS.values() : [asked];
    for (const load of loads) (await load())(program, io);
  }
  return endHelp(program, 'pageseal seal --help');
}

function version(): string {
  const url = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(url, 'utf8')) as { readonly version: string };
  return version;
}
