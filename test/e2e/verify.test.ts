import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateKey, loadSigningKey, seal } from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { pageseal } from '../helpers/cli.ts';
import { folder, plant } from '../helpers/folder.ts';
import { jsonLines, makeScene, type Scene, serving } from '../helpers/scene.ts';

const NOBODY = 65_534;
const TREE = {
  'big.bin': noise(600_000),
  'same/as.bin': noise(600_000),
  'c.bin': noise(50_000, 2),
  a: 'a',
  empty: '',
  'none/': '',
  'dir/b': 'b',
  'dir/up': '-> ../a',
};

let scene: Scene;

beforeAll(async () => {
  scene = await makeScene(TREE);
});

afterAll(() => scene.remove());

const verify = (store: string, ...args: readonly string[]) =>
  pageseal(['verify', store, ...scene.trust, ...args]);

/** Changes one byte of a file. */
function corrupt(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

/** Copies the store, for a test that damages it; its contents stay where they are. */
function copyOfStore(): string {
  const store = join(folder(), 'store');
  cpSync(scene.store, store, { recursive: true });
  return store;
}

describe('pageseal verify', () => {
  test('0: checks everything, each distinct object once', async () => {
    const { status, stdout, stderr } = await verify(scene.store, '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const counts = { files: 6, directories: 4, symlinks: 1, objects: 9, findings: 0 };
    expect(jsonLines(stdout)).toEqual([expect.objectContaining({ version: 1, ...counts })]);
  });

  test('3: finds a damaged tree, and every path that needs it', async () => {
    const store = copyOfStore();
    corrupt(join(store, 'packs/1/trees'), 0);
    const { status, stdout, stderr } = await verify(store);
    expect(status).toBe(3);
    expect(stderr).toMatch(/error: (1 path is|2 paths are) not what was signed/);
    expect(stdout).toMatch(/^tree damaged {9}(big|c)\.bin\n/);
  });

  test('3: finds a tree that ends too early', async () => {
    const store = copyOfStore();
    writeFileSync(join(store, 'packs/1/trees'), '');
    const { status, stdout } = await verify(store, '--json');
    expect(status).toBe(3);
    const found = jsonLines(stdout).flatMap(({ path, fault }) => (fault ? [[path, fault]] : []));
    const damaged = ['big.bin', 'c.bin', 'same/as.bin'].map((path) => [path, 'tree damaged']);
    expect(found).toEqual(damaged);
  });

  test('3: finds a damaged directory', async () => {
    const store = copyOfStore();
    corrupt(join(store, 'packs/1/directories'), 20);
    const { status, stdout } = await verify(store);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^contents changed {5}\S+\n/);
  });

  test('3: finds a damaged index', async () => {
    const store = copyOfStore();
    corrupt(join(store, 'versions/1/index'), 81);
    const { status, stdout } = await verify(store);
    expect(status).toBe(3);
    expect(stdout).toMatch(/^(index damaged|not in the store)/);
  });

  test.each([
    { what: 'that there is none', change: (paths: string) => paths.replace('c.bin', 'x.bin') },
    { what: 'another file', change: (paths: string) => paths.replace('c.bin', 'empty') },
    { what: 'no text', change: (paths: string) => paths.replace('c.bin', '\xff.bin') },
  ])('3: finds a wrong record of where a file is, of $what', async ({ change }) => {
    const store = copyOfStore();
    const path = join(store, 'packs/1/paths');
    const paths = readFileSync(path, 'latin1');
    expect(change(paths)).not.toBe(paths);
    writeFileSync(path, change(paths), 'latin1');
    const { status, stdout } = await verify(store, '--json');
    expect(status).toBe(3);
    const found = jsonLines(stdout).flatMap(({ path, fault }) => (fault ? [[path, fault]] : []));
    expect(found).toEqual([['c.bin', 'path damaged']]);
    expect((await pageseal(['repair', store])).status).toBe(0);
    expect((await verify(store)).status).toBe(0);
  });

  test('3: refuses a statement whose signature is not the trusted key´s', async () => {
    const other = join(folder(), 'other.pem');
    generateKey(other, { name: 'other.example' });
    const trust = ['--key', `${other}.pub`, '--key-name', 'other.example'];
    const { status, stderr } = await pageseal(['verify', scene.store, ...trust]);
    expect(status).toBe(3);
    expect(stderr).toContain('ERR_THRESHOLD');
  });

  test('3: refuses a statement whose text was changed', async () => {
    const store = copyOfStore();
    const path = join(store, 'statements/1');
    writeFileSync(path, readFileSync(path, 'utf8').replace('version 1', 'version 2'));
    const { status, stderr } = await verify(store);
    expect(status).toBe(3);
    expect(stderr).toMatch(/ERR_(SIGNATURE|STATEMENT)/);
  });

  test('1: a version that may not be read is not called damaged', async () => {
    const store = copyOfStore();
    const isRoot = process.getuid?.() === 0;
    chmodSync(dirname(store), 0o755);
    chmodSync(join(store, 'versions/1/index'), 0);
    const nobody = isRoot ? { uid: NOBODY } : {};
    const { status, stderr } = await pageseal(['inspect', store], nobody);
    const serving = await pageseal(['serve', store, '--listen', '127.0.0.1:0'], nobody);
    chmodSync(join(store, 'versions/1/index'), 0o644);
    expect([status, serving.status]).toEqual([1, 1]);
    for (const said of [stderr, serving.stderr]) {
      expect(said).toContain('version 1 of the store can not be read: permission denied');
      expect(said).toContain('ERR_STORE)');
    }
  });

  test('1, 2: a folder that is no store, and no key', async () => {
    expect((await verify(folder())).status).toBe(1);
    expect((await pageseal(['verify', scene.store])).status).toBe(2);
  });
});

describe('pageseal verify of contents that are no longer what was sealed', () => {
  let other: Scene;

  beforeAll(async () => {
    other = await makeScene(TREE);
    writeFileSync(join(other.source, 'c.bin'), noise(50_000, 3));
    writeFileSync(join(other.source, 'dir/b'), '');
    rmSync(join(other.source, 'a'));
  });

  afterAll(() => other.remove());

  test('3: lists every path, and tells changed from missing', async () => {
    const { status, stdout } = await pageseal(['verify', other.store, ...other.trust, '--json']);
    expect(status).toBe(3);
    const found = jsonLines(stdout).flatMap(({ path, fault }) => (fault ? [[path, fault]] : []));
    expect(found).toEqual([
      ['a', 'missing'],
      ['c.bin', 'contents changed'],
      ['dir/b', 'contents changed'],
    ]);
  });

  test('a server does not send them, unless it is told to trust its source', async () => {
    const honest = await serving([other.store]);
    const trusting = await serving([other.store], ['--trust-source']);
    const cat = (url: string) => pageseal(['cat', url, 'c.bin', '--wait', '0', ...other.trust]);
    const [refused, wrong] = await Promise.all([cat(honest.url()), cat(trusting.url())]);
    await Promise.all([honest.stop(), trusting.stop()]);
    expect([refused.status, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/ERR_REMOTE_CHANGED\)\npageseal: hint: .*seal again/);
    expect([wrong.status, wrong.stdout]).toEqual([3, '']);
    expect(wrong.stderr).toContain('ERR_PROOF_MISMATCH');
  });
});

describe('pageseal verify of a store with several versions', () => {
  let other: Scene;

  beforeAll(async () => {
    other = await makeScene(
      { a: 'one', b: 'stays' },
      { origin: 'series.example', issued: 1e12, expires: 1.1e12 },
    );
    writeFileSync(join(other.source, 'a'), 'two');
    await seal(other.source, other.store, { issued: 1.2e12, key: loadSigningKey(other.key) });
  });

  afterAll(() => other.remove());

  const verifyOther = (...args: readonly string[]) =>
    pageseal(['verify', other.store, ...other.trust, ...args]);

  test('0: checks the newest', async () => {
    const { status, stdout } = await verifyOther();
    expect([status, stdout.split('\n')[0]]).toEqual([0, 'verified  series.example version 2']);
  });

  test('3: finds what an older version has lost', async () => {
    const { status, stdout } = await verifyOther('--version', '1');
    expect(status).toBe(3);
    expect(stdout).toMatch(/^contents changed {5}a\n/);
  });

  test('4: tells that an older version has expired, once it is known to be whole', async () => {
    writeFileSync(join(other.source, 'a'), 'one');
    const { status, stdout, stderr } = await verifyOther('--version', '1');
    expect(status).toBe(4);
    expect(stdout).toContain('series.example version 1');
    expect(stderr).toContain('ERR_EXPIRED');
    writeFileSync(join(other.source, 'a'), 'two');
  });

  test('4: finds a version that does not follow the one before', async () => {
    const path = join(other.store, 'statements/1');
    const text = readFileSync(path, 'utf8');
    chmodSync(path, 0o644);
    writeFileSync(path, text.replace(/\nissued .*/, '\nissued 2001-01-01T00:00:00Z'));
    const { status, stderr } = await verifyOther();
    writeFileSync(path, text);
    expect(status).toBe(4);
    expect(stderr).toContain('ERR_PREVIOUS');
  });
});

describe('pageseal verify of files and directories with the same contents', () => {
  let twins: Scene;

  beforeAll(async () => {
    const folderOfTwins = { 'x/f': 'twin', 'x/l': '-> f' };
    twins = await makeScene({
      a: 'same',
      b: 'same',
      ...folderOfTwins,
      'y/f': 'twin',
      'y/l': '-> f',
    });
  });

  afterAll(() => twins.remove());

  const check = () => pageseal(['verify', twins.store, ...twins.trust, '--json']);

  test('0: counts each of them', async () => {
    const { status, stdout } = await check();
    expect(status).toBe(0);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ files: 4, directories: 3, symlinks: 2 });
  });

  test('3: lists the one that has changed, not its twin', async () => {
    writeFileSync(join(twins.source, 'b'), 'else');
    rmSync(join(twins.source, 'y/f'));
    const { status, stdout } = await check();
    expect(status).toBe(3);
    const found = jsonLines(stdout).flatMap(({ path, fault }) => (fault ? [[path, fault]] : []));
    expect(found).toEqual([
      ['b', 'contents changed'],
      ['y/f', 'missing'],
    ]);
  });
});

