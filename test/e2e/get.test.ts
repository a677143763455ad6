import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { partName } from '../../cli/copy/part-name.ts';
import { noise } from '../helpers/bytes.ts';
import { finish, pageseal, start } from '../helpers/cli.ts';
import { folder, plant } from '../helpers/folder.ts';
import {
  jsonLines,
  makeScene,
  type Scene,
  type Serving,
  serving,
  until,
  valve,
} from '../helpers/scene.ts';

const BIG = noise(5 * 1024 * 1024 + 7);
const TIME = 1_234_567_890.25;
const ODD = ['-r', '.hidden', 'esc\x1b[31m', 'line\nbreak', 'ünï ☃', 'n'.repeat(255)];

let scene: Scene;
let server: Serving;

beforeAll(async () => {
  const odd = Object.fromEntries(ODD.map((name) => [`odd/${name}`, name]));
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`many/${i}`, `${i}`]));
  const tree = {
    'a.txt': 'hello\n',
    'big.bin': BIG,
    empty: '',
    'none/': '',
    ...odd,
    ...many,
    'dir/run': '#!/bin/sh\n',
    'dir/up': '-> ../a.txt',
    'closed/file': 'kept',
  };
  scene = await makeScene(tree, {
    mtime: true,
    prepare: (source) => {
      chmodSync(join(source, 'dir/run'), 0o751);
      chmodSync(join(source, 'closed/file'), 0o400);
      utimesSync(join(source, 'dir/run'), TIME, TIME);
      utimesSync(join(source, 'none'), -TIME, TIME);
      utimesSync(join(source, 'dir'), TIME, TIME);
      chmodSync(join(source, 'closed'), 0o500);
    },
  });
  server = await serving([scene.store]);
});

afterAll(async () => {
  await server.stop();
  chmodSync(join(scene.source, 'closed'), 0o700);
  scene.remove();
});

const get = (...args: readonly string[]) =>
  pageseal(['get', ...scene.trust, server.url(), '--json', ...args]);
const summary = (stdout: string) => jsonLines(stdout)[0];
const parts = (path: string) => readdirSync(path).filter((name) => name.endsWith('.pageseal-part'));

/** Copies through a valve that is closed after some bytes, until a part file has grown. */
async function interrupt(signal: NodeJS.Signals, args: readonly string[], path: string) {
  const proxy = await valve(server.port, 2_500_000);
  const child = start(['get', ...scene.trust, proxy.url(), ...args]);
  const finished = finish(child);
  await until(() =>
    parts(path).some(
      (name) => (statSync(join(path, name), { throwIfNoEntry: false })?.size ?? 0) > 500_000,
    ),
  );
  child.kill(signal);
  const result = await finished;
  proxy.close();
  return result;
}

