import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Finished, pageseal } from './cli.ts';
import { folder } from './folder.ts';

/** Somebody who runs `pageseal` with a policy and a memory of their own. */
export class Reader {
  /** Removed when the test has finished. */
  readonly home: string = folder();
  readonly policy: string = join(this.home, 'config/pageseal/trust.toml');

  get env(): Readonly<Record<string, string>> {
    return {
      XDG_CONFIG_HOME: join(this.home, 'config'),
      XDG_STATE_HOME: join(this.home, 'state'),
      XDG_CACHE_HOME: join(this.home, 'cache'),
    };
  }

  run(...args: readonly string[]): Promise<Finished> {
    return pageseal(args, { env: this.env, cwd: this.home });
  }

  /** Runs a command and returns the one JSON object that it prints. */
  async json(...args: readonly string[]): Promise<Record<string, unknown>> {
    return JSON.parse((await this.run(...args, '--json')).stdout) as Record<string, unknown>;
  }

  /** Writes the policy anew. */
  trust(...lines: readonly string[]): void {
    mkdirSync(dirname(this.policy), { recursive: true });
    writeFileSync(this.policy, lines.map((line) => `${line}\n`).join(''));
  }

  policyText(): string {
    return readFileSync(this.policy, 'utf8');
  }
}

/** Writes a rule of a policy: its lines. */
export function rule(match: string, ...lines: readonly string[]): readonly string[] {
  return ['[[origin]]', `match = "${match}"`, ...lines];
}

/** What stderr says when a command is refused with a code. */
export function refusal(code: string): RegExp {
  return new RegExp(`^pageseal: error: .*\\(${code}\\)\n`, 'm');
}
