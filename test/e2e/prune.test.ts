import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSigningKey, seal } from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { pageseal } from '../helpers/cli.ts';
import { jsonLines, makeScene, type Scene } from '../helpers/scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await makeScene({ 'big.bin': noise(200_000), 'dir/small': 'as it was' });
  for (const version of [2, 3]) {
    writeFileSync(join(scene.source, 'big.bin'), noise(200_000, version));
    await seal(scene.source, scene.store, { key: loadSigningKey(scene.key) });
  }
});

afterEach(() => scene.remove());

const prune = (...args: readonly string[]) => pageseal(['prune', scene.store, ...args]);

describe('pageseal prune', () => {
  test('0: removes old versions, and says what', async () => {
    const { status, stdout, stderr } = await prune('--keep', '2');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /^kept {5}versions 3, 2\nremoved {2}version 1\npacks .*\nfreed .* KiB\n$/,
    );
    expect(readdirSync(join(scene.store, 'versions')).sort()).toEqual(['2', '3']);
    expect(readdirSync(join(scene.store, 'statements')).sort()).toEqual(['1', '2', '3']);
    expect(await pageseal(['verify', scene.store, ...scene.trust])).toMatchObject({ status: 0 });
  });

  test('0: --json', async () => {
    const { status, stdout } = await prune('--keep', '1', '--json');
    expect(status).toBe(0);
    expect(jsonLines(stdout)).toEqual([
      expect.objectContaining({ kept: [3], removed: [2, 1], store: scene.store }),
    ]);
  });

  test.each([['--keep', '0'], ['--keep', 'all'], ['--keep', '1.5'], []])(
    '2: %s %s',
    async (...args) => {
      const { status, stderr } = await prune(...args);
      expect(status).toBe(2);
      expect(stderr).toMatch(/^pageseal: error: .*--keep/);
      expect(readdirSync(join(scene.store, 'versions'))).toHaveLength(3);
    },
  );

  test('1: a folder that is no store', async () => {
    const { status, stderr } = await pageseal(['prune', scene.source, '--keep', '1']);
    expect(status).toBe(1);
    expect(stderr).toContain('(ERR_STORE)');
  });
});