describe('pageseal verify and inspect of copies', () => {
  test('0, 3: judges the copies, and not the source', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { a: 'one', 'b/c': noise(9000), same: 'one' });
    const store = join(parent, 'store');
    const key = join(parent, 'key.pem');
    generateKey(key, { name: 'lab' });
    await seal(source, store, { origin: 'lab', key: loadSigningKey(key), copy: true });
    rmSync(source, { recursive: true });
    const args = ['verify', store, '--key', `${key}.pub`, '--json'];
    expect((await pageseal(args)).status).toBe(0);
    const report = await pageseal(['inspect', store]);
    expect(report.stdout).toMatch(/^contents +copied into the store$/m);
    expect(report.stdout).toMatch(/^ +pack 1: directories .*, trees .*, paths 0 B$/m);
    const proof = await pageseal(['inspect', store, 'b/c', '--page', '1', '--json']);
    expect(JSON.parse(proof.stdout)).toMatchObject({ proof: { holds: true } });

    const { objectId } = JSON.parse((await pageseal(['inspect', store, 'a', '--json'])).stdout) as {
      objectId: string;
    };
    const copy = join(store, 'contents', objectId.slice(0, 2), objectId);
    const faults = async () => {
      const { status, stdout } = await pageseal(args);
      expect(status).toBe(3);
      return jsonLines(stdout).flatMap(({ path, fault }) => (fault ? [[path, fault]] : []));
    };
    writeFileSync(copy, 'two');
    expect(await faults()).toEqual([
      ['a', 'contents changed'],
      ['same', 'contents changed'],
    ]);
    rmSync(copy);
    expect(await faults()).toEqual([
      ['a', 'missing'],
      ['same', 'missing'],
    ]);
  });
});

describe('pageseal verify of fs-verity digests', () => {
  test('3: finds files that can not be found by theirs, which repair mends', async () => {
    const made = await makeScene(
      { a: noise(9000), 'b/c': noise(5000, 2) },
      { profile: 'fsverity-sha256' },
    );
    try {
      const check = () => pageseal(['verify', made.store, ...made.trust, '--json']);
      expect((await check()).status).toBe(0);
      corrupt(join(made.store, 'versions/1/digests'), 63);
      const { status, stdout } = await check();
      expect(status).toBe(3);
      const found = jsonLines(stdout).flatMap(({ fault }) => (fault ? [fault] : []));
      expect(found).toEqual(['digest damaged']);
      expect((await pageseal(['repair', made.store])).status).toBe(0);
      expect((await check()).status).toBe(0);
    } finally {
      made.remove();
    }
  });
});
