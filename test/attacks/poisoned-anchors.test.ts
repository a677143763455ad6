import { describe, expect, it, test } from 'vitest';
import { VerifiedCache } from '../../client/cache.ts';
import { RemoteObject } from '../../client/remote-object.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { attackedVolume, onReads } from '../helpers/attacked-volume.ts';
import { flipBit } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, greet, hostileServer } from '../helpers/hostile-server.ts';

const MISMATCH = ['IntegrityError', 'ERR_PROOF_MISMATCH'] as const;

/** Opens `f` with no cache of pages, so that only nodes are kept between reads. */
const withoutPages = { cache: { pageBytes: 1 } };

describe.each([RFC9162, FSVERITY])('RemoteFile of $name', (profile) => {
  const { f, volume } = attackedVolume({ profile });
  const { height } = f.shape;

  it.each([
    { lie: 'the page', at: 'data' as const },
    { lie: 'the first sibling', at: 'siblings' as const },
  ])('V19 keeps nothing of an answer that fails for $lie', async ({ at }) => {
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', (message) => ({ ...message, [at]: flipBit(message[at], 1) })),
    );
    await using opened = await connectTo(server, withoutPages);
    const file = await opened.open('f');
    await expect(file.read(3000, 1)).rejects.toThrow(failure(...MISMATCH));
    await server.disconnected();
    server.tamper = (frame) => frame;
    // nothing was kept: there is no connection, so nothing can be released
    await expect(file.read(3000, 1)).rejects.toThrow(failure(...MISMATCH));

    await using again = await connectTo(server, withoutPages);
    const honest = await again.open('f');
    expect(await honest.read(3000, 1)).toEqual(f.data.slice(3000, 3001));
    // by its own proof: up to the root, as if nothing had been known
    expect(server.asked('readPages').at(-1)).toMatchObject({ anchorLevel: height });
  });

  test('V19 leaves a cache that connections share as it was', async () => {
    const cache = new VerifiedCache();
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', (message) => ({ ...message, siblings: flipBit(message.siblings, 1) })),
    );
    const lying = new RemoteObject(f.parsed, await greet(server), cache);
    await expect(lying.readPages(2, 3)).rejects.toThrow(failure(...MISMATCH));
    await server.disconnected();
    server.tamper = (frame) => frame;
    const honest = new RemoteObject(f.parsed, await greet(server), cache);
    expect(await honest.readPages(2, 3)).toEqual(f.page(2));
    expect(server.asked('readPages').at(-1)).toMatchObject({ anchorLevel: height });
    // and only now is there something to rest on
    expect(await honest.readPages(3, 4)).toEqual(f.page(3));
    expect(server.asked('readPages').at(-1)).toMatchObject({ anchorLevel: 0 });
  });

  test('V19 rests on what other answers proved, not on the one that failed beside them', async () => {
    await using server = await hostileServer(
      volume,
      onReads(f, 'pages', (message, { first }) =>
        first === 12 ? { ...message, siblings: flipBit(message.siblings, 0) } : message,
      ),
    );
    await using opened = await connectTo(server, withoutPages);
    const file = await opened.open('f');
    expect(await file.read(0, 1)).toEqual(f.data.slice(0, 1));
    const before = server.asked('readPages').length;
    expect(await file.read(0, 1)).toEqual(f.data.slice(0, 1));
    expect(server.asked('readPages')[before]).toMatchObject({ first: 0, anchorLevel: 0 });
    expect(await file.read(1024, 1)).toEqual(f.data.slice(1024, 1025));
    expect(server.asked('readPages')[before + 1]).toMatchObject({ first: 1, anchorLevel: 0 });
  });

  test('V19 does not believe an older page under anchors that are known', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server, withoutPages);
    const file = await opened.open('f');
    await file.read(0, file.size);
    server.tamper = onReads(f, 'pages', (message) => {
      expect(message.siblings).toHaveLength(0);
      return { ...message, data: flipBit(message.data, 4) };
    });
    await expect(file.read(3000, 1)).rejects.toThrow(failure(...MISMATCH));
    await server.disconnected();
  });

  test('V19 does not keep nodes that a stream fetched and could not prove', async () => {
    const large = attackedVolume({ profile, large: true });
    await using server = await hostileServer(
      large.volume,
      onReads(large.f, 'nodes', (message) => ({ ...message, nodes: flipBit(message.nodes, 300) })),
    );
    await using opened = await connectTo(server, withoutPages);
    const file = await opened.open('f');
    await expect(file.pages().next()).rejects.toThrow(failure(...MISMATCH));
    await server.disconnected();
    expect(server.asked('readPages').filter(({ count }) => count > 1)).toEqual([]);
  });
});
