import { resolve } from 'node:path';
import type { Command } from 'commander';
import { policyPath } from '../../client/node/folders.ts';
import type { Io } from '../io.ts';

/** Which policy a command is about. */
export interface PolicyOption {
  readonly policy?: string;
}

/** Adds the option that names a policy. */
export function addPolicyOption(command: Command): Command {
  return command.option('--policy <file>', 'trust policy; default: ~/.config/pageseal/trust.toml');
}

/** Returns the absolute path of the policy that is meant. */
export function policyFile({ policy }: PolicyOption, { env }: Io): string {
  return resolve(policy ?? policyPath(env));
}
