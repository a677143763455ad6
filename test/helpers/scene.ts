import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKey, loadSigningKey, seal } from '../../publisher/index.ts';
import { type Finished, finish, start } from './cli.ts';
import { plant, type Tree } from './folder.ts';

export const ORIGIN = 'lab.example/nm';

/** A sealed tree on the disk, and the key to read it with. */
export interface Scene {
  readonly folder: string;
  readonly source: string;
  readonly store: string;
  /** Private key; the public one has `.pub` added. */
  readonly key: string;
  /** `--key`, and the key that verifies. */
  readonly trust: readonly string[];
  remove(): void;
}

export interface SceneOptions {
  readonly origin?: string;
  readonly issued?: number;
  readonly expires?: number;
  readonly profile?: 'rfc9162-sha256' | 'fsverity-sha256';
  readonly mtime?: boolean;
  readonly copy?: boolean;
  /** Called before the tree is sealed, to change modes or times. */
  readonly prepare?: (source: string) => void;
}

/** Plants a tree and seals it; the caller removes it. */
export async function makeScene(tree: Tree, options: SceneOptions = {}): Promise<Scene> {
  const { prepare, origin = ORIGIN, issued = Date.now() - 1000, ...rest } = options;
  const folder = mkdtempSync(join(tmpdir(), 'pageseal-e2e-'));
  const source = plant(join(folder, 'source'), tree);
  prepare?.(source);
  const store = join(folder, 'store');
  const key = join(folder, 'key.pem');
  generateKey(key, { name: origin });
  await seal(source, store, { origin, issued, key: loadSigningKey(key), ...rest });
  return {
    folder,
    source,
    store,
    key,
    trust: ['--key', `${key}.pub`],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A `pageseal serve` that listens. */
export interface Serving {
  readonly port: number;
  readonly child: ChildProcess;
  /** What it has logged so far. */
  log(): string;
  /** Resolves when the process has ended. */
  readonly finished: Promise<Finished>;
  url(origin?: string): string;
  /** Ends it with SIGTERM. */
  stop(): Promise<Finished>;
}

/** Starts `pageseal serve` on a free port and waits until it listens. */
export async function serving(
  stores: readonly string[],
  flags: readonly string[] = [],
): Promise<Serving> {
  const child = start(['serve', ...stores, '--listen', '127.0.0.1:0', ...flags]);
  const finished = finish(child);
  let log = '';
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      const line = log.split('\n').find((text) => text.includes('"event":"listening"'));
      if (line?.endsWith('}')) resolve((JSON.parse(line) as { port: number }).port);
    });
    void finished.then(({ stderr }) => reject(new Error(`serve ended: ${stderr}`)));
  });
  const stop = () => {
    child.kill('SIGTERM');
    return finished;
  };
  return {
    port,
    child,
    log: () => log,
    finished,
    stop,
    url: (origin = ORIGIN) => `ws://127.0.0.1:${port}/${origin}`,
  };
}

/** A proxy that can hold back what a server sends. */
export interface Valve {
  readonly port: number;
  url(origin?: string): string;
  /** Bytes of answers that went through. */
  passed(): number;
  /** Connections that were accepted. */
  connections(): number;
  /** Lets everything through from now on. */
  open(): void;
  /** Lets everything through on connections that come from now on; those there are stay silent. */
  openNew(): void;
  close(): void;
}

/** Starts a proxy that lets so many bytes of answers through, and no more until it is opened. */
export async function valve(port: number, bytes: number): Promise<Valve> {
  let left = bytes;
  let passed = 0;
  let stuckBelow = 0; // nothing more goes through on so many of the first connections
  const pairs: { readonly down: Socket; readonly up: Socket }[] = [];
  const server = createServer((down) => {
    const up = connectSocket(port, '127.0.0.1');
    const number = pairs.push({ down, up });
    down.on('data', (chunk: Buffer) => up.write(chunk));
    up.on('data', (chunk: Buffer) => {
      if (number <= stuckBelow) return;
      down.write(chunk);
      left -= chunk.length;
      passed += chunk.length;
      if (left <= 0) up.pause();
    });
    for (const [from, to] of [
      [down, up],
      [up, down],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    url: (origin = ORIGIN) => `ws://127.0.0.1:${address.port}/${origin}`,
    passed: () => passed,
    connections: () => pairs.length,
    openNew: () => {
      stuckBelow = pairs.length;
      left = Number.POSITIVE_INFINITY;
    },
    open: () => {
      left = Number.POSITIVE_INFINITY;
      for (const { up } of pairs) up.resume();
    },
    close: () => {
      for (const { down, up } of pairs) {
        down.destroy();
        up.destroy();
      }
      server.close();
    },
  };
}

/** Reads lines of JSON. */
export function jsonLines(text: string): readonly Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Calls again and again until the result is true; for what another process does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
