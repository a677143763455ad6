import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import { fsverityDigest, objectIdHex } from '../../common/descriptor.ts';
import { formatTime, textHash } from '../../common/statement.ts';
import { FSVERITY } from '../../common/tree/profile.ts';
import {
  generateKey,
  loadSigningKey,
  type SealOptions,
  seal,
  strip,
} from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { folder, plant, type Tree } from '../helpers/folder.ts';
import { leftovers, readVolume } from '../helpers/stored-volume.ts';

const ORIGIN = 'lab.example/images';
const ISSUED = Date.UTC(2026, 10, 21, 10);
const OPTIONS: SealOptions = { origin: ORIGIN, issued: ISSUED };

const P = 4096;
const TREE: Tree = {
  empty: '',
  'disk.img': noise(3 * P + 17, 1),
  'sub/deep/leaf': noise(P, 2),
  'sub/empty/': '',
  'sub/link': '-> ../disk.img',
  dangling: '-> /no/such/place',
  'name with \u{1f600}': 'x',
  '\uffff': 'after that in bytes, before it in UTF-16',
  // The bytes of `a` sort before those of `a.b`, whatever a locale thinks of dots and capitals.
  a: '1',
  'a.b': '2',
  B: '3',
};

function text(store: string): string {
  return Buffer.from(strip(store)).toString();
}

