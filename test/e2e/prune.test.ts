import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect, parseVerifierKey, type RemoteFile } from '../../client/node/index.ts';
import { formatVerifierKey, verifierKeyFromSpki } from '../../common/index.ts';
import { loadPublicKey, loadSigningKey, seal } from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { pageseal } from '../helpers/cli.ts';
import { failure } from '../helpers/failure.ts';
import { jsonLines, makeScene, ORIGIN, type Scene, serving } from '../helpers/scene.ts';

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

  test.each([{ args: ['--keep', '0'] }, { args: ['--keep', '1.5'] }, { args: [] }])(
    '2: $args',
    async ({ args }) => {
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

  test('goes on beside a server: a handle on what is gone is told so, and new reads are right', async () => {
    const server = await serving([scene.store]);
    const key = verifierKeyFromSpki(ORIGIN, loadPublicKey(`${scene.key}.pub`));
    const keys = [parseVerifierKey(formatVerifierKey(key))];
    const old = await connect(server.url(), { keys, cache: { pageBytes: 0 } });
    const file = await old.open('big.bin');
    expect(Buffer.compare(await file.read(0, 4096), noise(4096, 3))).toBe(0);

    // Version 4 has no such file any more; until it is pruned, version 3 serves it.
    const options = { key: loadSigningKey(scene.key), exclude: ['big.bin'] };
    await seal(scene.source, scene.store, options);
    const { status } = await prune('--keep', '1');
    expect(status).toBe(0);
    await expect(readUntilItFails(file)).rejects.toEqual(failure('StaleError', 'ERR_STALE'));

    const now = await connect(server.url(), { keys });
    expect(now.statement.version).toBe(4);
    const small = await now.open('dir/small');
    expect(Buffer.from(await small.read(0, 9)).toString()).toBe('as it was');
    await Promise.all([old, now].map((volume) => volume[Symbol.asyncDispose]()));
    expect(await server.stop()).toMatchObject({ status: 0 });
  });
});

/** Reads a file page by page, over and over. */
async function readUntilItFails(file: RemoteFile): Promise<never> {
  for (let page = 1; ; page = (page + 1) % 48) await file.read(page * 4096, 4096);
}
