import {
  cpSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReadPages } from '../../common/read-frames.ts';
import {
  decodeRecord,
  encodeRecord,
  formatPacks,
  parsePacks,
  RECORD_LENGTH,
} from '../../common/store/layout.ts';
import { prune } from '../../publisher/prune.ts';
import type { SealOptions } from '../../publisher/seal-options.ts';
import { LocalStore, type LocalStoreOptions } from '../../server/local-store.ts';
import { type RunningServer, serve } from '../../server/serve.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { file, type MemoryObject } from '../helpers/memory-volume.ts';
import { greetedClient, type RawClient } from '../helpers/raw-client.ts';
import { pagesOf } from '../helpers/reference-tree.ts';
import { type SealedStore, sealedStore, silentLog } from '../helpers/sealed-store.ts';

const VERSIONS = 3;
// They differ in the last page, which is the one that is asked for.
const dataOf = (version: number) => flipBit(noise(12 * 1024 + 700, 1), 12 * 8192 + version);
const same = noise(5000, 2);
const f = [1, 2, 3, 4].map((version) => file(dataOf(version)));
const g = file(same);

interface Scene {
  readonly sealed: SealedStore;
  readonly store: LocalStore;
  readonly server: RunningServer;
  readonly client: RawClient;
}

/** A server of three versions, of which `f` differs and `sub/g` is the same. */
async function scene(
  options: SealOptions = { copy: true },
  serving: LocalStoreOptions = {},
): Promise<Scene> {
  const sealed = await sealedStore({ f: dataOf(1), 'sub/g': same }, options);
  for (let version = 2; version <= VERSIONS; version += 1) await next(sealed, version);
  const store = new LocalStore(sealed.path, serving);
  const server = await serve({ volumes: [store], log: silentLog() });
  const client = await greetedClient(server);
  onTestFinished(async () => {
    await client[Symbol.asyncDispose]();
    await server.close();
    store.close();
    sealed[Symbol.dispose]();
  });
  return { sealed, store, server, client };
}

async function next(sealed: SealedStore, version: number): Promise<void> {
  sealed.write('f', dataOf(version));
  await sealed.seal();
}

/** Reads the last page of an object, with its proof; tells the code of a refusal. */
async function answer(client: RawClient, object: MemoryObject | undefined): Promise<string> {
  if (object === undefined) throw new Error('no such object');
  const { height, widths } = object.shape;
  const request: ReadPages = {
    type: 'readPages',
    object: object.id,
    first: (widths[0] ?? 0) - 1,
    count: 1,
    anchorLevel: height,
  };
  const found = await client.ask(request);
  if (found.type === 'pages') expect(found.data).toEqual(object.page(request.first));
  return found.type === 'error' ? found.code : found.type;
}

async function answers({ client }: Scene): Promise<string[]> {
  const found: string[] = [];
  for (const object of [...f, g]) found.push(await answer(client, object));
  return found;
}

/** What a descriptor of this process is open at. */
function linkOf(fd: string): string[] {
  try {
    return [readlinkSync(`/proc/self/fd/${fd}`)];
  } catch {
    return []; // the one that read the list
  }
}

/** Replaces a version's index by one that refers to pack 9 instead of pack 1. */
function movePack(store: string, version: number): void {
  const folder = join(store, 'versions', `${version}`);
  const records = pagesOf(new Uint8Array(readFileSync(join(folder, 'index'))), RECORD_LENGTH);
  const moved = records.map((bytes) => {
    const record = decodeRecord(bytes);
    return record.pack === 1 ? encodeRecord({ ...record, pack: 9 }) : bytes;
  });
  const packs = parsePacks(readFileSync(join(folder, 'packs'))).map((n) => (n === 1 ? 9 : n));
  packs.sort((a, b) => a - b);
  for (const [name, bytes] of [
    ['index', Buffer.concat(moved)],
    ['packs', formatPacks(packs)],
  ] as const) {
    writeFileSync(join(folder, `${name}.new`), bytes);
    renameSync(join(folder, `${name}.new`), join(folder, name));
  }
}

async function freshClient({ server }: Scene): Promise<RawClient> {
  const client = await greetedClient(server);
  onTestFinished(() => client[Symbol.asyncDispose]());
  return client;
}

function copiesIn(store: string): { path: string; bytes: Buffer }[] {
  const contents = join(store, 'contents');
  const names = readdirSync(contents).flatMap((folder) =>
    readdirSync(join(contents, folder)).map((name) => join(contents, folder, name)),
  );
  return names.map((path) => ({ path, bytes: readFileSync(path) }));
}

