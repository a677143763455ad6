import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { noise } from '../helpers/bytes.ts';
import { type Finished, finish, start } from '../helpers/cli.ts';
import { folder } from '../helpers/folder.ts';
import { makeScene, type Scene, serving, until, type Valve, valve } from '../helpers/scene.ts';

const BIG = noise(12_000_000);
const SMALL = Object.fromEntries(
  Array.from({ length: 40 }, (_, i) => [`tree/${i}`, noise(60_000, i)]),
);

let scene: Scene;
beforeAll(async () => {
  scene = await makeScene({ 'big.bin': BIG, ...SMALL });
});
afterAll(() => scene.remove());

/** Starts a server that ends with the test, on a given port if it is to take another one's place. */
async function served(port = 0) {
  const server = await serving([scene.store], ['--listen', `127.0.0.1:${port}`]);
  onTestFinished(async () => {
    server.child.kill('SIGKILL');
    await server.finished;
  });
  return server;
}

/** Starts a proxy that lets so many bytes of answers through. */
async function proxyTo({ port }: { readonly port: number }, bytes: number): Promise<Valve> {
  const proxy = await valve(port, bytes);
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A `cat` of the large file that nobody reads any more, once its first bytes have come. */
async function pausedCat(url: string, ...flags: string[]) {
  const child = start(['cat', url, 'big.bin', ...scene.trust, ...flags]);
  const finished = finish(child);
  await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
  child.stdout?.pause();
  return { child, finished };
}

async function resumed(cat: { child: ChildProcess; finished: Promise<Finished> }) {
  cat.child.stdout?.resume();
  const { status, stderr, output } = await cat.finished;
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(Buffer.compare(output, BIG)).toBe(0);
}

describe('pageseal cat', () => {
  test('V15 goes on when the server is killed and started again', async () => {
    const server = await served();
    const proxy = await proxyTo(server, Number.POSITIVE_INFINITY);
    const cat = await pausedCat(proxy.url());
    server.child.kill('SIGKILL');
    await server.finished;
    cat.child.stdout?.resume();
    await until(() => proxy.connections() > 3); // it is refused for a while
    await served(server.port);
    await resumed(cat);
  });

  test('S11 goes on when the server drains, and another one takes its place', async () => {
    const server = await served();
    const cat = await pausedCat(server.url());
    await server.stop();
    await served(server.port);
    await resumed(cat);
  });

  test('V15 goes on when the server stands still for longer than it is waited for', async () => {
    const server = await served();
    const proxy = await proxyTo(server, Number.POSITIVE_INFINITY);
    const cat = await pausedCat(proxy.url(), '--deadline', '8');
    server.child.kill('SIGSTOP');
    cat.child.stdout?.resume();
    await until(() => proxy.connections() > 1); // it has given up the first connection
    server.child.kill('SIGCONT');
    await resumed(cat);
  });

  test('V15 goes on when the link falls silent without an end', async () => {
    const server = await served();
    const proxy = await proxyTo(server, 1_000_000);
    const cat = await pausedCat(proxy.url(), '--deadline', '8');
    await until(() => proxy.passed() >= 1_000_000);
    proxy.openNew();
    await resumed(cat);
    expect(proxy.connections()).toBe(2);
  });

  test('V15 waits for a server no longer than the deadline', async () => {
    const server = await served();
    const cat = await pausedCat(server.url(), '--deadline', '2');
    server.child.kill('SIGKILL');
    await server.finished;
    const started = performance.now();
    cat.child.stdout?.resume();
    const { status, stderr, output } = await cat.finished;
    expect(status).toBe(1);
    expect(stderr).toMatch(/^pageseal: error: connection is lost: .*\(ERR_CONNECTION\)\n/);
    expect(Buffer.compare(output, BIG.subarray(0, output.length))).toBe(0);
    expect(performance.now() - started).toBeLessThan(8000);
  });
});

describe('pageseal get', () => {
  test('V15 goes on when the server is killed and started again', async () => {
    const server = await served();
    const proxy = await proxyTo(server, 3_000_000);
    const target = join(folder(), 'copy');
    const child = start(['get', '-r', proxy.url(), '', '-o', target, ...scene.trust]);
    const finished = finish(child);
    await until(() => proxy.passed() >= 3_000_000);
    server.child.kill('SIGKILL');
    await server.finished;
    proxy.openNew();
    await until(() => proxy.connections() > 3);
    await served(server.port);
    const { status } = await finished;
    expect(status).toBe(0);
    for (const [name, data] of Object.entries({ 'big.bin': BIG, ...SMALL })) {
      expect(Buffer.compare(readFileSync(join(target, name)), data), name).toBe(0);
    }
  });
});
