import { describe, expect, it, test } from 'vitest';
import { noise } from '../helpers/bytes.ts';
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

const data = file(noise(3000));

/** Directories within each other, the innermost with a file; `fan` names in each for the next. */
function nested(depth: number, fan = 1): MemoryObject[] {
  let inner = directory([entryOf('f', data)]);
  const all = [inner];
  for (let level = 1; level < depth; level += 1) {
    const child = inner;
    inner = directory(Array.from({ length: fan }, (_, i) => entryOf(`d${i}`, child)));
    all.unshift(inner);
  }
  return all;
}

function pathOf(depth: number): string {
  return `${'d0/'.repeat(depth)}f`;
}

describe('Volume', () => {
  // 60 objects, 4^60 paths
  test('V23 ends a walk through one directory that stands in many places', async () => {
    const [root, ...others] = nested(60, 4);
    await using server = await hostileServer(volumeOf(root as MemoryObject, [...others, data]));
    await using opened = await connectTo(server);
    const given: unknown[] = [];
    const walking = drain(opened.walk('', { maxEntries: 1000 }), given);
    await expect(walking).rejects.toThrow(failure('IntegrityError', 'ERR_WALK_BUDGET'));
    expect(given).toHaveLength(1000);
    expect(server.asked('readPages').length).toBeLessThanOrEqual(61);
  });

  test('V23 walks as many entries as the budget has', async () => {
    const [root, ...others] = nested(4, 3);
    await using server = await hostileServer(volumeOf(root as MemoryObject, [...others, data]));
    await using opened = await connectTo(server);
    const entries = 3 + 9 + 27 + 27;
    expect(await drain(opened.walk('', { maxEntries: entries }))).toHaveLength(entries);
    const walking = drain(opened.walk('', { maxEntries: entries - 1 }));
    await expect(walking).rejects.toThrow(failure('IntegrityError', 'ERR_WALK_BUDGET'));
  });

  test('V23 goes 256 components deep, and not one deeper', async () => {
    const [root, ...others] = nested(257);
    await using server = await hostileServer(volumeOf(root as MemoryObject, [...others, data]));
    await using opened = await connectTo(server);
    expect((await opened.stat('d0/'.repeat(256))).entry.type).toBe('directory');
    const deep = failure('IntegrityError', 'ERR_DEPTH');
    await expect(opened.stat(pathOf(256))).rejects.toThrow(deep);
    await expect(opened.open(pathOf(256))).rejects.toThrow(deep);
    const given: { readonly path: string }[] = [];
    await expect(drain(opened.walk(), given)).rejects.toThrow(deep);
    expect(Math.max(...given.map(({ path }) => path.split('/').length))).toBe(256);
  });

  test('V23 walks and opens what is 256 components deep', async () => {
    const [root, ...others] = nested(256);
    await using server = await hostileServer(volumeOf(root as MemoryObject, [...others, data]));
    await using opened = await connectTo(server);
    const path = pathOf(255);
    expect((await opened.open(path)).size).toBe(3000);
    expect((await drain(opened.walk())).at(-1)?.path).toBe(path);
    expect((await drain(opened.walk('d0/d0'))).at(-1)?.path).toBe(path);
  });

  test('V23 counts depth from the root, wherever a walk starts', async () => {
    const [root, ...others] = nested(257);
    await using server = await hostileServer(volumeOf(root as MemoryObject, [...others, data]));
    await using opened = await connectTo(server);
    const walking = drain(opened.walk('d0/d0/d0'));
    await expect(walking).rejects.toThrow(failure('IntegrityError', 'ERR_DEPTH'));
  });
});

describe('Volume.open()', () => {
  it.each([
    { loop: 'itself', links: [symlink('a', 'a')] },
    { loop: 'each other', links: [symlink('a', 'b'), symlink('b', 'a')] },
    { loop: 'a name below itself', links: [symlink('a', 'a/b')] },
    { loop: 'the parent, over and over', links: [symlink('a', './././a')] },
    {
      loop: 'twice the next, 2^30 steps in all',
      links: Array.from({ length: 31 }, (_, i) => symlink(`l${10 + i}`, `l${11 + i}/l${11 + i}`)),
    },
    {
      loop: 'the next, 41 times',
      links: [
        ...Array.from({ length: 41 }, (_, i) => symlink(`l${10 + i}`, `l${11 + i}`)),
        entryOf('l51', data),
      ],
    },
  ])('V24 ends symlinks that lead to $loop', async ({ links }) => {
    const root = directory([...links, symlink('here', '.')]);
    await using server = await hostileServer(volumeOf(root, [data]));
    await using opened = await connectTo(server);
    const first = links[0]?.name ?? '';
    const loop = failure('PathError', 'ERR_SYMLINK_LOOP');
    if (links.length === 31) {
      await expect(opened.open(first)).rejects.toThrow(failure('PathError', 'ERR_NOT_FOUND'));
      return;
    }
    await expect(opened.open(first)).rejects.toThrow(loop);
    await expect(opened.stat(`${first}/x`)).rejects.toThrow(loop);
    expect((await opened.stat(first)).entry.type).toBe('symlink');
    const paths = (await drain(opened.walk())).map(({ path }) => path);
    expect(paths).toHaveLength(links.length + 1);
  });

  test('V24 follows 40 symlinks', async () => {
    const links = Array.from({ length: 40 }, (_, i) => symlink(`l${10 + i}`, `l${11 + i}`));
    const root = directory([...links, entryOf('l50', data)]);
    await using server = await hostileServer(volumeOf(root, [data]));
    await using opened = await connectTo(server);
    expect((await opened.open('l10')).size).toBe(3000);
  });
});
