import type { ChildProcess } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadSigningKey, seal } from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { finish, pageseal, start } from '../helpers/cli.ts';
import { folder, type Tree } from '../helpers/folder.ts';
import {
  jsonLines,
  makeScene,
  ORIGIN,
  type Scene,
  type SceneOptions,
  type Serving,
  serving,
  until,
  valve,
} from '../helpers/scene.ts';

const BIG = noise(6_000_000);

/** A scene that is served until the test has finished. */
async function served(
  tree: Tree,
  options: SceneOptions = {},
): Promise<{ scene: Scene; server: Serving }> {
  const scene = await makeScene(tree, options);
  const server = await serving([scene.store]);
  onTestFinished(async () => {
    await server.stop();
    scene.remove();
  });
  return { scene, server };
}

function sealAgain(scene: Scene) {
  return seal(scene.source, scene.store, { origin: ORIGIN, key: loadSigningKey(scene.key) });
}

/** Collects what a process prints. */
function output(child: ChildProcess): () => string {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return () => text;
}

describe('pageseal watch', () => {
  test('V34 prints the current version, then each new one, until it is interrupted', async () => {
    const { scene, server } = await served({ f: 'one' });
    const child = start(['watch', server.url(), '--json', ...scene.trust]);
    const [ended, text] = [finish(child), output(child)];
    await until(() => jsonLines(text()).length === 1);
    writeFileSync(join(scene.source, 'f'), 'two!');
    await sealAgain(scene);
    await until(() => text().trimEnd().split('\n').length === 2);
    child.kill('SIGINT');
    const { status, stdout, stderr } = await ended;
    expect({ status, stderr }).toEqual({ status: 130, stderr: '' });
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    const issued = expect.stringMatching(/^20.*Z$/);
    expect(jsonLines(stdout)).toEqual(
      [1, 2].map((version) => ({ version, issued, objectId: hash, textHash: hash })),
    );
    const inspected = await pageseal(['inspect', scene.store, '--json', ...scene.trust]);
    expect(jsonLines(inspected.stdout)[0]).toMatchObject({
      textHash: jsonLines(stdout)[1]?.['textHash'],
    });
  });

  test('1: ends when the server stays away', async () => {
    const { scene, server } = await served({ f: 'one' });
    const child = start(['watch', server.url(), '--deadline', '1', ...scene.trust]);
    const [ended, text] = [finish(child), output(child)];
    await until(() => text().endsWith('\n'));
    expect(text()).toMatch(/^1 20\S*Z [0-9a-f]{64} [0-9a-f]{64}\n$/);
    await server.stop();
    const { status, stderr } = await ended;
    expect(status).toBe(1);
    expect(stderr).toMatch(/^pageseal: error: connection is lost: .*\(ERR_CONNECTION\)\n/);
  });
});

describe('pageseal diff', () => {
  test('lists paths and pages that changed between two versions', async () => {
    const { scene, server } = await served({
      'a b': BIG,
      'dir/x': 'x',
      link: '-> a',
      gone: 'gone',
    });
    const changed = BIG.slice();
    for (const page of [3, 4, 5, 9]) changed[page * 4096 + 1] = (changed[page * 4096 + 1] ?? 0) ^ 1;
    writeFileSync(join(scene.source, 'a b'), changed);
    writeFileSync(join(scene.source, 'dir/x'), 'longer');
    writeFileSync(join(scene.source, 'new\n'), '');
    rmSync(join(scene.source, 'gone'));
    await sealAgain(scene);
    await server.stop();
    // another server: in place, the old one has the files of version 1 no longer, but all its trees
    const again = await serving([scene.store]);
    onTestFinished(async () => void (await again.stop()));
    const diff = (...args: readonly string[]) =>
      pageseal(['diff', again.url(), ...args, ...scene.trust]);
    const { status, stdout, stderr } = await diff('1', '2');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'M a b pages 3-5,9',
      'M dir/x size 1 -> 6',
      'M dir/x pages 0',
      'D gone',
      'A new\\x0a',
      '',
    ]);
    const json = jsonLines((await diff('1', '2', '--json')).stdout);
    expect(json[0]).toMatchObject({
      path: 'a b',
      change: 'changed',
      fields: [],
      pages: [
        [3, 5],
        [9, 9],
      ],
    });
    expect(json.map(({ path, change }) => [path, change]).slice(2)).toEqual([
      ['gone', 'removed'],
      ['new\n', 'added'],
    ]);
    expect((await diff('2', '1', 'gone')).stdout).toBe('A gone\n');
    expect((await diff('2', '2')).stdout).toBe('');
  });

  test.each([
    { what: '2: no version', args: ['1', 'x'], status: 2, message: 'is no version' },
    {
      what: '1: a version that is not there yet',
      args: ['1', '7'],
      status: 1,
      message: 'the newest version is 1, want 7',
    },
    {
      what: '1: a path that is nowhere',
      args: ['1', '1', 'nowhere'],
      status: 1,
      message: 'neither version has "nowhere"',
    },
  ])('$what', async ({ args, status, message }) => {
    const { scene, server } = await served({ f: 'one' });
    const ended = await pageseal(['diff', server.url(), ...args, ...scene.trust]);
    expect(ended.status).toBe(status);
    expect(ended.stderr).toContain(message);
  });
});

