import { describe, expect, it, test } from 'vitest';
import { VerifiedCache } from '../../client/cache.ts';
import { connectObjects } from '../../client/node/index.ts';
import { ObjectOpener } from '../../client/object-opener.ts';
import { toHex } from '../../common/bytes.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, drain, greet, hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  type MemoryObject,
  symlink,
  volumeOf,
} from '../helpers/memory-volume.ts';

const bad = file(noise(3000, 1));
const good = file(noise(3000, 2));
const inner = directory([entryOf('bad', bad), entryOf('good', good)]);
const root = directory([entryOf('dir', inner), entryOf('good', good), symlink('link', 'dir/bad')]);
const volume = volumeOf(root, [bad, good, inner]);
const revoked = failure('FreshnessError', 'ERR_REVOKED');
const revoking = (...objects: MemoryObject[]) => ({
  revokedObjects: new Set(objects.map(({ id }) => toHex(id))),
});

describe('connect()', () => {
  test('V29 opens no volume whose root is revoked, and asks for no page of it', async () => {
    await using server = await hostileServer(volume);
    await expect(connectTo(server, revoking(root))).rejects.toThrow(revoked);
    expect(server.requests).toEqual([{ type: 'hello' }]);
  });

  it.each(['dir/bad', 'link', 'dir/../dir/bad'])('V29 does not open a file at %s', async (path) => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, revoking(bad));
    await expect(opened.open(path)).rejects.toThrow(revoked);
    const { entry } = await opened.resolve(path);
    expect(() => opened.file(entry)).toThrow(revoked);
    const asked = server.asked('readPages').map(({ object }) => toHex(object));
    expect(asked).not.toContain(toHex(bad.id));
    expect(await (await opened.open('dir/good')).read(0, 10)).toEqual(good.data.slice(0, 10));
  });

  test('V29 opens nothing below a directory that is revoked', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, revoking(inner));
    await expect(drain(opened.readdir('dir'))).rejects.toThrow(revoked);
    await expect(opened.open('dir/good')).rejects.toThrow(revoked);
    await expect(drain(opened.walk())).rejects.toThrow(revoked);
    expect((await opened.open('good')).size).toBe(3000);
  });

  test('V29 does not hand out what is verified and cached already', async () => {
    const cache = new VerifiedCache();
    await using server = await hostileServer(volume);
    const connection = await greet(server);
    const before = new ObjectOpener(connection, cache).open(bad.parsed);
    await before.readPages(0, 1);
    const { revokedObjects } = revoking(bad);
    const opener = new ObjectOpener(connection, cache, revokedObjects);
    expect(() => opener.open(bad.parsed)).toThrow(revoked);
    connection.close();
  });

  test('V29 does not open what the reader itself names', async () => {
    await using server = await hostileServer(volume);
    await using source = await connectObjects(server.url, revoking(bad));
    await expect(source.open({ object: bad.id })).rejects.toThrow(revoked);
    expect((await source.open({ object: good.id })).size).toBe(3000);
  });
});