describe('LocalStore of several versions', () => {
  it('S7 serves all that it retains from copies, whatever becomes of the source', async () => {
    const made = await scene();
    rmSync(made.sealed.source, { recursive: true });
    expect(await answers(made)).toEqual(['pages', 'pages', 'pages', 'UNKNOWN_OBJECT', 'pages']);
  });

  it('S9 serves of files in place what is still there', async () => {
    const made = await scene({});
    expect(await answers(made)).toEqual(['CHANGED', 'CHANGED', 'pages', 'UNKNOWN_OBJECT', 'pages']);
  });

  it.each([{}, { trustSource: true }])(
    'S9 serves a file that took the place of another, at once, with %j',
    async (options) => {
      const made = await scene({}, options);
      expect(await answer(made.client, f[2])).toBe('pages');
      const path = join(made.sealed.source, 'f');
      writeFileSync(`${path}.new`, dataOf(4));
      renameSync(`${path}.new`, path);
      await made.sealed.seal();
      made.store.refresh();
      expect(await answer(made.client, f[3])).toBe('pages');
    },
  );

  it('S7 notices a new version while it runs', async () => {
    const made = await scene();
    made.client.say(90, { type: 'watch' });
    await made.client.next();
    await next(made.sealed, 4);
    // the server looks by itself
    expect(await made.client.next()).toEqual({
      requestId: 90,
      message: { type: 'statement', statement: made.store.newest() },
    });
    expect(await answers(made)).toEqual(['pages', 'pages', 'pages', 'pages', 'pages']);
  });

  it('S7 answers GONE for what was pruned while it runs, before and after it notices', async () => {
    const made = await scene();
    for (const read of [false, true]) {
      if (read) expect(await answers(made)).toContain('pages');
      await prune(made.sealed.path, { keep: read ? 1 : 2 });
      const soon = new Set(await answers(made));
      expect([...soon].filter((code) => !/^(pages|GONE|UNKNOWN_OBJECT)$/.test(code))).toEqual([]);
      made.store.refresh();
      const gone = read ? ['GONE', 'GONE'] : ['GONE', 'pages'];
      expect(await answers(made)).toEqual([...gone, 'pages', 'GONE', 'pages']);
    }
    for (const version of ['1', '2', '3']) {
      const found = await made.client.ask({ type: 'getStatement', version });
      expect(found.type).toBe('statement'); // those are kept for ever
    }
    expect(new LocalStore(made.sealed.path).incomplete).toBe(true);
  });

  it('S7 lets go of what was pruned', async () => {
    const made = await scene();
    await answers(made);
    await prune(made.sealed.path, { keep: 1 });
    made.store.refresh();
    const open = readdirSync('/proc/self/fd').flatMap((fd) => linkOf(fd));
    const deleted = open.filter((path) => path.startsWith(made.sealed.path));
    expect(deleted.filter((path) => path.endsWith('(deleted)'))).toEqual([]);
  });

  it('S7 serves on from an index that was replaced, and from other packs', async () => {
    const made = await scene();
    const before = await answers(made);
    const { path } = made.sealed;
    // As compaction does, but for packs that hold the same under other numbers.
    cpSync(join(path, 'packs/1'), join(path, 'packs/9'), { recursive: true });
    for (const version of [1, 2, 3]) movePack(path, version);
    rmSync(join(path, 'packs/1'), { recursive: true });
    made.store.refresh();
    expect(await answers(made)).toEqual(before);
    expect(await answers({ ...made, client: await freshClient(made) })).toEqual(before);
  });

  it.each([
    { copy: true, read: true },
    { copy: true, read: false },
    { copy: false, read: true },
    { copy: false, read: false },
  ])('S7 serves on while packs are replaced, copies $copy, read before $read', async (row) => {
    const made = await scene({ copy: row.copy });
    const old = row.copy ? 'pages' : 'CHANGED';
    const expected = [old, old, 'pages', 'UNKNOWN_OBJECT', 'pages'];
    if (row.read) expect(await answers(made)).toEqual(expected);
    const { path } = made.sealed;
    cpSync(join(path, 'packs/1'), join(path, 'packs/9'), { recursive: true });
    for (const version of [1, 2, 3]) movePack(path, version);
    rmSync(join(path, 'packs/1'), { recursive: true });
    expect(await answers(made)).toEqual(expected); // nobody has told the store to look
  });

  it('S7 stays as it is while a version is damaged, and mends itself', async () => {
    const made = await scene();
    const before = await answers(made);
    const { path } = made.sealed;
    renameSync(join(path, 'packs/1'), join(path, 'aside'));
    cpSync(join(path, 'versions/1/index'), join(path, 'index'));
    renameSync(join(path, 'index'), join(path, 'versions/1/index')); // another inode
    expect(() => made.store.refresh()).toThrow(failure('StoreError', 'ERR_STORE_DAMAGED'));
    expect(await answers(made)).toEqual(before); // from what is open
    expect(() => new LocalStore(path)).toThrow(failure('StoreError', 'ERR_STORE_DAMAGED'));
    renameSync(join(path, 'aside'), join(path, 'packs/1'));
    made.store.refresh();
    expect(await answers(made)).toEqual(before);
  });

  it('S7 answers GONE or STORAGE, and goes on, if its files vanish under it', async () => {
    const made = await scene();
    rmSync(join(made.sealed.path, 'packs'), { recursive: true });
    rmSync(join(made.sealed.path, 'contents'), { recursive: true });
    const newest = made.store.newest();
    for (const _ of ['before it looks', 'after it has looked']) {
      expect(new Set(await answers(made))).toEqual(new Set(['GONE', 'UNKNOWN_OBJECT']));
      made.store.refresh();
      expect(made.store.newest()).toEqual(newest);
    }
    rmSync(join(made.sealed.path, 'versions'), { recursive: true });
    made.store.refresh();
    expect(new Set(await answers(made))).toEqual(new Set(['GONE']));
  });

  it('S9 sends a copy as it is, since a client finds rot', async () => {
    const made = await scene();
    const [copy] = copiesIn(made.sealed.path).filter(({ bytes }) => bytes.length > 5000);
    if (copy === undefined) throw new Error('no copy');
    writeFileSync(copy.path, new Uint8Array(copy.bytes.length));
    const object = f.find(({ data }) => Buffer.from(data).equals(copy.bytes));
    if (object === undefined) throw new Error('no such object');
    const request = { first: 0, count: 1, anchorLevel: 0, object: object.id } as const;
    const found = await made.client.ask({ type: 'readPages', ...request });
    expect(found).toMatchObject({ type: 'pages', data: new Uint8Array(1024) });
    writeFileSync(copy.path, '');
    const short = await made.client.ask({ type: 'readPages', ...request });
    expect(short).toMatchObject({ type: 'error', code: 'STORAGE' });
  });
});
