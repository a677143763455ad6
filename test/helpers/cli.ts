import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built program. */
export const PROGRAM: string = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Finished {
  /** Exit status; `null` if a signal ended the program. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The same as `stdout`, not decoded. */
  readonly output: Uint8Array;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Flags of node itself. */
  readonly nodeFlags?: readonly string[];
  readonly uid?: number;
}

/** Starts `pageseal` as a process of its own, with a policy and a memory only if `env` says where. */
export function start(args: readonly string[], options: RunOptions = {}): ChildProcess {
  const { nodeFlags = [], env = {}, cwd, uid } = options;
  const home = join(tmpdir(), `pageseal-home-${randomUUID()}`);
  const xdg = {
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_CACHE_HOME: join(home, 'cache'),
  };
  const child = spawn(process.execPath, [...nodeFlags, PROGRAM, ...args], {
    env: { ...process.env, ...xdg, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    ...(uid === undefined ? {} : { uid }),
  });
  child.on('close', () => rmSync(home, { recursive: true, force: true }));
  return child;
}

/** Waits for a process that `start` returned. */
export function finish(child: ChildProcess): Promise<Finished> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const output = new Uint8Array(Buffer.concat(out));
      const stdout = Buffer.from(output).toString();
      resolve({ status, signal, stdout, stderr: Buffer.concat(err).toString(), output });
    });
  });
}

/** Runs `pageseal` to its end. */
export function pageseal(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = start(args, options);
  child.stdin?.end(options.stdin ?? '');
  return finish(child);
}