describe('seal()', () => {
  it('makes a store in which everything is found and proven', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), TREE);
    const store = join(parent, 'store');
    const result = await seal(source, store, OPTIONS);
    const { statement, entries, contents, signed } = readVolume(store, 1);
    expect(statement).toMatchObject({ origin: ORIGIN, version: 1, issued: ISSUED });
    expect(signed).toBe(false);
    expect(result.objectId).toBe(objectIdHex(statement.descriptor));
    expect([...entries.keys()].filter((path) => !path.includes('/'))).toEqual(
      [
        'B',
        'a',
        'a.b',
        'dangling',
        'disk.img',
        'empty',
        'name with \u{1f600}',
        'sub',
        '\uffff',
      ].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
    );
    for (const [path, bytes] of contents) {
      expect(toHex(bytes)).toBe(readFileSync(join(source, path)).toString('hex'));
    }
    expect(contents.size).toBe(8);
    expect(entries.get('dangling')).toMatchObject({ type: 'symlink', target: '/no/such/place' });
    expect(entries.get('sub/link')).toMatchObject({ type: 'symlink', target: '../disk.img' });
    expect(result).toMatchObject({ files: 8, directories: 4, symlinks: 2, bytes: 4 * P + 61 });
    expect(leftovers(store)).toEqual([]);
  });

  it.each([
    { what: 'an empty file', size: 0 },
    { what: 'a file of one byte', size: 1 },
    { what: 'a file of a page less one', size: P - 1 },
    { what: 'a file of a page', size: P },
    { what: 'a file of a page and one', size: P + 1 },
    { what: 'a file of 129 pages', size: 129 * P },
    // Read in several chunks, the last of them short.
    { what: 'a file of 1.2 MB', size: 1_234_567 },
  ])('seals $what as a store of its own', async ({ size }) => {
    const parent = folder();
    const source = join(parent, 'disk.img');
    writeFileSync(source, noise(size));
    await seal(source, join(parent, 'store'), OPTIONS);
    const { statement, contents } = readVolume(join(parent, 'store'), 1);
    expect(statement.type).toBe('file');
    expect(contents.get('')?.length).toBe(size);
  });

  it('seals an empty directory as the empty object', async () => {
    const parent = folder();
    await seal(plant(join(parent, 'source'), {}), join(parent, 'store'), OPTIONS);
    const { statement, entries } = readVolume(join(parent, 'store'), 1);
    expect(statement).toMatchObject({ type: 'directory', descriptor: { size: 0 } });
    expect(entries.size).toBe(0);
  });

  it('follows a symlink that is the source itself', async () => {
    const parent = folder();
    plant(join(parent, 'release'), { a: '1' });
    symlinkSync('release', join(parent, 'current'));
    await seal(join(parent, 'current'), join(parent, 'store'), OPTIONS);
    expect([...readVolume(join(parent, 'store'), 1).entries.keys()]).toEqual(['a']);
  });

  it('seals a directory of several pages', async () => {
    const parent = folder();
    const names = Array.from({ length: 700 }, (_, i) => [`entry ${i} ${'x'.repeat(i % 200)}`, '']);
    const source = plant(join(parent, 'source'), Object.fromEntries(names));
    await seal(source, join(parent, 'store'), OPTIONS);
    const { statement, entries } = readVolume(join(parent, 'store'), 1);
    expect(statement.descriptor.size).toBeGreaterThan(6 * 16_384);
    expect([...entries.keys()]).toEqual(names.map(([name]) => name ?? '').sort());
  });

  it('stores equal files once', async () => {
    const parent = folder();
    const same = noise(2 * P);
    const source = plant(join(parent, 'source'), { a: same, b: same, 'c/a': same, 'd/a': same });
    const { objects } = await seal(source, join(parent, 'store'), OPTIONS);
    expect(objects).toBe(3); // the file, the root, and c, which equals d
    expect(readVolume(join(parent, 'store'), 1).contents.size).toBe(4);
  });

  it('records nine permission bits, and nothing else, of the mode', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { a: '', b: '', 'c/': '' });
    chmodSync(join(source, 'a'), 0o4751);
    chmodSync(join(source, 'b'), 0o600);
    chmodSync(join(source, 'c'), 0o1770);
    await seal(source, join(parent, 'store'), OPTIONS);
    const { entries } = readVolume(join(parent, 'store'), 1);
    expect([...entries.values()].map(({ mode }) => mode)).toEqual([0o751, 0o600, 0o770]);
    expect([...entries.values()].every((entry) => !('mtime' in entry))).toBe(true);
  });

  it.each([
    { seconds: 1_700_000_000.25, want: { seconds: 1_700_000_000, nanoseconds: 250_000_000 } },
    // Before 1970 the nanoseconds still count upwards.
    { seconds: -1.75, want: { seconds: -2, nanoseconds: 250_000_000 } },
  ])('records the modification time $seconds when it is told to', async ({ seconds, want }) => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { a: '' });
    execFileSync('touch', ['-d', `@${seconds}`, join(source, 'a')]);
    await seal(source, join(parent, 'store'), { ...OPTIONS, mtime: true });
    expect(readVolume(join(parent, 'store'), 1).entries.get('a')?.mtime).toEqual(want);
  });

  it('leaves out what is excluded, and never looks into it', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), {
      a: '',
      'b.log': '',
      'cache/x': '',
      'd/b.log': '',
    });
    execFileSync('mkfifo', [join(source, 'cache', 'pipe')]);
    const exclude = ['*.log', 'cache/'];
    await seal(source, join(parent, 'store'), { ...OPTIONS, exclude });
    expect([...readVolume(join(parent, 'store'), 1).entries.keys()]).toEqual(['a', 'd']);
  });

  it('leaves out special files when it is told to', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { a: '' });
    execFileSync('mkfifo', [join(source, 'pipe')]);
    await seal(source, join(parent, 'store'), { ...OPTIONS, skipSpecial: true });
    expect([...readVolume(join(parent, 'store'), 1).entries.keys()]).toEqual(['a']);
  });

  it('leaves out its own store where that lies in the source', async () => {
    const source = plant(folder(), { 'a/b': '1' });
    const store = join(source, 'a', 'store');
    await seal(source, store, OPTIONS);
    await seal(source, store, OPTIONS);
    expect([...readVolume(store, 2).entries.keys()]).toEqual(['a', 'a/b']);
  });

  it.each([1024, 65_536, 1_048_576])('seals files in pages of %i bytes', async (pageSize) => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { a: noise(2 * pageSize + 1) });
    await seal(source, join(parent, 'store'), { ...OPTIONS, pageSize });
    const { statement, entries } = readVolume(join(parent, 'store'), 1);
    expect(entries.get('a')).toMatchObject({ descriptor: { pageSize } });
    expect(statement.descriptor).toMatchObject({ pageSize: 16_384 });
  });

  it('signs with the origin as the name of the key, and chains versions', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), { a: '1' });
    const store = join(parent, 'store');
    generateKey(join(parent, 'key.pem'), { name: ORIGIN });
    const key = loadSigningKey(join(parent, 'key.pem'));
    const first = await seal(source, store, { ...OPTIONS, key });
    writeFileSync(join(source, 'a'), '2');
    const second = await seal(source, store, { issued: ISSUED + 1000, key, keyName: 'other' });
    expect(first.note.signatures.map(({ name }) => name)).toEqual([ORIGIN]);
    expect(second.note.signatures.map(({ name }) => name)).toEqual(['other']);
    const { statement, signed } = readVolume(store, 2);
    expect(signed).toBe(true);
    expect(statement).toMatchObject({ origin: ORIGIN, version: 2 });
    expect(statement.previous).toEqual(textHash(first.note.text));
  });

  it('writes the time of expiry', async () => {
    const parent = folder();
    const source = plant(join(parent, 'source'), {});
    const { statement } = await seal(source, join(parent, 'store'), {
      ...OPTIONS,
      expires: ISSUED + 60_000,
    });
    expect(formatTime(statement.expires ?? 0)).toBe('2026-11-21T10:01:00Z');
  });

  it('gives the same bytes for the same tree, in whatever order its files were made', async () => {
    const parent = folder();
    const texts: string[] = [];
    const files = new Set<string>();
    for (const [name, tree] of [
      ['one', TREE],
      ['two', Object.fromEntries(Object.entries(TREE).toReversed())],
    ] as const) {
      const store = join(parent, `store ${name}`);
      await seal(plant(join(parent, name), tree), store, OPTIONS);
      texts.push(text(store));
      const names = ['index', 'digests', 'packs'].map((file) => `versions/1/${file}`);
      names.push(...['directories', 'trees', 'paths'].map((file) => `packs/1/${file}`));
      files.add(names.map((name) => readFileSync(join(store, name), 'hex')).join());
    }
    expect(texts[0]).toBe(texts[1]);
    expect(files.size).toBe(1);
  });

  it.each([
    { fault: 'a page size that is no power of two', options: { pageSize: 5000 } },
    { fault: 'a page size too small', options: { pageSize: 512 } },
    {
      fault: 'a page size too large for its profile',
      options: { profile: FSVERITY.name, pageSize: 131_072 },
    },
    { fault: 'an impossible origin', options: { origin: 'Lab' } },
    { fault: 'an expiry before the issue', options: { expires: ISSUED } },
  ])('refuses $fault before it touches anything', async ({ options }) => {
    const parent = folder();
    const source = plant(join(parent, 'source'), {});
    const sealing = seal(source, join(parent, 'store'), { ...OPTIONS, ...options });
    await expect(sealing).rejects.toThrow(RangeError);
    expect(existsSync(join(parent, 'store'))).toBe(false);
  });
});

