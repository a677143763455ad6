import { describe, expect, it, test } from 'vitest';
import type { Volume } from '../../client/volume.ts';
import { noise } from '../helpers/bytes.ts';
import { Exchanges } from '../helpers/exchanges.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, drain, hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  type MemoryObject,
  symlink,
  volumeOf,
} from '../helpers/memory-volume.ts';

const f = file(noise(300_000));
const b = directory([entryOf('f', f), symlink('up', '../f'), symlink('self', '.')]);
/** Eleven pages. */
const wide = directory([
  ...Array.from({ length: 200 }, (_, i) => symlink(`n${1000 + 2 * i}`, 'x'.repeat(400))),
  entryOf('n1151', b),
]);
const a = directory([entryOf('b', b), entryOf('f', f), entryOf('wide', wide)]);
/** A file below 70 directories, more than one walk leads through. */
const chain: MemoryObject[] = [directory([entryOf('f', f)])];
for (let i = 1; i < 70; i += 1) chain.push(directory([entryOf('d', chain[i - 1] as MemoryObject)]));
const root = directory([
  entryOf('a', a),
  entryOf('chain', chain.at(-1) as MemoryObject),
  entryOf('f', f),
  symlink('link', 'a/b'),
]);
const tree = volumeOf(root, [f, a, b, wide, ...chain]);

async function readFirst(volume: Volume, path: string): Promise<void> {
  expect(await (await volume.open(path)).read(0, 100)).toEqual(f.data.slice(0, 100));
}

const down = (count: number) => `chain/${'d/'.repeat(count)}f`;

describe('connect()', () => {
  it.each([
    { what: 'a file in the root', path: 'f', exchanges: 3 },
    { what: 'a file one directory deep', path: 'a/f', exchanges: 3 },
    { what: 'a file two directories deep', path: 'a/b/f', exchanges: 3 },
    { what: 'a path of empty components', path: '/a//./b/f', exchanges: 3 },
    { what: 'a file below a directory of several pages', path: 'a/wide/n1151/f', exchanges: 3 },
    { what: 'a file 70 directories deep', path: down(69), exchanges: 4 },
    { what: 'a symlink to two directories', path: 'link/f', exchanges: 4 },
    { what: 'a symlink at the end', path: 'a/b/up', exchanges: 3 },
    { what: 'a symlink to where it stands', path: 'a/b/self/f', exchanges: 3 },
    { what: 'a way up', path: 'a/../a/b/f', exchanges: 4 },
  ])('takes $exchanges exchanges, Hello included, to a byte of $what', async (row) => {
    await using server = await hostileServer(tree);
    const counted = new Exchanges();
    const options = { webSocket: counted.webSocket, firstPath: row.path };
    await using volume = await connectTo(server, options);
    await readFirst(volume, row.path);
    expect(counted.count).toBe(row.exchanges);
  });

  test('takes 2 exchanges to a byte of a volume that is a file', async () => {
    await using server = await hostileServer(volumeOf(f));
    const counted = new Exchanges();
    await using volume = await connectTo(server, { webSocket: counted.webSocket });
    await readFirst(volume, '');
    expect(counted.count).toBe(2);
  });

  test('takes 1 exchange more to a path that it was not told of', async () => {
    await using server = await hostileServer(tree);
    const counted = new Exchanges();
    await using volume = await connectTo(server, { webSocket: counted.webSocket });
    await readFirst(volume, 'a/b/f');
    expect(counted.count).toBe(4);
    expect(server.asked('walk')).toHaveLength(1);
  });

  it.each([
    { what: 'a path with nothing at its end', path: 'a/b/absent' },
    { what: 'a path with nothing in its middle', path: 'a/absent/f' },
    { what: 'a name between others', path: 'a/wide/n1100+/f' },
  ])('V22 takes 2 exchanges to prove that there is nothing at $what', async ({ path }) => {
    await using server = await hostileServer(tree);
    const counted = new Exchanges();
    const options = { webSocket: counted.webSocket, firstPath: path };
    await using volume = await connectTo(server, options);
    await expect(volume.open(path)).rejects.toThrow(failure('PathError', 'ERR_NOT_FOUND'));
    expect(counted.count).toBe(2);
  });

  it.each(['..', '../..', 'x'.repeat(300), '\ud800', 'absent/a', 'f/a'])(
    'says nothing of a first path that leads nowhere: %j',
    async (firstPath) => {
      await using server = await hostileServer(tree);
      await using volume = await connectTo(server, { firstPath });
      await readFirst(volume, 'a/b/f');
    },
  );
});

describe('Volume', () => {
  test('takes 3 exchanges to list a directory two directories deep', async () => {
    await using server = await hostileServer(tree);
    const counted = new Exchanges();
    const options = { webSocket: counted.webSocket, firstPath: 'a/b' };
    await using volume = await connectTo(server, options);
    expect((await drain(volume.readdir('a/b'))).map(({ name }) => name)).toEqual([
      'f',
      'self',
      'up',
    ]);
    expect(counted.count).toBe(3);
  });

  test('asks for nothing that it has on the way', async () => {
    await using server = await hostileServer(tree);
    await using volume = await connectTo(server, { firstPath: 'a/wide/n1151/f' });
    const asked = server.requests.length;
    for (const path of ['a', 'a/wide/n1151/f', 'a/wide/n1151', 'a/b/f', 'link/f', 'a/b/up']) {
      await volume.resolve(path);
    }
    expect(server.requests.length).toBe(asked);
  });

  test('starts where it does not know the way, and asks for one page where there is one', async () => {
    await using server = await hostileServer(tree);
    await using volume = await connectTo(server);
    await volume.stat('a/b');
    expect(server.asked('walk')).toEqual([]);
    expect(server.asked('readPages').map(({ object }) => object)).toEqual([root.id, a.id]);
    await volume.stat('a/wide/n1151/f');
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const walks = server.asked('walk').map(({ object, path }) => [object, text(path)]);
    expect(walks).toEqual([[wide.id, 'n1151/f']]);
  });
});
