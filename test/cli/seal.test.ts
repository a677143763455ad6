import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noise } from '../helpers/bytes.ts';
import { finish, PROGRAM, pageseal, start } from '../helpers/cli.ts';
import { folder, plant } from '../helpers/folder.ts';
import { makeSafe } from '../helpers/scan.ts';
import { leftovers, readVolume } from '../helpers/stored-volume.ts';

const ORIGIN = 'lab.example/images';
const ISSUED = '2026-11-21T10:00:00Z';
const UNSIGNED = ['--origin', ORIGIN, '--unsigned', '--issued', ISSUED];
const NOBODY = 65_534;

/** A folder with a source and a key. */
async function setting(): Promise<string> {
  const cwd = folder();
  plant(join(cwd, 'source'), { 'disk.img': noise(10_000), 'sub/a': '1', link: '-> disk.img' });
  await pageseal(['keygen', 'key.pem', '-n', ORIGIN], { cwd });
  return cwd;
}

function textOf(store: string): string {
  return readFileSync(join(store, 'statements', '1'), 'utf8');
}

describe('pageseal seal', () => {
  it('says what it published', async () => {
    const cwd = await setting();
    const args = ['seal', 'source', 'store', '--origin', ORIGIN, '--key', 'key.pem'];
    const first = await pageseal(args, { cwd });
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(first.stdout).toMatch(
      /^sealed lab\.example\/images version 1\nobject [0-9a-f]{64}\nholds .*\nfiles {2}read \d+, kept 0\nstore {2}"store"\n$/,
    );
    const second = await pageseal(['seal', 'source', 'store', '--unsigned', '--json'], { cwd });
    expect(JSON.parse(second.stdout)).toMatchObject({
      origin: ORIGIN,
      version: 2,
      signed: false,
      type: 'directory',
      files: 2,
      directories: 2,
      symlinks: 1,
      filesRead: 2,
      filesKept: 0,
      bytes: 10_001,
      store: 'store',
    });
    expect(readVolume(join(cwd, 'store'), 2).signed).toBe(false);
  });

  it('reads what changed, or all if it is told to, and keeps copies once it is told to', async () => {
    const cwd = await setting();
    const store = join(cwd, 'store');
    const args = ['seal', 'source', 'store', '--origin', ORIGIN, '--unsigned', '--json'];
    const counts: unknown[] = [];
    for (const options of [[], [], ['--rehash'], ['--copy'], [], ['--rehash']]) {
      const { stdout } = await pageseal([...args, ...options], { cwd });
      const { version, filesRead, filesKept } = JSON.parse(stdout) as Record<string, number>;
      counts.push([filesRead, filesKept]);
      makeSafe(store, version ?? 0);
    }
    const [all, none] = [
      [2, 0],
      [0, 2],
    ];
    expect(counts).toEqual([all, none, all, all, none, all]);
    rmSync(join(cwd, 'source'), { recursive: true });
    for (const version of [4, 5, 6]) readVolume(store, version);
  });

  it('gives the same bytes in another time zone, locale and place, and at another time', async () => {
    const cwd = await setting();
    const texts: string[] = [];
    const environments = [
      { TZ: 'UTC', LC_ALL: 'C' },
      { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', LANG: 'sv_SE.UTF-8' },
    ];
    for (const [i, env] of environments.entries()) {
      const place = join(cwd, `place ${i}`);
      mkdirSync(place);
      execFileSync('cp', ['-R', join(cwd, 'source'), place]); // with other times
      const args = ['seal', 'source', 'store', '--origin', ORIGIN, '--unsigned'];
      const more = { SOURCE_DATE_EPOCH: '1795255200' };
      expect(await pageseal(args, { cwd: place, env: { ...env, ...more } })).toMatchObject({
        status: 0,
      });
      texts.push(textOf(join(place, 'store')));
    }
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toContain('\nissued 2026-11-21T10:00:00Z\n');
  });

  it('tells of symlinks that readers refuse', async () => {
    const cwd = folder();
    const links = { 'd/in': '-> ../a', 'd/out': '-> ../../a', out: '-> /etc/passwd', a: '1' };
    plant(join(cwd, 'source'), links);
    const { status, stdout, stderr } = await pageseal(
      ['seal', 'source', 'store', ...UNSIGNED, '--json'],
      { cwd },
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ symlinks: 3, escapingSymlinks: 2 });
    expect(stderr).toMatch(/^pageseal: hint: readers refuse 2 symlinks .*"d\/out".*verbatim\n$/);
    plant(join(cwd, 'quiet'), { 'd/in': '-> ../a', a: '1' });
    const quiet = await pageseal(['seal', 'quiet', 'other', ...UNSIGNED], { cwd });
    expect(quiet).toMatchObject({ status: 0, stderr: '' });
  });

  it.each([
    { expires: '90s', line: '2026-11-21T10:01:30Z' },
    { expires: '30m', line: '2026-11-21T10:30:00Z' },
    { expires: '12h', line: '2026-11-21T22:00:00Z' },
    { expires: '30d', line: '2026-12-21T10:00:00Z' },
    { expires: '2w', line: '2026-12-05T10:00:00Z' },
    { expires: '2027-01-01T00:00:00Z', line: '2027-01-01T00:00:00Z' },
  ])('takes --expires $expires', async ({ expires, line }) => {
    const cwd = await setting();
    await pageseal(['seal', 'source', 'store', ...UNSIGNED, '--expires', expires], { cwd });
    expect(textOf(join(cwd, 'store'))).toContain(`\nexpires ${line}\n`);
  });

  it.each([
    { size: '1K', words: 'rfc9162-sha256 1024 ' },
    { size: '65536', words: 'rfc9162-sha256 65536 ' },
    { size: '1M', words: 'rfc9162-sha256 1048576 ' },
  ])('takes --page-size $size', async ({ size, words }) => {
    const cwd = await setting();
    await pageseal(['seal', 'source/disk.img', 'store', ...UNSIGNED, '--page-size', size], { cwd });
    expect(textOf(join(cwd, 'store'))).toContain(words);
  });

  it('seals the same with any number of --workers', async () => {
    const cwd = await setting();
    truncateSync(join(cwd, 'source/disk.img'), 300_000_000);
    const args = [...UNSIGNED, '--workers'];
    const texts = [];
    for (const workers of ['1', '2', '6']) {
      await pageseal(['seal', 'source', workers, ...args, workers], { cwd });
      texts.push(textOf(join(cwd, workers)));
    }
    expect(new Set(texts).size).toBe(1);
  });

  it('takes several --exclude', async () => {
    const cwd = await setting();
    const exclude = ['--exclude', '*.img', '--exclude', 'link'];
    await pageseal(['seal', 'source', 'store', ...UNSIGNED, ...exclude], { cwd });
    const { entries } = readVolume(join(cwd, 'store'), 1);
    expect([...entries.keys()]).toEqual(['sub', 'sub/a']);
  });

  it.each([
    { fault: 'neither --key nor --unsigned', args: ['--origin', ORIGIN] },
    { fault: 'both --key and --unsigned', args: [...UNSIGNED, '--key', 'key.pem'] },
    { fault: 'no origin, of a new store', args: ['--unsigned'] },
    { fault: 'a key name with a "+"', args: [...UNSIGNED, '--key-name', 'a+b'] },
    { fault: 'an impossible origin', args: ['--unsigned', '--origin', '../Lab'] },
    { fault: 'a page size that is no power of two', args: [...UNSIGNED, '--page-size', '5000'] },
    { fault: 'a page size that is too large', args: [...UNSIGNED, '--page-size', '2M'] },
    {
      fault: 'a page size that is too large for its profile',
      args: [...UNSIGNED, '--profile', 'fsverity-sha256', '--page-size', '128K'],
    },
    { fault: 'no workers', args: [...UNSIGNED, '--workers', '0'] },
    { fault: 'too many workers', args: [...UNSIGNED, '--workers', '7'] },
    { fault: 'an unknown profile', args: [...UNSIGNED, '--profile', 'md5'] },
    { fault: 'a time without a zone', args: [...UNSIGNED, '--issued', '2026-11-21T10:00:00'] },
    {
      fault: 'a time that does not exist',
      args: [...UNSIGNED, '--issued', '2026-02-30T10:00:00Z'],
    },
    { fault: 'an unknown duration', args: [...UNSIGNED, '--expires', '30y'] },
    { fault: 'an expiry after the last year', args: [...UNSIGNED, '--expires', '999999999w'] },
    { fault: 'an expiry before the issue', args: [...UNSIGNED, '--expires', ISSUED] },
    { fault: 'an unknown option', args: [...UNSIGNED, '--colour'] },
  ])('exits with 2 for $fault', async ({ args }) => {
    const cwd = await setting();
    const { status, stdout, stderr } = await pageseal(['seal', 'source', 'store', ...args], {
      cwd,
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^pageseal: error: [^A-Z].*[^.]\n(pageseal: hint: .*\n)?$/);
    expect(existsSync(join(cwd, 'store'))).toBe(false);
  });

  it.each(['x', '-1', '1e9', '999999999999'])('refuses SOURCE_DATE_EPOCH=%s', async (epoch) => {
    const cwd = await setting();
    const args = ['seal', 'source', 'store', '--origin', ORIGIN, '--unsigned'];
    const { status, stderr } = await pageseal(args, { cwd, env: { SOURCE_DATE_EPOCH: epoch } });
    expect(status).toBe(2);
    expect(stderr).toContain('SOURCE_DATE_EPOCH');
  });

  it('does not publish its own private key', async () => {
    const cwd = await setting();
    const args = ['seal', '.', 'store', '--origin', ORIGIN, '--key', 'key.pem'];
    expect(await pageseal(args, { cwd })).toMatchObject({ status: 2 });
    expect(existsSync(join(cwd, 'store'))).toBe(false);
    expect(await pageseal([...args, '--exclude', 'key.pem*'], { cwd })).toMatchObject({
      status: 0,
    });
    const { entries } = readVolume(join(cwd, 'store'), 1);
    expect([...entries.keys()].filter((path) => !path.includes('/'))).toEqual(['source']);
  });

  it('warns of a private key that everybody can read', async () => {
    const cwd = await setting();
    chmodSync(join(cwd, 'key.pem'), 0o644);
    const args = ['seal', 'source', 'store', '--origin', ORIGIN, '--key', 'key.pem'];
    const { status, stderr } = await pageseal(args, { cwd });
    expect(status).toBe(0);
    expect(stderr).toBe('pageseal: warning: every user can read the private key "key.pem"\n');
  });

  it.each([
    { what: 'file', path: 'source/sub/a', mode: 0o000 },
    { what: 'directory', path: 'source/sub', mode: 0o300 },
    { what: 'directory that may not be entered', path: 'source/sub', mode: 0o600 },
  ])('names an unreadable $what', async ({ path, mode }) => {
    const cwd = await setting();
    chmodSync(cwd, 0o777);
    // Who runs as root can read everything, and so becomes somebody else.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) execFileSync('chown', ['-R', `${NOBODY}`, cwd]);
    chmodSync(join(cwd, path), mode);
    const args = ['seal', 'source', 'store', ...UNSIGNED];
    const { status, stdout, stderr } = await pageseal(args, {
      cwd,
      ...(isRoot ? { uid: NOBODY } : {}),
    });
    chmodSync(join(cwd, path), 0o700);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(path);
    expect(stderr).toMatch(/can not be read: permission denied \(ERR_SOURCE_UNREADABLE\)\n$/);
    expect(readdirSync(join(cwd, 'store', 'statements'))).toEqual([]);
  });

  it('prints no control character of a name', async () => {
    const cwd = await setting();
    execFileSync('mkfifo', [join(cwd, 'source', '\x1b[31mred\r\n')]);
    const { status, stderr } = await pageseal(['seal', 'source', 'store', ...UNSIGNED], { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain('\\x1b[31mred\\x0d\\x0a"');
    expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(stderr).toMatch(/\(ERR_SOURCE_SPECIAL\)\npageseal: hint: .*\n$/);
  });

  it.each([
    { signal: 'SIGINT', status: 130 },
    { signal: 'SIGTERM', status: 143 },
  ] as const)('gives up on $signal, and tidies up', async ({ signal, status }) => {
    const cwd = folder();
    writeFileSync(join(cwd, 'large'), '');
    truncateSync(join(cwd, 'large'), 100_000_000_000);
    const child = start(['seal', 'large', 'store', ...UNSIGNED], { cwd });
    const finished = finish(child);
    const versions = join(cwd, 'store', 'versions');
    while (!existsSync(versions) || readdirSync(versions).length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill(signal);
    expect(await finished).toMatchObject({ status, stdout: '', stderr: '' });
    expect(leftovers(join(cwd, 'store'))).toEqual([]);
    expect(readdirSync(join(cwd, 'store', 'statements'))).toEqual([]);
  });

  it('shows a bar on a terminal, and nothing of it elsewhere', async () => {
    const cwd = await setting();
    const command = [process.execPath, PROGRAM, 'seal', 'source', 'store', ...UNSIGNED].join(' ');
    const typescript = execFileSync('script', ['-qec', command, '/dev/null'], { cwd });
    expect(typescript.toString()).toMatch(/sealing \[/);
    expect(typescript.toString()).toContain('\x1b[?25h'); // the cursor is back
    const { stderr } = await pageseal(['seal', 'source', 'store', '--unsigned'], { cwd });
    expect(stderr).toBe('');
  });
});
