import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pageseal } from '../helpers/cli.ts';
import { folder } from '../helpers/folder.ts';
import { jsonLines, makeScene, type Scene, type Serving, serving } from '../helpers/scene.ts';

const summary = (stdout: string) => jsonLines(stdout)[0];

test('pageseal get -r refuses names that files in progress have', async () => {
  const name = '.a.0123456789abcdef.pageseal-part';
  const own = await makeScene({ [name]: 'x', a: 'a' });
  const ownServer = await serving([own.store]);
  const target = join(folder(), 'copy');
  const args = ['get', '-r', ...own.trust, ownServer.url(), '-o', target];
  const { status, stderr } = await pageseal(args);
  await ownServer.stop();
  own.remove();
  expect(status).toBe(1);
  expect(stderr).toContain('is a name of files in progress');
  expect(readdirSync(target)).toEqual(['a']);
});

describe('pageseal get -r of a tree that is not all fit to be copied', () => {
  let other: Scene;
  let otherServer: Serving;

  beforeAll(async () => {
    const tree = { a: 'a', out: '-> /etc/passwd', 'sub/up': '-> ../../x', z: 'z', 'sub/b': 'b' };
    other = await makeScene(tree);
    otherServer = await serving([other.store]);
  });

  afterAll(async () => {
    await otherServer.stop();
    other.remove();
  });

  const getOther = (...args: readonly string[]) =>
    pageseal(['get', '-r', '--json', ...other.trust, otherServer.url(), ...args]);

  test('3: refuses symlinks that lead out of the volume, and copies the rest', async () => {
    const target = join(folder(), 'copy');
    const { status, stdout, stderr } = await getOther('-o', target);
    expect(status).toBe(3);
    expect(stderr).toMatch(/"out": .*ERR_SYMLINK.*\n.*--symlinks verbatim/);
    expect(summary(stdout)).toMatchObject({ files: 3, symlinks: 0, failures: 2 });
    expect(readdirSync(target).toSorted()).toEqual(['a', 'sub', 'z']);
  });

  test('copies them as they are with --symlinks verbatim', async () => {
    const target = join(folder(), 'copy');
    expect((await getOther('-o', target, '--symlinks', 'verbatim')).status).toBe(0);
    expect(readlinkSync(join(target, 'out'))).toBe('/etc/passwd');
    expect(readlinkSync(join(target, 'sub/up'))).toBe('../../x');
  });

  test('1: says that a file stands where the directory has to be', async () => {
    const target = join(folder(), 'copy');
    writeFileSync(target, 'mine');
    const { status, stdout, stderr } = await getOther('-o', target);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/is a file, where the directory has to be\npageseal: hint: with -r/);
    expect(readFileSync(target, 'utf8')).toBe('mine');
  });

  test('1: reports a file that has changed at the server, and copies the rest', async () => {
    writeFileSync(join(other.source, 'a'), 'b');
    const target = join(folder(), 'copy');
    const args = ['-o', target, '--symlinks', 'verbatim'];
    const { status, stdout, stderr } = await getOther(...args);
    expect(status).toBe(1);
    expect(stderr).toMatch(/"a": .*ERR_REMOTE_CHANGED.*\n.*seal again/);
    expect(summary(stdout)).toMatchObject({ files: 2, failures: 1 });
    expect(readdirSync(target).toSorted()).toEqual(['out', 'sub', 'z']);
  });

  test('3: ends when the server sends wrong bytes', async () => {
    writeFileSync(join(other.source, 'a'), 'b');
    const liar = await serving([other.store], ['--trust-source']);
    const target = join(folder(), 'copy');
    const args = ['get', '-r', ...other.trust, liar.url(), '-o', target];
    const { status, stderr } = await pageseal(args);
    await liar.stop();
    expect(status).toBe(3);
    expect(stderr).toMatch(/"a": .*ERR_PROOF_MISMATCH/);
    expect(existsSync(join(target, 'a'))).toBe(false);
    expect(readdirSync(target).filter((name) => name.endsWith('.pageseal-part'))).toEqual([]);
  });
});
