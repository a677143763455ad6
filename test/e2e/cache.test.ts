import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSigningKey, seal } from '../../publisher/index.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { finish, PROGRAM, pageseal, start } from '../helpers/cli.ts';
import { Reader } from '../helpers/reader.ts';
import { makeScene, ORIGIN, type Scene, type Serving, serving, valve } from '../helpers/scene.ts';

const BIG = noise(6 * 1024 * 1024 + 7);
/** User id of nobody. */
const NOBODY = 65_534;
const OTHER = noise(2 * 1024 * 1024, 1);

let scene: Scene;
let server: Serving;

beforeAll(async () => {
  scene = await makeScene({ 'big.bin': BIG, other: OTHER, 'dir/a': 'a' });
  server = await serving([scene.store]);
});

afterAll(async () => {
  await server.stop();
  scene.remove();
});

const cat = (reader: Reader, ...args: readonly string[]) =>
  reader.run('cat', ...args, ...scene.trust);

const keptFiles = ({ home }: Reader) =>
  readdirSync(join(home, 'cache/pageseal/v1')).map((name) => join(home, 'cache/pageseal/v1', name));

const keptBytes = (reader: Reader) =>
  keptFiles(reader).reduce((sum, path) => sum + statSync(path).blocks * 512, 0);

describe('reading with a cache', () => {
  it('keeps nothing unless it is asked to', async () => {
    const reader = new Reader();
    await cat(reader, server.url(), 'dir/a');
    expect(readdirSync(reader.home)).toEqual(['state']);
  });

  it('serves cat, ls and stat when there is no server', async () => {
    const reader = new Reader();
    const nobody = 'ws://127.0.0.1:9/lab.example/nm';
    expect((await cat(reader, '--cache', server.url(), 'big.bin')).status).toBe(0);
    const online = await reader.run('ls', '-lR', '--cache', server.url(), ...scene.trust);
    const offline = ['--offline', nobody, ...scene.trust];
    const found = await cat(reader, '--offline', nobody, 'big.bin');
    expect([found.status, Buffer.compare(found.output, BIG)]).toEqual([0, 0]);
    const listed = await reader.run('ls', '-lR', ...offline);
    expect([listed.status, listed.stdout]).toEqual([0, online.stdout]);
    expect((await reader.json('stat', ...offline))['type']).toBe('directory');
    const missing = await cat(reader, '--offline', nobody, 'other');
    expect([missing.status, missing.stdout]).toEqual([1, '']);
    expect(missing.stderr).toContain('ERR_CONNECTION');
  });

  it('has nothing to read offline before a version was accepted', async () => {
    const { status, stderr } = await cat(new Reader(), '--offline', server.url(), 'dir/a');
    expect([status, stderr]).toEqual([1, expect.stringContaining('ERR_CONNECTION)')]);
  });

  it('can not read by a digest offline', async () => {
    const id = '00'.repeat(32);
    const { status, stderr } = await new Reader().run(
      'cat',
      '--offline',
      server.url(),
      '--object',
      id,
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining('--offline can not read it')]);
  });

  it('moves the changed page of a new version, and little else', async () => {
    const reader = new Reader();
    const own = await makeScene({ f: BIG });
    const serves = await serving([own.store]);
    const counted = await valve(serves.port, Number.POSITIVE_INFINITY);
    const read = () => reader.run('cat', '--cache', counted.url(), 'f', ...own.trust);
    expect(Buffer.compare((await read()).output, BIG)).toBe(0);
    const changed = flipBit(BIG, 8 * 3_000_000);
    writeFileSync(join(own.source, 'f'), changed);
    await seal(own.source, own.store, { origin: ORIGIN, key: loadSigningKey(own.key) });
    await serves.stop();
    const again = await serving([own.store]);
    const recounted = await valve(again.port, Number.POSITIVE_INFINITY);
    const result = await reader.run('cat', '--cache', recounted.url(), 'f', ...own.trust);
    expect([result.status, Buffer.compare(result.output, changed)]).toEqual([0, 0]);
    expect(recounted.passed()).toBeLessThan(4096 + 12_000);
    counted.close();
    recounted.close();
    await again.stop();
    own.remove();
  });
});

describe('a cache that is shared', () => {
  it('V19 property: a client that is killed at any moment leaves nothing wrong behind', async () => {
    const reader = new Reader();
    for (const enough of [4000, 70_000, 150_000, 250_000, 333_333, 400_000, 500_000, 590_000]) {
      const gate = await valve(server.port, 600_000); // what is kept is not sent again
      const { env } = reader;
      const child = start(['cat', '--cache', gate.url(), 'big.bin', ...scene.trust], { env });
      const done = finish(child);
      while (gate.passed() < enough) await new Promise((resolve) => setImmediate(resolve));
      child.kill('SIGKILL');
      expect((await done).signal).toBe('SIGKILL');
      gate.close();
    }
    const read = await cat(reader, '--cache', server.url(), 'big.bin');
    expect([read.status, Buffer.compare(read.output, BIG)]).toEqual([0, 0]);
    const checked = await reader.json('cache', 'check');
    expect(checked).toMatchObject({ unprovenBytes: 0 });
  });

  it('keeps to its quota while several processes read, each byte right', async () => {
    const reader = new Reader();
    const quota = 2 * 1024 * 1024;
    for (let round = 0; round < 2; round += 1) {
      const reads = ['big.bin', 'other', 'big.bin'].map((path) =>
        cat(reader, '--cache-size', '2M', server.url(), path),
      );
      const [big, other, same] = await Promise.all(reads);
      expect([big, other, same].map((found) => [found?.status, found?.stderr])).toEqual(
        Array.from({ length: 3 }, () => [0, '']),
      );
      expect(Buffer.compare(big?.output ?? new Uint8Array(), BIG)).toBe(0);
      expect(Buffer.compare(other?.output ?? new Uint8Array(), OTHER)).toBe(0);
      expect(Buffer.compare(same?.output ?? new Uint8Array(), BIG)).toBe(0);
    }
    await cat(reader, '--cache-size', '2M', server.url(), 'dir/a');
    expect(keptBytes(reader)).toBeLessThanOrEqual(quota);
  });
});

