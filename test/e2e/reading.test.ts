import { chmodSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatVerifierKey, verifierKeyFromSpki } from '../../common/index.ts';
import { generateKey, loadPublicKey } from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { finish, pageseal, start } from '../helpers/cli.ts';
import {
  jsonLines,
  makeScene,
  ORIGIN,
  type Scene,
  type Serving,
  serving,
  valve,
} from '../helpers/scene.ts';

const BIG = noise(5 * 1024 * 1024 + 7);
const ODD = ['-r', '.hidden', 'esc\x1b[31m', 'line\nbreak', 'back\\slash', 'ünï ☃'];

let scene: Scene;
let expired: Scene;
let server: Serving;

beforeAll(async () => {
  const odd = Object.fromEntries(ODD.map((name) => [`odd/${name}`, name]));
  const tree = {
    'a.txt': 'hello\n',
    'big.bin': BIG,
    empty: '',
    'none/': '',
    'dir/b': 'b',
    ...odd,
    'dir/up': '-> ../a.txt',
    'dir/self': '-> ../dir',
    out: '-> /etc/\x1bpasswd',
  };
  scene = await makeScene(tree, {
    mtime: true,
    profile: 'fsverity-sha256',
    prepare: (source) => {
      chmodSync(join(source, 'a.txt'), 0o640);
      utimesSync(join(source, 'a.txt'), 1_700_000_000, 1_700_000_000.5);
    },
  });
  expired = await makeScene({ x: 'x' }, { origin: 'old.example', issued: 1e12, expires: 1.1e12 });
  server = await serving([scene.store, expired.store]);
});

afterAll(async () => {
  await server.stop();
  scene.remove();
  expired.remove();
});

const read = (command: string, ...args: readonly string[]) =>
  pageseal([command, ...scene.trust, server.url(), ...args]);

