import { describe, expect, it, test } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { type Entry, encodeEntry } from '../../common/directory.ts';
import { FSVERITY } from '../../common/tree/profile.ts';
import { join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, drain, hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  MemoryObject,
  symlink,
  volumeOf,
  wrongDirectory,
} from '../helpers/memory-volume.ts';
import { stepsTo } from '../helpers/steps.ts';

const data = file(noise(3000));
const [a, b, c] = [entryOf('a', data), entryOf('b', data), entryOf('c', data)];
const MALFORMED = ['IntegrityError', 'ERR_DIRECTORY'] as const;
const BAD_DESCRIPTOR = ['IntegrityError', 'ERR_DESCRIPTOR'] as const;

/** An entry with some of its bytes overwritten. */
function patched(entry: Entry, at: number, ...bytes: readonly number[]): Uint8Array {
  const encoded = encodeEntry(entry);
  encoded.set(bytes, at);
  return encoded;
}

function named(name: string): Entry {
  return entryOf(name, data);
}

/** Names enough for more than two pages of 8 KiB. */
function many(count: number): Entry[] {
  return Array.from({ length: count }, (_, i) => symlink(`n${1000 + i}`, 'x'.repeat(400)));
}

const faults: readonly { attack: string; entries: readonly (Entry | Uint8Array)[] }[] = [
  { attack: 'unsorted names', entries: [b, a] },
  { attack: 'a name twice', entries: [a, a] },
  { attack: 'a name twice, one of them a symlink', entries: [a, symlink('a', 'b')] },
  { attack: 'names in UTF-16 order', entries: [named('\u{1f600}'), named('\ufffd')] },
  { attack: 'the name ..', entries: [named('..')] },
  { attack: 'the name .', entries: [named('.')] },
  { attack: 'an empty name', entries: [patched(named('z'), 3, 0)] },
  { attack: 'a slash in a name', entries: [named('a/b')] },
  { attack: 'an absolute name', entries: [named('/etc/passwd')] },
  { attack: 'a NUL in a name', entries: [named('a\0b')] },
  { attack: 'a name of 256 bytes', entries: [named('x'.repeat(256))] },
  { attack: 'a name of 300 bytes', entries: [named('x'.repeat(300))] },
  { attack: 'a name that is not UTF-8', entries: [patched(named('z'), 66, 0xff)] },
  { attack: 'an overlong slash', entries: [patched(named('zz'), 66, 0xc0, 0xaf)] },
  { attack: 'type 0', entries: [patched(a, 2, 0)] },
  { attack: 'type 4', entries: [patched(a, 2, 4)] },
  { attack: 'set-user-id', entries: [patched(a, 4, 0x09)] },
  { attack: 'a symlink of mode 0644', entries: [patched(symlink('a', 'b'), 4, 0x01, 0xa4)] },
  { attack: 'a symlink to nothing', entries: [symlink('a', '')] },
  { attack: 'a symlink of 4,096 bytes', entries: [symlink('a', 'x'.repeat(4096))] },
  { attack: 'a NUL in a target', entries: [symlink('a', 'b\0c')] },
  { attack: 'a billion nanoseconds', entries: [patched(a, 6, 0x3b, 0x9a, 0xca, 0)] },
  { attack: 'seconds without a time', entries: [patched(a, 17, 1)] },
  { attack: 'an entry longer than its page', entries: [patched(a, 0, 0xff, 0xff)] },
  { attack: 'an entry shorter than an entry', entries: [patched(a, 0, 0, 17)] },
  { attack: 'an entry with a byte more', entries: [join(patched(a, 1, 68), new Uint8Array(1))] },
  { attack: 'a name that ends beyond its entry', entries: [patched(a, 3, 2)] },
  { attack: 'zeros after the last entry', entries: [a, new Uint8Array(2)] },
  { attack: 'only zeros', entries: [new Uint8Array(50)] },
  { attack: 'text', entries: [utf8('drwxr-xr-x  2 root root 4096 images\n')] },
];

describe('connect()', () => {
  it.each(faults)('V20 refuses a signed root directory with $attack', async ({ entries }) => {
    const root = wrongDirectory(entries);
    await using server = await hostileServer(volumeOf(root, [data]));
    await expect(connectTo(server)).rejects.toThrow(failure(...MALFORMED));
    await server.disconnected();
  });
});

