import type { Command } from 'commander';
import { strip } from '../publisher/index.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { parseVersionOption } from './parse-options.ts';

interface StripOptions {
  readonly version?: number;
  readonly json?: true;
}

/** Adds `pageseal strip` to the program. */
export function addStrip(program: Command, io: Io): void {
  const command = program
    .command('strip')
    .summary('print the text of a statement, the bytes to sign')
    .description(
      'Print the text of the newest statement of a store, or of a file that holds a\n' +
        'statement, without its signatures: exactly the bytes that are signed.',
    )
    .argument('<target>', 'store, or file that holds a statement')
    .option('--version <n>', 'version of the store, if not the newest', parseVersionOption)
    .option('--json', 'print one JSON object')
    .action((target: string, options: StripOptions) => stripCommand(target, options, io));
  endHelp(command, 'pageseal strip store/ > text');
}

function stripCommand(target: string, { version, json }: StripOptions, io: Io): void {
  const text = strip(target, version === undefined ? {} : { version });
  if (json === true) printJson(io, { text: new TextDecoder().decode(text) });
  else io.stdout.write(text);
}