describe('pageseal ls', () => {
  test('lists the root in the order of the names', async () => {
    const { status, stdout, stderr } = await read('ls');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe('a.txt\nbig.bin\ndir\nempty\nnone\nodd\nout\n');
  });

  test('shows modes, sizes, times and targets, and escapes what steers a terminal', async () => {
    const { stdout } = await read('ls', '-l');
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('-rw-r-----            6 2023-11-14T22:13:20Z a.txt');
    expect(lines[6]).toMatch(/^lrwxrwxrwx {11}12 .{20} out -> \/etc\/\\x1bpasswd$/);
    expect(stdout).not.toContain('\x1b');
  });

  test('walks with -R, one escaped path a line', async () => {
    const { stdout } = await read('ls', '-R', 'odd');
    const escaped = ['-r', '.hidden', 'back\\\\slash', 'esc\\x1b[31m', 'line\\x0abreak', 'ünï ☃'];
    expect(stdout.trimEnd().split('\n')).toEqual(escaped.map((name) => `odd/${name}`));
  });

  test('gives exact names as JSON', async () => {
    const { stdout } = await read('ls', '--json', 'odd');
    const entries = jsonLines(stdout);
    expect(entries.map(({ name }) => name)).toEqual(ODD.toSorted());
    expect(entries[0]).toMatchObject({ path: 'odd/-r', type: 'file', size: 2, pageSize: 4096 });
  });

  test('follows a symlink to a directory, and shows it with -l', async () => {
    const [short, long] = await Promise.all([read('ls', 'dir/self'), read('ls', '-l', 'dir/self')]);
    expect(short.stdout).toBe('b\nself\nup\n');
    expect(long.stdout).toContain('self -> ../dir');
  });

  test('lists nothing of an empty directory', async () => {
    const { status, stdout } = await read('ls', 'none');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});

describe('pageseal stat', () => {
  test('shows what was signed, as text', async () => {
    const { stdout } = await read('stat', 'a.txt');
    expect(stdout).toContain('mode       -rw-r-----\n');
    expect(stdout).toContain('mtime      2023-11-14T22:13:20.500000000Z\n');
    expect(stdout).toMatch(/^fs-verity {2}[0-9a-f]{64}$/m);
  });

  test('shows what was signed, as JSON', async () => {
    const { stdout } = await read('stat', '--json', 'a.txt');
    expect(jsonLines(stdout)[0]).toMatchObject({
      mode: '0640',
      size: 6,
      mtime: { seconds: 1_700_000_000, nanoseconds: 500_000_000 },
      profile: 'fsverity-sha256',
      fsverityDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('shows a symlink itself, wherever it leads', async () => {
    const { stdout } = await read('stat', '--json', 'out');
    expect(jsonLines(stdout)[0]).toMatchObject({ type: 'symlink', target: '/etc/\x1bpasswd' });
  });
});

describe('pageseal cat', () => {
  test('prints a file of many pages', async () => {
    const { output, stderr } = await read('cat', 'big.bin');
    expect(stderr).toBe('');
    expect(Buffer.compare(output, BIG)).toBe(0);
  });

  test('prints nothing of an empty file, and follows symlinks', async () => {
    const [empty, linked] = await Promise.all([read('cat', 'empty'), read('cat', 'dir/up')]);
    expect([empty.status, empty.stdout]).toEqual([0, '']);
    expect(linked.stdout).toBe('hello\n');
  });

  test('prints a range that starts and ends within pages', async () => {
    const { output } = await read('cat', '--range', '300000-2100000', 'big.bin');
    expect(Buffer.compare(output, BIG.subarray(300_000, 2_100_001))).toBe(0);
  });

  test('ends quietly when nobody reads any more', async () => {
    const child = start(['cat', ...scene.trust, server.url(), 'big.bin']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { status, stderr } = await finish(child);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  });
});

describe('keys and exit statuses of reading commands', () => {
  test('a verifier key, and a file that holds one, are as good as PEM', async () => {
    const key = verifierKeyFromSpki(ORIGIN, loadPublicKey(`${scene.key}.pub`));
    const file = join(scene.folder, 'verifier-key');
    writeFileSync(file, `${formatVerifierKey(key)}\n`);
    for (const value of [formatVerifierKey(key), file]) {
      const { status } = await pageseal(['ls', server.url(), '--key', value]);
      expect(status).toBe(0);
    }
  });

  test('1: a name that is proven to be absent', async () => {
    const { status, stderr } = await read('cat', 'no\nsuch');
    expect(status).toBe(1);
    expect(stderr).toContain('ERR_NOT_FOUND');
    expect(stderr).not.toContain('no\nsuch');
  });

  test('1: nobody listens', async () => {
    const { status, stderr } = await pageseal(['ls', 'ws://127.0.0.1:1/x', ...scene.trust]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/ERR_CONNECT\)\npageseal: hint: /);
  });

  test('1: a server that falls silent, after the deadline', async () => {
    const silent = await valve(server.port, 1_000_000);
    const url = silent.url();
    const args = ['cat', url, 'big.bin', ...scene.trust, '--deadline', '0.5'];
    const { status, stderr, output } = await pageseal(args);
    silent.close();
    expect(status).toBe(1);
    expect(stderr).toMatch(/ERR_(DEADLINE|CONNECTION)\)/);
    expect(Buffer.compare(output, BIG.subarray(0, output.length))).toBe(0);
  });

  test('1: an origin that is not served', async () => {
    const { status, stderr } = await pageseal(['ls', server.url('nobody'), ...scene.trust]);
    expect(status).toBe(1);
    expect(stderr).toContain('ERR_CONNECT');
  });

  test('1: a private key where the public one belongs', async () => {
    const { status, stderr } = await pageseal(['ls', server.url(), '--key', scene.key]);
    expect(status).toBe(1);
    expect(stderr).toContain('private key');
  });

  test('2: no key at all', async () => {
    const { status, stderr } = await pageseal(['ls', server.url()]);
    expect(status).toBe(2);
    expect(stderr).toContain('--key is needed');
  });

  test.each([
    { what: 'a URL of another scheme', args: ['ls', 'https://x.example/y'] },
    { what: 'a URL that does not end in the origin', args: ['ls', 'ws://x/y', '--origin', 'z'] },
    { what: 'more signers than keys', args: ['ls', 'ws://x/y', '--threshold', '2'] },
    { what: 'a range that is none', args: ['cat', 'ws://x/y', '--range', '9-3'] },
    { what: 'an unknown option', args: ['stat', 'ws://x/y', '--nonsense'] },
  ])('2: $what', async ({ args }) => {
    const { status, stderr } = await pageseal([...args, ...scene.trust]);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^pageseal: error: /);
  });

  test('2: a range behind the end of the file', async () => {
    const { status, stdout } = await read('cat', '--range', '6-', 'a.txt');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('3: a statement that the trusted key did not sign', async () => {
    const other = join(scene.folder, 'other.pem');
    generateKey(other, { name: ORIGIN });
    const { status, stderr } = await pageseal(['ls', server.url(), '--key', `${other}.pub`]);
    expect(status).toBe(3);
    expect(stderr).toMatch(/ERR_THRESHOLD\)\npageseal: hint: .*--key-name/);
  });

  test('3: too few signers', async () => {
    const other = join(scene.folder, 'second.pem');
    generateKey(other, { name: ORIGIN });
    const keys = [...scene.trust, '--key', `${other}.pub`, '--threshold', '2'];
    expect((await pageseal(['ls', server.url(), ...keys])).status).toBe(3);
  });

  test('4: an expired statement', async () => {
    const { status, stderr } = await pageseal(['ls', server.url('old.example'), ...expired.trust]);
    expect(status).toBe(4);
    expect(stderr).toContain('ERR_EXPIRED');
  });
});
