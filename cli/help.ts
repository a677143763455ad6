import type { Command } from 'commander';
import { EXIT_STATUS_HELP } from './exit-status.ts';

/** Ends a command's help with the sections "Exit status" and "Example". */
export function endHelp(command: Command, ...example: readonly string[]): Command {
  const lines = example.map((line) => `  ${line}`.trimEnd()).join('\n');
  return command.addHelpText('after', `\n${EXIT_STATUS_HELP}\n\nExample:\n${lines}`);
}