describe('seal() on a store', () => {
  async function sealed(): Promise<{ parent: string; source: string; store: string }> {
    const parent = folder();
    const source = plant(join(parent, 'source'), { a: '1' });
    const store = join(parent, 'store');
    await seal(source, store, OPTIONS);
    return { parent, source, store };
  }

  it('refuses another origin', async () => {
    const { source, store } = await sealed();
    const other = seal(source, store, { ...OPTIONS, origin: 'elsewhere' });
    await expect(other).rejects.toThrow(failure('StoreError', 'ERR_STORE'));
  });

  it('refuses another source', async () => {
    const { parent, store } = await sealed();
    const other = seal(plant(join(parent, 'other'), {}), store, OPTIONS);
    await expect(other).rejects.toThrow(failure('StoreError', 'ERR_STORE'));
  });

  it('refuses to issue a version before the one it follows', async () => {
    const { source, store } = await sealed();
    const early = seal(source, store, { issued: ISSUED - 1000 });
    await expect(early).rejects.toThrow(failure('StoreError', 'ERR_STORE'));
    await seal(source, store, { issued: ISSUED });
    expect(readVolume(store, 2).statement.issued).toBe(ISSUED);
  });

  it('refuses to go on from a damaged statement', async () => {
    const { source, store } = await sealed();
    writeFileSync(join(store, 'statements', '1'), 'pageseal.v1/statement\n');
    const next = seal(source, store, OPTIONS);
    await expect(next).rejects.toThrow(failure('StoreError', 'ERR_STORE_DAMAGED'));
  });

  it('needs an origin for its first version', async () => {
    const parent = folder();
    const first = seal(plant(join(parent, 'source'), {}), join(parent, 'store'), {});
    await expect(first).rejects.toThrow(failure('StoreError', 'ERR_STORE'));
  });

  it('refuses a folder that holds other things, and leaves it alone', async () => {
    const parent = folder();
    const store = plant(join(parent, 'store'), { 'thesis.tex': '' });
    const first = seal(plant(join(parent, 'source'), {}), store, OPTIONS);
    await expect(first).rejects.toThrow(failure('StoreError', 'ERR_STORE'));
    expect(readdirSync(store)).toEqual(['thesis.tex']);
  });

  it('refuses a store that is the source', async () => {
    const path = folder();
    await expect(seal(path, path, OPTIONS)).rejects.toThrow(failure('StoreError', 'ERR_STORE'));
  });

  it('refuses a store whose parent is missing', async () => {
    const parent = folder();
    const first = seal(plant(join(parent, 'source'), {}), join(parent, 'no', 'store'), OPTIONS);
    await expect(first).rejects.toThrow(failure('StoreError', 'ERR_STORE'));
  });

  it('removes what an interrupted process left, and nothing else', async () => {
    const { source, store } = await sealed();
    plant(store, {
      'versions/2/index': '',
      'versions/2.tmp-aa/index': '',
      'packs/2/trees': '',
      'packs/2.tmp-dd/trees': '',
      'contents/2.tmp-ee': '',
      'statements/2.tmp-bb': '',
      'store.json.tmp-cc': '',
    });
    const before = statSync(join(store, 'versions', '1')).ino;
    await seal(source, store, OPTIONS);
    expect(leftovers(store)).toEqual([]);
    expect(readdirSync(join(store, 'versions')).sort()).toEqual(['1', '2']);
    expect(statSync(join(store, 'versions', '1')).ino).toBe(before);
    readVolume(store, 2);
  });

  it('leaves nothing behind when it is told to give up', async () => {
    const { source, store } = await sealed();
    const stop = new AbortController();
    const reason = new Error('enough');
    const next = seal(source, store, {
      ...OPTIONS,
      signal: stop.signal,
      onProgress: () => stop.abort(reason),
    });
    await expect(next).rejects.toBe(reason);
    expect(leftovers(store)).toEqual([]);
    expect(readdirSync(join(store, 'statements'))).toEqual(['1']);
  });
});