describe('pageseal get of a file', () => {
  test('copies it with its mode and time', async () => {
    const target = join(folder(), 'copy');
    const { status, stdout } = await get('dir/run', '-o', target);
    expect(status).toBe(0);
    expect(summary(stdout)).toMatchObject({ files: 1, bytes: 10, fetchedBytes: 10, target });
    expect(readFileSync(target, 'utf8')).toBe('#!/bin/sh\n');
    expect(statSync(target).mode % 0o1000).toBe(0o751);
    expect(statSync(target).mtimeMs).toBe(TIME * 1000);
  });

  test('takes its name in the current directory, or in a given one', async () => {
    const cwd = folder();
    mkdirSync(join(cwd, 'there'));
    const args = ['get', ...scene.trust, server.url(), 'odd/-r'];
    const results = [
      await pageseal(args, { cwd }),
      await pageseal([...args, '-o', 'there'], { cwd }),
    ];
    expect(results.map(({ status }) => status)).toEqual([0, 0]);
    expect(readFileSync(join(cwd, '-r'), 'utf8')).toBe('-r');
    expect(readFileSync(join(cwd, 'there/-r'), 'utf8')).toBe('-r');
  });

  test('prints it with -o -', async () => {
    expect((await get('dir/up', '-o', '-')).stdout).toBe('hello\n');
  });

  test('leaves a right target alone, and fetches what is wrong of another', async () => {
    const target = join(folder(), 'big.bin');
    const bytes = BIG.slice();
    bytes[3_000_000] = (bytes[3_000_000] ?? 0) + 1;
    writeFileSync(target, bytes);
    const mended = await get('big.bin', '-o', target);
    const { ino } = statSync(target);
    const again = await get('big.bin', '-o', target);
    expect(summary(mended.stdout)).toMatchObject({ fetchedBytes: 4096 });
    expect(summary(again.stdout)).toMatchObject({ fetchedBytes: 0, keptBytes: BIG.length });
    expect(statSync(target).ino).toBe(ino);
    expect(Buffer.compare(readFileSync(target), BIG)).toBe(0);
  });

  test.each([
    { what: 'longer', bytes: Buffer.concat([BIG, BIG.subarray(0, 5)]), fetchedBytes: 0 },
    { what: 'empty', bytes: new Uint8Array(), fetchedBytes: BIG.length },
  ])('replaces a target that is $what', async ({ bytes, fetchedBytes }) => {
    const target = join(folder(), 'big.bin');
    writeFileSync(target, bytes);
    expect(summary((await get('big.bin', '-o', target)).stdout)).toMatchObject({ fetchedBytes });
    expect(Buffer.compare(readFileSync(target), BIG)).toBe(0);
  });

  test.each([
    { signal: 'SIGKILL', status: null },
    { signal: 'SIGINT', status: 130 },
  ] as const)('goes on where $signal has ended the last run', async ({ signal, status }) => {
    const path = folder();
    const target = join(path, 'big.bin');
    const ended = await interrupt(signal, ['big.bin', '-o', target], path);
    expect(ended.status).toBe(status);
    expect(existsSync(target)).toBe(false);
    const { stdout } = await get('big.bin', '-o', target);
    const { keptBytes, fetchedBytes } = summary(stdout) ?? {};
    expect(keptBytes).toBeGreaterThan(500_000);
    expect(Number(keptBytes) + Number(fetchedBytes)).toBe(BIG.length);
    expect(Buffer.compare(readFileSync(target), BIG)).toBe(0);
    expect(parts(path)).toEqual([]);
  });

  test('takes nothing wrong from what an interrupted run has left', async () => {
    const path = folder();
    const stat = await pageseal(['stat', ...scene.trust, server.url(), '--json', 'big.bin']);
    const id = Buffer.from(String(summary(stat.stdout)?.['objectId']), 'hex');
    const left = Buffer.concat([noise(600_000, 1), BIG.subarray(600_000), Buffer.from('more')]);
    writeFileSync(join(path, partName('big.bin', id)), left, { mode: 0o600 });
    const { stdout } = await get('big.bin', '-o', join(path, 'big.bin'));
    expect(summary(stdout)).toMatchObject({ fetchedBytes: Math.ceil(600_000 / 4096) * 4096 });
    expect(Buffer.compare(readFileSync(join(path, 'big.bin')), BIG)).toBe(0);
  });

  test.each(['link', 'symlink'])(
    'never writes through a %s in place of a part file',
    async (kind) => {
      const path = folder();
      const victim = join(path, 'victim');
      writeFileSync(victim, 'untouched', { mode: 0o600 });
      const stat = await pageseal(['stat', ...scene.trust, server.url(), '--json', 'a.txt']);
      const id = Buffer.from(String(summary(stat.stdout)?.['objectId']), 'hex');
      const part = join(path, partName('a.txt', id));
      if (kind === 'link') linkSync(victim, part);
      else symlinkSync(victim, part);
      expect((await get('a.txt', '-o', join(path, 'a.txt'))).status).toBe(0);
      expect(readFileSync(victim, 'utf8')).toBe('untouched');
      expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('hello\n');
    },
  );

  test('replaces a symlink, and not the file it leads to', async () => {
    const path = folder();
    writeFileSync(join(path, 'victim'), 'untouched');
    symlinkSync('victim', join(path, 'a.txt'));
    expect((await get('a.txt', '-o', join(path, 'a.txt'))).status).toBe(0);
    expect(readFileSync(join(path, 'victim'), 'utf8')).toBe('untouched');
    expect(lstatSync(join(path, 'a.txt')).isFile()).toBe(true);
  });

  test('refuses to replace a device', async () => {
    const { status, stderr } = await get('a.txt', '-o', '/dev/null');
    expect(status).toBe(1);
    expect(stderr).toContain('special file');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('2: a directory can not go to stdout', async () => {
    expect((await get('-r', '-o', '-')).status).toBe(2);
  });

  test('says how to copy a directory', async () => {
    const { status, stderr } = await get('dir');
    expect(status).toBe(1);
    expect(stderr).toContain('get -r');
  });
});

describe('pageseal get -r', () => {
  test('copies contents, odd names, empty files, modes, times and symlinks', async () => {
    const target = join(folder(), 'copy');
    const { status, stdout, stderr } = await get('-r', '-o', target);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const files = 5 + ODD.length + 50;
    expect(summary(stdout)).toMatchObject({ files, directories: 5, symlinks: 1, failures: 0 });
    execFileSync('diff', ['-r', '--no-dereference', scene.source, target]);
    for (const name of ['dir', 'dir/run', 'none', 'closed', 'closed/file', 'a.txt']) {
      const [want, found] = [statSync(join(scene.source, name)), statSync(join(target, name))];
      expect([name, found.mode]).toEqual([name, want.mode]);
      expect(Math.abs(found.mtimeMs - want.mtimeMs)).toBeLessThan(0.01);
    }
    expect(readlinkSync(join(target, 'dir/up'))).toBe('../a.txt');
    chmodSync(join(target, 'closed'), 0o700);
  });

  test('copies a part of a tree into a directory that is there, and leaves the rest alone', async () => {
    const target = plant(join(folder(), 'here'), { mine: 'mine', run: 'old' });
    chmodSync(target, 0o711);
    expect((await get('-r', 'dir', '-o', target)).status).toBe(0);
    expect(readdirSync(target).toSorted()).toEqual(['mine', 'run', 'up']);
    expect(statSync(target).mode % 0o1000).toBe(0o711);
  });

  test('fetches only what has changed, however the copy was damaged', async () => {
    const target = join(folder(), 'copy');
    await get('-r', 'dir', '-o', target);
    chmodSync(join(target, 'run'), 0o600);
    writeFileSync(join(target, 'run'), '#!/bin/SH\n');
    const { stdout } = await get('-r', 'dir', '-o', target);
    expect(summary(stdout)).toMatchObject({ bytes: 10, fetchedBytes: 10 });
    expect(readFileSync(join(target, 'run'), 'utf8')).toBe('#!/bin/sh\n');
    expect(statSync(join(target, 'run')).mode % 0o1000).toBe(0o751);
    expect(statSync(target).mtimeMs).toBeGreaterThan(TIME * 1000);
  });

  test('goes on where SIGKILL has ended the last run', async () => {
    const target = join(folder(), 'copy');
    mkdirSync(target);
    await interrupt('SIGKILL', ['-r', '-o', target], target);
    const { status, stdout } = await get('-r', '-o', target);
    expect(status).toBe(0);
    expect(summary(stdout)?.['keptBytes']).toBeGreaterThan(500_000);
    execFileSync('diff', ['-r', '--no-dereference', scene.source, target]);
    chmodSync(join(target, 'closed'), 0o700);
  });

  test('never follows a symlink where a directory has to be, and copies the rest', async () => {
    const path = folder();
    const outside = plant(join(path, 'outside'), { run: 'untouched' });
    const target = join(path, 'copy');
    mkdirSync(target);
    symlinkSync(outside, join(target, 'dir'));
    const { status, stdout, stderr } = await get('-r', '-o', target);
    expect(status).toBe(1);
    expect(stderr).toMatch(/"dir": ".*\/copy\/dir" is a symlink, where a directory has to be/);
    expect(readFileSync(join(outside, 'run'), 'utf8')).toBe('untouched');
    expect(readdirSync(outside)).toEqual(['run']);
    expect(summary(stdout)).toMatchObject({ failures: 1, directories: 4 });
    chmodSync(join(target, 'closed'), 0o700);
  });

  test('replaces symlinks where files have to be, and not what they lead to', async () => {
    const path = folder();
    const target = plant(join(path, 'copy'), { run: '-> ../victim', up: 'a file' });
    writeFileSync(join(path, 'victim'), 'untouched');
    expect((await get('-r', 'dir', '-o', target)).status).toBe(0);
    expect(readFileSync(join(path, 'victim'), 'utf8')).toBe('untouched');
    expect(lstatSync(join(target, 'run')).isFile()).toBe(true);
    expect(readlinkSync(join(target, 'up'))).toBe('../a.txt');
  });

  test('reports a directory where a file has to be, and copies the rest', async () => {
    const target = plant(join(folder(), 'copy'), { 'run/inner': 'mine' });
    const { status, stderr } = await get('-r', 'dir', '-o', target);
    expect(status).toBe(1);
    expect(stderr).toContain('is a directory');
    expect(readFileSync(join(target, 'run/inner'), 'utf8')).toBe('mine');
    expect(readlinkSync(join(target, 'up'))).toBe('../a.txt');
  });
});