describe('a volume that changes while it is read', () => {
  /** Changes a file and seals it again while a command reads it. */
  async function meeting(
    args: (url: string, target: string) => readonly string[],
    letThrough: number,
    options: SceneOptions = {},
  ) {
    const { scene, server } = await served({ f: BIG }, options);
    const proxy = await valve(server.port, letThrough);
    onTestFinished(() => proxy.close());
    const target = join(folder(), 'copy');
    const child = start([...args(proxy.url(), target), ...scene.trust]);
    const ended = finish(child);
    await until(() => proxy.passed() >= letThrough);
    writeFileSync(join(scene.source, 'f'), noise(BIG.length, 5));
    await sealAgain(scene);
    proxy.open();
    return { ...(await ended), target };
  }

  test('V33 cat fails once it has printed something', async () => {
    const ended = await meeting((url) => ['cat', url, 'f'], 1_000_000);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(/ERR_STALE\)\npageseal: hint: .*newest version/);
    expect(ended.output.length).toBeGreaterThan(0);
    expect(Buffer.compare(ended.output, BIG.subarray(0, ended.output.length))).toBe(0);
  });

  test('V33 cat goes on at its version where the store has copies', async () => {
    const ended = await meeting((url) => ['cat', url, 'f'], 1_000_000, { copy: true });
    expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status: 0, stderr: '' });
    expect(Buffer.compare(ended.output, BIG)).toBe(0);
  });

  test('get starts again at the next version', async () => {
    const ended = await meeting(
      (url, target) => ['get', url, 'f', '-o', target, '--json'],
      1_000_000,
    );
    expect({ status: ended.status, stderr: ended.stderr }).toEqual({ status: 0, stderr: '' });
    const { stdout } = ended;
    expect(jsonLines(stdout)[0]).toMatchObject({ files: 1, bytes: BIG.length });
    expect(Buffer.compare(readFileSync(ended.target), noise(BIG.length, 5))).toBe(0);
  });

  test('V33 get -r copies one version, and reports what the server no longer has of it', async () => {
    const ended = await meeting((url, target) => ['get', '-r', url, '-o', target], 1_000_000);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toMatch(/"f": .*ERR_STALE/);
  });

  test('cat waits for the next version if it has printed nothing', async () => {
    const { scene, server } = await served({ f: 'one' });
    writeFileSync(join(scene.source, 'f'), 'two!');
    const child = start(['cat', server.url(), 'f', '--wait', '60', ...scene.trust]);
    const ended = finish(child);
    await until(() => server.log().includes('CHANGED'));
    await sealAgain(scene);
    const { status, stdout, stderr } = await ended;
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'two!', stderr: '' });
  });

  test.each(['-1', 'soon', '1e9', '90000'])('2: does not wait for %s seconds', async (wait) => {
    const { status, stderr } = await pageseal(['cat', 'ws://127.0.0.1:1/a', '--wait', wait]);
    expect(status).toBe(2);
    expect(stderr).toContain('want seconds, up to 86400');
  });

  test('cat does not wait if it is told so', async () => {
    const { scene, server } = await served({ f: 'one' });
    writeFileSync(join(scene.source, 'f'), 'two!');
    const ended = await pageseal(['cat', server.url(), 'f', '--wait', '0', ...scene.trust]);
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain('ERR_REMOTE_CHANGED');
  });
});
