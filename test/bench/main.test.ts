import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Finished, finish } from '../helpers/cli.ts';
import { folder } from '../helpers/folder.ts';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));
const TINY = ['--size', '1MiB', '--samples', '1'];

function bench(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Finished> {
  return finish(spawn(process.execPath, [MAIN, ...args], { env }));
}

describe('npm run bench', () => {
  it('measures every part that needs no other program', { timeout: 120_000 }, async () => {
    const output = join(folder(), 'table.md');
    const only = ['--only', 'kernel,sequential', '--only', 'random,delay'];
    const { status, stdout, stderr } = await bench([...TINY, ...only, '--output', output]);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    expect(readFileSync(output, 'utf8')).toBe(stdout);
    const rows = stdout.matchAll(/^\| (.+) \| ([0-9.]+) \| (?:|at (?:least|most) [0-9.]+) \|$/gm);
    const measured = Array.from(rows, ([, name, value]) => [name?.split(/,| at /)[0], value]);
    expect(measured.filter(([, value]) => !(Number(value) > 0))).toEqual([]);
    expect(measured.map(([name]) => name)).toEqual([
      ...Array.from({ length: 3 }, () => 'verify kernel'),
      ...Array.from({ length: 7 }, () => 'sequential'),
      ...Array.from({ length: 9 }, () => 'random 4 KiB'),
      ...Array.from({ length: 2 }, () => 'first verified byte'),
      ...Array.from({ length: 2 }, () => 'sequential'),
    ]);
  });

  it('measures the durable cache', { timeout: 120_000 }, async () => {
    const { status, stdout } = await bench([...TINY, '--only', 'cached']);
    expect(status).toBe(0);
    const wire = Number(
      /\| the same, bytes on the wire per byte \| ([0-9.]+) \|/.exec(stdout)?.[1],
    );
    expect(wire).toBeLessThan(0.01); // it was read from the cache
    expect(stdout).toMatch(
      /\| sequential, warm from the durable cache, to openssl dgst \| [0-9.]+ \|/,
    );
  });

  it('measures what a new version costs over the durable cache of the old one', {
    timeout: 120_000,
  }, async () => {
    const { status, stdout } = await bench([...TINY, '--only', 'bumped']);
    expect(status).toBe(0);
    const found = /\| a new version with 10 random pages .* \| ([0-9]+) \| at most 53248 \|/;
    const bytes = Number(found.exec(stdout)?.[1]);
    expect(bytes).toBeGreaterThan(10 * 4096);
    expect(bytes).toBeLessThanOrEqual(53_248);
  });

  it('measures mirrors that stall, are slow or lie', { timeout: 120_000 }, async () => {
    const { status, stdout } = await bench([...TINY, '--only', 'mirrors']);
    expect(status).toBe(0); // the bytes are those of the file
    const [throughput, longest] = [
      /\| sequential from a stalled, .* alone \| ([0-9.]+) \| at least 0.7 \|/,
      /\| the same, longest wait of all .* \| ([0-9]+) \| at most 5000 \|/,
    ].map((row) => Number(row.exec(stdout)?.[1]));
    expect(throughput).toBeGreaterThan(0);
    expect(longest).toBeLessThan(5000);
  });

  it('leaves out programs that are not installed, by name', async () => {
    const empty = join(folder(), 'bin');
    mkdirSync(empty);
    const { stdout } = await bench([...TINY, '--only', 'seal,cached,nginx'], { PATH: empty });
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      'Left out: openssl dgst (not installed), fsverity digest (not installed), nginx (not installed).',
    );
  });

  it.each([
    { args: ['--only', 'kernel,kernels'], says: 'no part kernels, want kernel, seal' },
    { args: ['--size', '64'], says: '--size is 64, want 1MiB or more' },
    { args: ['--samples', '0'], says: '--samples is 0, want 1 or more' },
  ])('refuses $args', async ({ args, says }) => {
    const { status, stderr } = await bench(args);
    expect([status, stderr]).toEqual([1, expect.stringContaining(says)]);
  });
});
