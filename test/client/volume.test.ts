import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Volume } from '../../client/volume.ts';
import { compareUtf8 } from '../../common/bytes.ts';
import type { Entry } from '../../common/directory.ts';
import { noise } from '../helpers/bytes.ts';
import { names } from '../helpers/entries.ts';
import { failure } from '../helpers/failure.ts';
import {
  connectTo,
  drain,
  type HostileServer,
  hostileServer,
  on,
  type Tamper,
} from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  type MemoryObject,
  symlink,
  volumeOf,
} from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { stepsTo } from '../helpers/steps.ts';

const NOT_FOUND = failure('PathError', 'ERR_NOT_FOUND');

/** How a server may lead to a name of a directory. */
const leaders: Readonly<Record<string, (root: MemoryObject, page: number) => Tamper>> = {
  honest: () => (frame) => frame,
  refusing: () =>
    on('steps', () => ({ type: 'error', code: 'INTERNAL', message: '', retryAfterMs: 0 })),
  misleading: (root, page) =>
    on('steps', () => stepsTo([root, page % (root.shape.widths[0] ?? 1)])),
};

describe('RemoteDirectory', () => {
  let server: HostileServer;
  beforeAll(async () => {
    server = await hostileServer(volumeOf(directory([])));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it.each(Object.keys(leaders))(
    'V22 property: finds what is there and nothing else, with a %s server',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(names, { maxLength: 60 }),
          fc.array(names, { maxLength: 8 }),
          fc.nat(400),
          fc.nat(30),
          async (present, asked, padding, page) => {
            const entries = present.map((name) => symlink(name, 'x'.repeat(1 + padding * 5)));
            const root = directory(entries);
            server.volume = volumeOf(root);
            server.tamper = leaders[kind]?.(root, page) ?? ((frame) => frame);
            await using volume = await connectTo(server);
            const sorted = [...present].sort(compareUtf8);
            expect((await drain(volume.readdir())).map(({ name }) => name)).toEqual(sorted);
            for (const name of present.slice(0, 5)) {
              expect((await volume.stat(name)).entry.name).toBe(name);
            }
            for (const name of asked.filter((one) => !present.includes(one))) {
              await expect(volume.stat(name)).rejects.toThrow(NOT_FOUND);
            }
          },
        ),
        { numRuns: NUM_RUNS / 2 },
      );
    },
    600_000,
  );
});

const f = file(noise(3000));
const g = file(noise(10));
const deep = directory([entryOf('g', g), symlink('up', '../f'), symlink('self', '.')]);
const sub = directory([entryOf('deep', deep), entryOf('f', f), symlink('in', 'deep')]);
const root = directory([
  entryOf('sub', sub),
  entryOf('f', f),
  symlink('a', 'b'),
  symlink('b', 'sub/in/g'),
  symlink('dangling', 'nowhere'),
  symlink('dir', './/sub/./'),
  entryOf('...', g),
  entryOf(' ', g),
]);