describe('a cache that can not be written', () => {
  const WARNING = /^pageseal: warning: nothing is kept in the cache: [^\n]+\n$/;

  it('is read as far as it goes, with one warning, when files can not grow', async () => {
    const reader = new Reader();
    // as a full disk: 100 KiB into a file, write(2) fails
    const command = ['-c', 'ulimit -f 100 && exec "$@"', 'bash', process.execPath, PROGRAM];
    const args = [...command, 'cat', '--cache', server.url(), 'big.bin', ...scene.trust];
    const limited = () => finish(spawn('bash', args, { env: { ...process.env, ...reader.env } }));
    for (const { status, output, stderr } of [await limited(), await limited()]) {
      expect([status, Buffer.compare(output, BIG)]).toEqual([0, 0]);
      expect(stderr).toMatch(WARNING);
    }
  });

  it('is read as far as it goes, with one warning, when it belongs to somebody else', async () => {
    const reader = new Reader();
    await cat(reader, '--cache', server.url(), 'big.bin');
    for (const path of keptFiles(reader)) chmodSync(path, 0o444);
    chmodSync(join(reader.home, 'cache/pageseal/v1'), 0o555);
    const isRoot = process.getuid?.() === 0;
    const state = join(reader.home, 'own');
    mkdirSync(state);
    if (isRoot) execFileSync('chown', [`${NOBODY}`, state]);
    for (const path of [
      scene.folder,
      reader.home,
      join(reader.home, 'cache'),
      join(reader.home, 'cache/pageseal'),
    ]) {
      chmodSync(path, 0o755);
    }
    const options = {
      env: { ...reader.env, XDG_STATE_HOME: state },
      ...(isRoot ? { uid: NOBODY } : {}),
    };
    const read = (path: string) =>
      pageseal(['cat', '--cache', server.url(), path, ...scene.trust], options);
    const [kept, missing] = [await read('big.bin'), await read('other')];
    chmodSync(join(reader.home, 'cache/pageseal/v1'), 0o755); // to be removed
    expect([kept.stderr, kept.status, Buffer.compare(kept.output, BIG)]).toEqual(['', 0, 0]);
    expect([missing.status, Buffer.compare(missing.output, OTHER)]).toEqual([0, 0]);
    expect(missing.stderr).toMatch(WARNING);
  });
});

describe('pageseal cache', () => {
  it('shows, checks, prunes and clears, and leaves what is not its own', async () => {
    const reader = new Reader();
    expect(await reader.json('cache', 'show')).toMatchObject({ bytes: 0, files: [] });
    await cat(reader, '--cache', server.url(), 'big.bin');
    await cat(reader, '--cache', server.url(), 'other');
    const foreign = join(reader.home, 'cache/pageseal/v1/notes.txt');
    writeFileSync(foreign, 'mine');

    const shown = (await reader.json('cache', 'show'))['files'] as Record<string, unknown>[];
    expect(shown.map(({ origin, path }) => [origin, path])).toEqual(
      expect.arrayContaining(['', 'big.bin', 'other'].map((path) => [ORIGIN, path])),
    );
    expect((await reader.run('cache', 'show')).stdout).toContain(`${ORIGIN}/big.bin`);

    const total = { files: 3, unknownFiles: 0 };
    const whole = BIG.length + OTHER.length + 16384;
    expect(await reader.json('cache', 'check')).toMatchObject({ ...total, unprovenBytes: 0 });
    const path = keptFiles(reader).find((file) => statSync(file).size > BIG.length) ?? '';
    const bytes = readFileSync(path);
    writeFileSync(path, flipBit(bytes, 8 * (bytes.length - 5)));
    const { provenBytes, unprovenBytes } = await reader.json('cache', 'check');
    expect(unprovenBytes).toBe(BIG.length % 4096);
    expect(provenBytes).toBeGreaterThan(whole - 32768);
    expect((await reader.run('cache', 'check')).stdout).toContain(`${ORIGIN}/big.bin`);

    const pruned = await reader.json('cache', 'prune', '--size', '4M');
    expect(pruned['filesRemoved']).toBeGreaterThan(0);
    expect(keptBytes(reader)).toBeLessThanOrEqual(4 * 1024 * 1024 + 4096);
    expect(await reader.json('cache', 'clear')).toMatchObject({ bytesLeft: 0 });
    expect(keptFiles(reader)).toEqual([foreign]);
  });

  it('says which file does not say what it is about', async () => {
    const reader = new Reader();
    const files = join(reader.home, 'cache/pageseal/v1');
    mkdirSync(files, { recursive: true });
    writeFileSync(join(files, `${'0'.repeat(64)}.kept`), 'nothing');
    expect(await reader.json('cache', 'check')).toMatchObject({ files: 1, unknownFiles: 1 });
    expect((await reader.run('cache', 'show')).stdout).toContain('does not say');
  });

  it.each([
    ['cache', 'prune'],
    ['cache', 'prune', '--size', '0'],
    ['cache', 'prune', '--size', '1X'],
    ['cat', '--cache-size', '-1', 'ws://127.0.0.1:9/o'],
  ])('refuses %s %s %s %s', async (...args) => {
    expect((await new Reader().run(...args)).status).toBe(2);
  });
});
