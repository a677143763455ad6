import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noise } from '../helpers/bytes.ts';
import { pageseal } from '../helpers/cli.ts';
import { jsonLines, makeScene, type Scene, serving } from '../helpers/scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await makeScene({ 'big.bin': noise(200_000), 'dir/mid': noise(50_000, 1), small: 's' });
});

afterEach(() => scene.remove());

const repair = (...args: readonly string[]) => pageseal(['repair', scene.store, ...args]);
const verify = () => pageseal(['verify', scene.store, ...scene.trust]);

/** Changes a byte of a file of the store. */
function corrupt(name: string): void {
  const path = join(scene.store, name);
  const bytes = readFileSync(path);
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

describe('pageseal repair', () => {
  test('0: finds a whole store whole', async () => {
    const { status, stdout, stderr } = await repair();
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: 'version 1  whole, 5 objects\n',
      stderr: '',
    });
  });

  test.each(['packs/1/trees', 'packs/1/directories', 'packs/1/paths', 'versions/1/index'])(
    '0: rebuilds what is damaged in %s',
    async (name) => {
      corrupt(name);
      const { status, stdout } = await repair();
      expect(status).toBe(0);
      expect(stdout).toMatch(/^version 1 {2}repaired, [1-5] of 5 objects rebuilt\n$/);
      expect(await verify()).toMatchObject({ status: 0 });
    },
  );

  test('1: lists what it can not rebuild, and rebuilds the rest', async () => {
    rmSync(join(scene.store, 'packs/1/trees'));
    writeFileSync(join(scene.source, 'dir/mid'), noise(50_000, 9));
    const { status, stdout, stderr } = await repair();
    expect(status).toBe(1);
    expect(stdout).toBe(
      'changed     dir/mid\nversion 1  repaired, 4 of 5 objects rebuilt, 1 path lost\n',
    );
    expect(stderr).toMatch(/^pageseal: error: 1 path could not be rebuilt\npageseal: hint: /);
    const { stdout: found } = await verify();
    expect(found.split('\n').filter((line) => line.endsWith('dir/mid'))).toHaveLength(1);
    expect(found).not.toContain('big.bin');
  });

  test('1: --json', async () => {
    rmSync(join(scene.store, 'packs'), { recursive: true });
    rmSync(join(scene.source, 'big.bin'));
    const { status, stdout } = await repair('--json');
    expect(status).toBe(1);
    expect(jsonLines(stdout)).toEqual([
      {
        version: 1,
        path: '',
        reason: 'changed',
        objectId: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      { version: 1, objects: 1, rebuilt: 0, losses: 1, replaced: true },
    ]);
  });

  test('1, 2: what is no store, and no version', async () => {
    expect(await pageseal(['repair', scene.source])).toMatchObject({ status: 1 });
    expect(await repair('--version', '7')).toMatchObject({ status: 1 });
    expect(await repair('--version', '0')).toMatchObject({ status: 2 });
  });

  test('goes on beside a server, which then serves what is right', async () => {
    const other = await makeScene({ large: noise(1_200_000) });
    const trees = join(other.store, 'packs/1/trees');
    writeFileSync(trees, readFileSync(trees).fill(7));
    const server = await serving([other.store]);
    const cat = () => pageseal(['cat', server.url(), 'large', ...other.trust]);
    expect(await cat()).toMatchObject({ status: 3 });
    expect(await pageseal(['repair', other.store])).toMatchObject({ status: 0 });
    let last = await cat();
    for (let i = 0; last.status !== 0 && i < 20; i += 1) last = await cat();
    expect(Buffer.compare(last.output, noise(1_200_000))).toBe(0);
    await server.stop();
    other.remove();
  });
});