describe('Volume', () => {
  let server: HostileServer;
  let volume: Volume;
  beforeAll(async () => {
    server = await hostileServer(volumeOf(root, [sub, deep, f, g]));
    volume = await connectTo(server);
  });
  afterAll(async () => {
    volume.close();
    await server[Symbol.asyncDispose]();
  });

  it.each([
    { path: '', found: '' },
    { path: '/', found: '' },
    { path: '.', found: '' },
    { path: 'f', found: 'f' },
    { path: '/f', found: 'f' },
    { path: './f', found: 'f' },
    { path: 'sub//deep/./g', found: 'sub/deep/g' },
    { path: 'sub/../f', found: 'f' },
    { path: '../../f', found: 'f' },
    { path: 'sub/deep/../../f', found: 'f' },
    { path: '...', found: '...' },
    { path: ' ', found: ' ' },
    { path: 'a', found: 'sub/deep/g' },
    { path: 'dir', found: 'sub' },
    { path: 'dir/in/g', found: 'sub/deep/g' },
    { path: 'dir/in/self/self/g', found: 'sub/deep/g' },
    { path: 'dir/in/up', found: 'sub/f' },
    // `..` leads to the parent of what a symlink names, as in POSIX
    { path: 'dir/in/..', found: 'sub' },
  ])('resolve() leads "$path" to "$found"', async ({ path, found }) => {
    expect((await volume.resolve(path)).path).toBe(found);
  });

  it.each([
    { path: 'a', type: 'symlink' },
    { path: 'dir', type: 'symlink' },
    { path: 'dir/in', type: 'symlink' },
    { path: 'dir/', type: 'symlink' },
    { path: 'sub/f', type: 'file' },
    { path: 'sub', type: 'directory' },
  ])('stat() does not follow the end of $path', async ({ path, type }) => {
    expect((await volume.stat(path)).entry.type).toBe(type);
  });

  it.each([
    { call: 'open', path: 'nowhere', code: 'ERR_NOT_FOUND' },
    { call: 'open', path: 'sub/nowhere', code: 'ERR_NOT_FOUND' },
    { call: 'open', path: 'nowhere/f', code: 'ERR_NOT_FOUND' },
    { call: 'open', path: 'dangling', code: 'ERR_NOT_FOUND' },
    { call: 'open', path: 'F', code: 'ERR_NOT_FOUND' },
    { call: 'open', path: 'f\0', code: 'ERR_NOT_FOUND' },
    { call: 'open', path: 'f/f', code: 'ERR_NOT_DIRECTORY' },
    { call: 'open', path: 'a/f', code: 'ERR_NOT_DIRECTORY' },
    { call: 'open', path: 'sub', code: 'ERR_NOT_FILE' },
    { call: 'open', path: '', code: 'ERR_NOT_FILE' },
    { call: 'open', path: 'dir', code: 'ERR_NOT_FILE' },
    { call: 'readlink', path: 'f', code: 'ERR_NOT_SYMLINK' },
    { call: 'readlink', path: '', code: 'ERR_NOT_SYMLINK' },
    { call: 'readlink', path: 'nowhere', code: 'ERR_NOT_FOUND' },
  ] as const)('$call() of "$path" throws $code', async ({ call, path, code }) => {
    await expect(volume[call](path)).rejects.toThrow(failure('PathError', code));
  });

  it.each(['readdir', 'walk'] as const)('%s() of a file throws ERR_NOT_DIRECTORY', async (call) => {
    await expect(drain<unknown>(volume[call]('f'))).rejects.toThrow(
      failure('PathError', 'ERR_NOT_DIRECTORY'),
    );
  });

  test('walk() gives each directory before what is in it, and follows no symlink', async () => {
    const paths = (await drain(volume.walk())).map(({ path }) => path);
    expect(paths).toEqual([
      ' ',
      '...',
      'a',
      'b',
      'dangling',
      'dir',
      'f',
      'sub',
      'sub/deep',
      'sub/deep/g',
      'sub/deep/self',
      'sub/deep/up',
      'sub/f',
      'sub/in',
    ]);
    const below = (await drain(volume.walk('dir'))).map(({ path }) => path);
    expect(below).toEqual(paths.slice(8));
  });

  test('open() reads a single file that is a volume of its own', async () => {
    await using single = await hostileServer(volumeOf(f));
    await using opened = await connectTo(single);
    const whole = await opened.open();
    expect(await whole.read(0, 5000)).toEqual(f.data);
    expect(opened.root).toMatchObject({ type: 'file', name: '', mode: 0o644 });
    const below = opened.open('f');
    await expect(below).rejects.toThrow(failure('PathError', 'ERR_NOT_DIRECTORY'));
    await expect(drain<Entry>(opened.readdir())).rejects.toThrow(
      failure('PathError', 'ERR_NOT_DIRECTORY'),
    );
  });

  test('rejects with the reason of a signal', async () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    await using fresh = await connectTo(server);
    await expect(fresh.open('sub/deep/g', { signal })).rejects.toBe(reason);
    await expect(drain(fresh.walk('sub', { signal }))).rejects.toBe(reason);
  });
});