describe('seal() with fsverity-sha256', () => {
  const missing = !existsSync('/usr/bin/fsverity') && process.env['CI'] !== 'true';

  test.skipIf(missing)('gives files the digest that the tool fsverity prints', async () => {
    const parent = folder();
    for (const pageSize of [1024, 4096, 65_536]) {
      const sizes = [0, 1, pageSize, pageSize + 1, 40 * pageSize + 1];
      const tree = Object.fromEntries(sizes.map((size) => [`${size}`, noise(size, size)]));
      const source = plant(join(parent, `source ${pageSize}`), tree);
      const store = join(parent, `store ${pageSize}`);
      await seal(source, store, { ...OPTIONS, profile: 'fsverity-sha256', pageSize });
      const { entries, statement } = readVolume(store, 1);
      expect(statement.descriptor.profile.name).toBe('rfc9162-sha256');
      for (const [name, entry] of entries) {
        const args = ['digest', `--block-size=${pageSize}`, '--compact', join(source, name)];
        const printed = execFileSync('fsverity', args, { encoding: 'utf8' }).trim();
        if (entry.type !== 'file') throw new Error('no file');
        expect(toHex(fsverityDigest(entry.descriptor) ?? new Uint8Array())).toBe(printed);
      }
    }
  });
});

describe('seal() of 200,000 entries', () => {
  it('needs no memory per entry on the heap', { timeout: 120_000 }, () => {
    const parent = folder();
    const source = join(parent, 'source');
    mkdirSync(source);
    const make = `for (let i = 0; i < 200000; i += 1) fs.closeSync(fs.openSync('${source}/' + i, 'w'))`;
    execFileSync(process.execPath, ['-e', make]);
    const program = join(import.meta.dirname, '../../dist/cli/main.js');
    const args = ['--max-old-space-size=20', program, 'seal', source, join(parent, 'store')];
    const out = execFileSync(process.execPath, [...args, '-o', 'a', '--unsigned', '--json']);
    expect(JSON.parse(out.toString())).toMatchObject({ files: 200_000, objects: 2 });
  });
});
