import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { ReadPages } from '../../common/read-frames.ts';
import { seal, sign } from '../../publisher/index.ts';
import { LocalStore } from '../../server/local-store.ts';
import { serve } from '../../server/serve.ts';
import type { ServedObject } from '../../server/volume.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { file, signer } from '../helpers/memory-volume.ts';
import { greetedClient, type RawClient } from '../helpers/raw-client.ts';
import { type SealedStore, sealedStore, silentLog } from '../helpers/sealed-store.ts';

const data = noise(12 * 1024 + 700, 1);
const other = noise(5000, 2);
const f = file(data);
const g = file(other);
const whole: ReadPages = { type: 'readPages', object: f.id, first: 0, count: 13, anchorLevel: 4 };
const last: ReadPages = { ...whole, first: 12, count: 1 };

/** A server of a store with `f` and `sub/g`, and a client of it. */
async function served(options: { readonly trustSource?: boolean; readonly open?: boolean } = {}) {
  const sealed = await sealedStore({ f: data, 'sub/g': other });
  const store = new LocalStore(sealed.path, options);
  const lines: string[] = [];
  const server = await serve({ volumes: [store], log: silentLog(lines) });
  const client = await greetedClient(server);
  if (options.open) expect(await client.ask(last)).toMatchObject({ data: f.page(12) });
  return {
    sealed,
    store,
    server,
    client,
    lines,
    path: joinPath(sealed.source, 'f'),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await server.close();
      store.close();
      sealed[Symbol.dispose]();
    },
  };
}

async function codeOf(client: RawClient, request: ReadPages): Promise<string> {
  const answer = await client.ask(request);
  return answer.type === 'error' ? answer.code : answer.type;
}

const changes: readonly { what: string; change: (path: string, sealed: SealedStore) => void }[] = [
  { what: 'a flipped bit', change: (path) => writeFileSync(path, flipBit(data, 12 * 8192)) },
  {
    what: 'other bytes of the same length',
    change: (path) => writeFileSync(path, noise(data.length, 3)),
  },
  { what: 'a byte less', change: (path) => truncateSync(path, data.length - 1) },
  { what: 'no bytes', change: (path) => truncateSync(path, 0) },
];

