import { describe, expect, it, test } from 'vitest';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer } from '../helpers/hostile-server.ts';
import { directory, entryOf, file, symlink, volumeOf } from '../helpers/memory-volume.ts';

const data = file(noise(3000));
const ESCAPES = ['IntegrityError', 'ERR_SYMLINK'] as const;

/** A volume with the symlink as `l`, `d/l` and `d/e/l`. */
function volumeWith(target: string) {
  const l = symlink('l', target);
  const e = directory([l, entryOf('f', data)]);
  const d = directory([l, entryOf('e', e), entryOf('f', data)]);
  return volumeOf(directory([l, entryOf('d', d), entryOf('f', data)]), [d, e, data]);
}

describe('Volume', () => {
  it.each([
    { target: '/etc/passwd' },
    { target: '/' },
    { target: '//f' },
    { target: '../../../f' },
    { target: '../../..' },
    { target: '.././../../f' },
    { target: '..//../../f' },
    { target: 'd/../../../../f' },
    { target: 'd/../f' }, // where `d` may itself be a symlink
    { target: './d/..' },
  ])('V24 neither follows nor hands out a symlink to $target', async ({ target }) => {
    await using server = await hostileServer(volumeWith(target));
    await using opened = await connectTo(server);
    for (const path of ['l', 'd/l', 'd/e/l']) {
      await expect(opened.readlink(path)).rejects.toThrow(failure(...ESCAPES));
      await expect(opened.open(path)).rejects.toThrow(failure(...ESCAPES));
      await expect(opened.stat(`${path}/f`)).rejects.toThrow(failure(...ESCAPES));
      const found = await opened.stat(path);
      expect(() => opened.target(found)).toThrow(failure(...ESCAPES));
    }
  });

  it.each([
    { target: '../f', stays: ['d/l', 'd/e/l'], leaves: ['l'] },
    { target: '../../f', stays: ['d/e/l'], leaves: ['l', 'd/l'] },
    { target: './/..//f', stays: ['d/l', 'd/e/l'], leaves: ['l'] },
  ])('V24 counts from where the symlink stands: $target', async ({ target, stays, leaves }) => {
    await using server = await hostileServer(volumeWith(target));
    await using opened = await connectTo(server);
    for (const path of stays) {
      expect(await opened.readlink(path)).toBe(target);
      expect((await opened.open(path)).size).toBe(3000);
    }
    for (const path of leaves) {
      await expect(opened.readlink(path)).rejects.toThrow(failure(...ESCAPES));
      await expect(opened.open(path)).rejects.toThrow(failure(...ESCAPES));
    }
  });

  test('V24 counts from where a symlink really stands, not from the path that led there', async () => {
    const deep = directory([symlink('l', '../../f')]);
    const root = directory([entryOf('d', deep), symlink('a', 'd'), entryOf('f', data)]);
    const outer = directory([entryOf('x', root)]);
    await using server = await hostileServer(volumeOf(outer, [root, deep, data]));
    await using opened = await connectTo(server);
    // x/d/l: two components above it, so `../../f` is `f` of the root, which has none
    await expect(opened.open('x/a/l')).rejects.toThrow(failure('PathError', 'ERR_NOT_FOUND'));
    expect(await opened.readlink('x/a/l')).toBe('../../f');
    await using inner = await hostileServer(volumeOf(root, [deep, data]));
    await using shallow = await connectTo(inner);
    await expect(shallow.open('a/l')).rejects.toThrow(failure(...ESCAPES));
    await expect(shallow.readlink('a/../a/l')).rejects.toThrow(failure(...ESCAPES));
  });

  test('V24 hands out any symlink verbatim to who asks for that, and still follows none outside', async () => {
    await using server = await hostileServer(volumeWith('../../../etc/passwd'));
    await using opened = await connectTo(server, { symlinks: 'verbatim' });
    expect(await opened.readlink('d/l')).toBe('../../../etc/passwd');
    await expect(opened.open('d/l')).rejects.toThrow(failure(...ESCAPES));
    await expect(opened.open('d/l/x')).rejects.toThrow(failure(...ESCAPES));
  });

  test('V24 leads a path of the caller that climbs above the root back to the root', async () => {
    await using server = await hostileServer(volumeWith('f'));
    await using opened = await connectTo(server);
    expect((await opened.open('../../d/../../f')).size).toBe(3000);
  });
});