describe('Volume', () => {
  it.each(faults)('V20 refuses a signed directory with $attack', async ({ entries }) => {
    const wrong = wrongDirectory(entries);
    const root = directory([entryOf('d', wrong), entryOf('f', data)]);
    const ways = [
      (name: string) => `d/${name}`,
      (name: string) => `d/${name}/..`,
      () => 'd/never there',
    ];
    for (const way of ways) {
      await using server = await hostileServer(volumeOf(root, [wrong, data]));
      await using opened = await connectTo(server);
      await expect(opened.stat(way('a'))).rejects.toThrow(failure(...MALFORMED));
      expect((await opened.open('f')).size).toBe(3000); // all else is as it was signed
    }
    for (const list of ['readdir', 'walk'] as const) {
      await using server = await hostileServer(volumeOf(root, [wrong, data]));
      await using opened = await connectTo(server);
      const given: unknown[] = [];
      await expect(drain(opened[list]('d'), given)).rejects.toThrow(failure(...MALFORMED));
      expect(given).toEqual([]);
      expect((await opened.open('f')).size).toBe(3000); // all else is as it was signed
    }
  });

  it.each([
    { attack: 'a directory of 4 KiB pages', bytes: patched(entryOf('d', directory([a])), 20, 12) },
    { attack: 'an unknown profile', bytes: patched(a, 19, 3) },
    { attack: 'another descriptor version', bytes: patched(a, 18, 2) },
    { attack: 'a filler', bytes: patched(a, 21, 1) },
    { attack: 'a page size of 512', bytes: patched(a, 20, 9) },
    { attack: 'a page size of 2 MiB', bytes: patched(a, 20, 21) },
    { attack: 'a page size of 2^255', bytes: patched(a, 20, 255) },
    { attack: 'a size of 2^53', bytes: patched(a, 26, 0, 0x20) },
    { attack: 'a size of 2^64 - 1', bytes: patched(a, 26, 255, 255, 255, 255, 255, 255, 255, 255) },
    { attack: 'no bytes under a root', bytes: patched(a, 26, 0, 0, 0, 0, 0, 0, 0, 0) },
    { attack: 'an fs-verity directory', bytes: patched(entryOf('d', directory([a])), 19, 2) },
  ])('V10 refuses a signed entry with $attack', async ({ bytes }) => {
    const wrong = wrongDirectory([bytes]);
    const root = directory([entryOf('d', wrong)]);
    await using server = await hostileServer(volumeOf(root, [wrong, data]));
    await using opened = await connectTo(server);
    await expect(opened.stat('d/a')).rejects.toThrow(failure(...BAD_DESCRIPTOR));
  });

  test('V20 refuses an entry that is an fs-verity file called a directory', async () => {
    const verity = file(noise(20_000), { profile: FSVERITY, pageSize: 8192 });
    const wrong = wrongDirectory([{ ...entryOf('d', verity), type: 'directory' }]);
    await using server = await hostileServer(volumeOf(wrong, [verity]));
    await expect(connectTo(server)).rejects.toThrow(failure(...BAD_DESCRIPTOR));
    await server.disconnected();
  });

  test('V20 refuses a file that is called a directory', async () => {
    const plain = file(noise(20_000), { pageSize: 8192 });
    const root = directory([{ ...entryOf('d', plain), type: 'directory' }]);
    await using server = await hostileServer(volumeOf(root, [plain]));
    await using opened = await connectTo(server);
    await expect(opened.stat('d/a')).rejects.toThrow(failure(...MALFORMED));
  });

  const good = many(100); // five pages
  const pages = (bytes: Uint8Array) =>
    Array.from({ length: Math.ceil(bytes.length / 8192) }, (_, i) =>
      bytes.slice(i * 8192, (i + 1) * 8192),
    );
  const [p0, p1, p2, p3, ...rest] = pages(directory(good).data) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    ...Uint8Array[],
  ];

  it.each([
    { attack: 'two pages swapped', bytes: join(p0, p2, p1, p3, ...rest) },
    { attack: 'a page twice', bytes: join(p0, p1, p1, p2, p3, ...rest) },
    {
      attack: 'an entry that would have fitted on the page before',
      bytes: join(
        wrongDirectory(good.slice(0, 5)).data,
        new Uint8Array(8192 - 5 * 423),
        p1,
        p2,
        p3,
        ...rest,
      ),
    },
    {
      attack: 'the last name of a page again on the next',
      bytes: join(
        p0,
        wrongDirectory([...good.slice(18, 19), ...good.slice(20, 38)]).data,
        new Uint8Array(155),
        p2,
        p3,
        ...rest,
      ),
    },
  ])('V21 refuses to list $attack', async ({ bytes }) => {
    const wrong = new MemoryObject('directory', bytes);
    const root = directory([entryOf('d', wrong)]);
    await using server = await hostileServer(volumeOf(root, [wrong]));
    await using opened = await connectTo(server);
    const given: Entry[] = [];
    await expect(drain(opened.readdir('d'), given)).rejects.toThrow(failure(...MALFORMED));
    expect(given.length).toBeLessThan(good.length);
    expect(new Set(given.map(({ name }) => name)).size).toBe(given.length);
  });

  test('V21 refuses to look up a name between pages that contradict each other', async () => {
    const wrong = new MemoryObject('directory', join(p0, p3, p2, p1, ...rest));
    const root = directory([entryOf('d', wrong)]);
    await using server = await hostileServer(volumeOf(root, [wrong]), (frame) => {
      const { requestId, message } = frame;
      return message.type === 'steps' ? { requestId, message: stepsTo([wrong, 2]) } : frame;
    });
    await using opened = await connectTo(server);
    await expect(opened.stat('d/n1030')).rejects.toThrow(failure(...MALFORMED));
  });

  test('V20 lists and finds all of an honest directory of several pages', async () => {
    const honest = directory([...good, a, b, c]);
    await using server = await hostileServer(volumeOf(honest, [data]));
    await using opened = await connectTo(server);
    const names = (await drain(opened.readdir())).map(({ name }) => name);
    expect(names).toEqual(['a', 'b', 'c', ...good.map(({ name }) => name)]);
  });
});