const replacements: typeof changes = [
  { what: 'is gone', change: (path) => rmSync(path) },
  {
    what: 'is a directory',
    change: (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  },
  {
    what: 'is a symlink',
    change: (path, { source }) => {
      renameSync(path, joinPath(source, 'elsewhere'));
      symlinkSync('elsewhere', path);
    },
  },
  {
    what: 'lies below a file',
    change: (_path, { source }) => {
      rmSync(joinPath(source, 'sub'), { recursive: true });
      writeFileSync(joinPath(source, 'sub'), 'x');
    },
  },
];

describe('LocalStore', () => {
  test('S9 serves what was sealed, in place', async () => {
    await using scene = await served();
    expect(await scene.client.ask(whole)).toEqual({
      type: 'pages',
      siblings: new Uint8Array(),
      data,
    });
    const answer = await scene.client.ask({ ...last });
    expect(answer).toMatchObject({ data: f.page(12) });
    expect(await scene.client.ask({ type: 'describe', object: g.id })).toEqual({
      type: 'descriptor',
      descriptor: g.descriptor,
    });
  });

  it.each(changes)('S9 answers CHANGED after $what', async ({ change }) => {
    for (const open of [false, true]) {
      await using scene = await served({ open });
      change(scene.path, scene.sealed);
      expect(await codeOf(scene.client, whole)).toBe('CHANGED');
      expect(await codeOf(scene.client, last)).toBe('CHANGED');
      // what is still right is still served
      expect(await codeOf(scene.client, { ...whole, object: g.id, count: 5, anchorLevel: 3 })).toBe(
        'pages',
      );
    }
  });

  it.each(replacements)('S9 answers CHANGED if a file $what', async ({ change, what }) => {
    await using scene = await served();
    change(scene.path, scene.sealed);
    const request = what.includes('below')
      ? { ...whole, object: g.id, count: 5, anchorLevel: 3 }
      : last;
    expect(await codeOf(scene.client, request)).toBe('CHANGED');
  });

  it.each([...changes, ...replacements.slice(0, 2)])(
    'S9 serves a file again that was restored after $what',
    async ({ change, what }) => {
      for (const open of what.startsWith('is') ? [false] : [false, true]) {
        await using scene = await served({ open });
        change(scene.path, scene.sealed);
        expect(await codeOf(scene.client, whole)).toBe('CHANGED');
        rmSync(scene.path, { recursive: true, force: true });
        writeFileSync(scene.path, data); // another inode, as `rsync` and editors make
        expect(await codeOf(scene.client, whole)).toBe('pages');
      }
    },
  );

  test('S9 serves the right pages of a file of which others are wrong', async () => {
    await using scene = await served();
    writeFileSync(scene.path, flipBit(data, 0));
    expect(await codeOf(scene.client, last)).toBe('pages');
    expect(await codeOf(scene.client, { ...last, first: 0 })).toBe('CHANGED');
    expect(await codeOf(scene.client, last)).toBe('pages');
  });

  test('S9 sends what is there to who trusts the source, but not less of it', async () => {
    await using scene = await served({ trustSource: true });
    const changed = flipBit(data, 0);
    writeFileSync(scene.path, changed);
    expect(await scene.client.ask(whole)).toMatchObject({ type: 'pages', data: changed });
    truncateSync(scene.path, 100);
    expect(await codeOf(scene.client, whole)).toBe('CHANGED');
  });

  test('S9 tells the log of a changed file, and the client no path', async () => {
    await using scene = await served();
    rmSync(scene.path);
    const answer = await scene.client.ask(last);
    expect(JSON.stringify(answer)).not.toContain(scene.sealed.source);
    expect(scene.lines.some((line) => line.includes('"CHANGED"'))).toBe(true);
  });

  test('S9 announces a newer statement to who watches, and keeps older objects', async () => {
    await using scene = await served();
    const { client, sealed, store } = scene;
    client.say(90, { type: 'watch' });
    const first = await client.next();
    expect(first).toEqual({
      requestId: 90,
      message: { type: 'statement', statement: store.newest() },
    });
    sealed.write('f', flipBit(data, 5));
    await sealed.seal();
    store.refresh(); // what the server does every second
    expect(await client.next()).toEqual({
      requestId: 90,
      message: { type: 'statement', statement: store.newest() },
    });
    const changed = file(flipBit(data, 5));
    expect(await client.ask({ ...whole, object: changed.id })).toMatchObject({
      data: changed.data,
    });
    expect(await codeOf(client, { ...whole, object: g.id, count: 5, anchorLevel: 3 })).toBe(
      'pages',
    );
    expect(await codeOf(client, whole)).toBe('CHANGED');
    for (const [version, type] of [
      ['1', 'statement'],
      ['2', 'statement'],
      ['3', 'error'],
    ] as const) {
      expect((await client.ask({ type: 'getStatement', version })).type).toBe(type);
    }
  });

  test('S9 serves no statement that nobody has signed', async () => {
    await using scene = await served();
    const before = scene.store.newest();
    await seal(scene.sealed.source, scene.sealed.path, {
      issued: Date.parse('2026-11-21T10:00:00Z'),
    });
    scene.store.refresh();
    expect(scene.store.newest()).toEqual(before);
    const answer = await scene.client.ask({ type: 'getStatement', version: '2' });
    expect(answer).toMatchObject({ type: 'error', code: 'GONE' });
    await sign(scene.sealed.path, signer.signing);
    scene.store.refresh();
    const signed = scene.store.newest();
    expect(Buffer.from(signed).toString()).toContain('\nversion 2\n');
    await sign(scene.sealed.path, signer.signing, { keyName: 'another' });
    scene.store.refresh();
    expect(scene.store.newest().length).toBeGreaterThan(signed.length);
  });

  test('S9 says of a store with files missing that it is damaged', async () => {
    using sealed = await sealedStore({ f: data });
    rmSync(joinPath(sealed.path, 'packs/1/trees'));
    expect(() => new LocalStore(sealed.path)).toThrow(failure('StoreError', 'ERR_STORE_DAMAGED'));
  });

  it.each([
    { name: 'store.json', length: 65_537 },
    { name: 'statements/1', length: 16_385 },
    { name: 'versions/1/packs', length: 16_777_217 },
  ])('S9 reads no $name that is longer than it can be', async ({ name, length }) => {
    using sealed = await sealedStore({ f: data });
    truncateSync(joinPath(sealed.path, name), length);
    expect(() => new LocalStore(sealed.path)).toThrow(failure('StoreError', 'ERR_STORE_DAMAGED'));
  });

  test('S9 serves a single file', async () => {
    using sealed = await sealedStore({ f: data });
    const path = joinPath(sealed.source, '..', 'single');
    await seal(joinPath(sealed.source, 'f'), path, {
      origin: 'a/b',
      pageSize: 1024,
      key: signer.signing,
    });
    const store = new LocalStore(path);
    const object = store.find(f.id) as ServedObject;
    const out = new Uint8Array(data.length);
    await object.readPages({ level: 0, start: 0, end: 13, anchorLevel: 4 }, new Uint8Array(), out);
    expect(out).toEqual(data);
    store.close();
  });

  it.each([
    { what: 'no folder', path: '/nowhere/at/all' },
    { what: 'a folder that is no store', path: '/' },
  ])('throws ERR_STORE for $what', ({ path }) => {
    expect(() => new LocalStore(path)).toThrow(
      expect.objectContaining({ name: 'StoreError', code: 'ERR_STORE' }),
    );
  });
});
