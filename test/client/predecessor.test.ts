import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RemoteFile } from '../../client/remote-file.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import { flipBit, join, noise } from '../helpers/bytes.ts';
import { connectTo, hostileServer, on } from '../helpers/hostile-server.ts';
import { file } from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { Versions } from '../helpers/versions.ts';

const PAGE = 4096;
const MIB = 1024 * 1024;

/** Reads all of a file in pieces that are no whole pages, which are cached. */
async function readAll(opened: RemoteFile): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < opened.size; at += 100_000) parts.push(await opened.read(at, 100_000));
  return join(...parts);
}

/** A server that counts what it sends. */
async function counting(versions: Versions) {
  let sent = 0;
  const server = await hostileServer(versions.volume, (frame) => {
    sent += encodeServerFrame(frame.requestId, frame.message).length;
    return frame;
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const takeSent = () => {
    const now = sent;
    sent = 0;
    return now;
  };
  return { server, takeSent };
}

describe('a file at whose path another version is cached', () => {
  it('fetches the one page that changed, and the hashes above it', async () => {
    const data = noise(16 * MIB);
    const changed = flipBit(data, 8 * (10 * MIB + 5));
    const versions = new Versions();
    versions.publish({ f: file(data, { pageSize: PAGE }) });
    const { server, takeSent } = await counting(versions);
    await using volume = await connectTo(server);
    expect(Buffer.compare(await readAll(await volume.open('f')), data)).toBe(0);
    versions.publish({ f: file(changed, { pageSize: PAGE }) });
    const newer = await volume.next();
    const opened = await newer.open('f');
    takeSent();
    expect(Buffer.compare(await readAll(opened), changed)).toBe(0);
    // 6 steps of 4 hashes, and their frames
    expect(takeSent()).toBeLessThan(PAGE + 6 * (4 * 32 + 20) + 20);
    expect(Buffer.compare(await readAll(opened), changed)).toBe(0);
    expect(takeSent()).toBe(0);
  });

  it('looks through more than one version', async () => {
    const data = noise(MIB);
    const versions = new Versions();
    versions.publish({ f: file(data, { pageSize: PAGE }) });
    const { server, takeSent } = await counting(versions);
    await using volume = await connectTo(server);
    await readAll(await volume.open('f'));
    const contents = [1, 2, 3].map((page) => flipBit(data, 8 * PAGE * page * 50));
    let newer = volume;
    for (const content of contents) {
      versions.publish({ f: file(content, { pageSize: PAGE }) });
      newer = await newer.next();
      const opened = await newer.open('f');
      await opened.read(0, 10);
      takeSent();
    }
    expect(Buffer.compare(await readAll(await newer.open('f')), contents[2] ?? data)).toBe(0);
    expect(takeSent()).toBeLessThan(2 * (PAGE + 4 * (4 * 32 + 20) + 20));
  });

  it('rests on nodes that are known of the other version', async () => {
    const data = noise(MIB);
    const versions = new Versions();
    versions.publish({ f: file(data, { pageSize: PAGE }) });
    await using server = await hostileServer(versions.volume);
    // room for few pages, and for all nodes
    await using volume = await connectTo(server, { cache: { pageBytes: 2 * PAGE } });
    await readAll(await volume.open('f'));
    await (await volume.open('f')).read(10 * PAGE + 1, 10);
    versions.publish({ f: file(flipBit(data, 8 * 200 * PAGE), { pageSize: PAGE }) });
    const opened = await (await volume.next()).open('f');
    await opened.read(10 * PAGE + 1, 10);
    await opened.read(50 * PAGE + 1, 10);
    expect(server.asked('readPages').at(-1)).toMatchObject({ first: 50, anchorLevel: 0 });
  });

  it('asks for no node if nothing of the other version is cached', async () => {
    const data = noise(MIB);
    const versions = new Versions();
    versions.publish({ f: file(data, { pageSize: PAGE }) });
    await using server = await hostileServer(versions.volume);
    await using volume = await connectTo(server);
    await (await volume.open('f')).read(1, 10);
    versions.publish({ f: file(flipBit(data, 9), { pageSize: PAGE }) });
    const opened = await (await volume.next()).open('f');
    await opened.read(100 * PAGE + 1, 10);
    expect(server.asked('readNodes')).toEqual([]);
  });

  it('gives up where the files have little in common', async () => {
    const versions = new Versions();
    versions.publish({ f: file(noise(8 * MIB, 1)) });
    const { server, takeSent } = await counting(versions);
    await using volume = await connectTo(server);
    await readAll(await volume.open('f'));
    versions.publish({ f: file(noise(8 * MIB, 2)) });
    const opened = await (await volume.next()).open('f');
    takeSent();
    expect(Buffer.compare(await opened.read(5, 10), noise(20, 2).subarray(5, 15))).toBe(0);
    expect(takeSent()).toBeLessThan((1 + 4 + 16 + 64 + 256 + 1024) * 4 * 32 * 1.1);
  });

  it('does not compare files of another page size or profile', async () => {
    const data = noise(100_000);
    const versions = new Versions();
    versions.publish({ f: file(data) });
    await using server = await hostileServer(versions.volume);
    await using volume = await connectTo(server);
    let newer = volume;
    for (const options of [{ pageSize: 2048 }, { profile: FSVERITY }]) {
      await readAll(await newer.open('f'));
      versions.publish({ f: file(data, options) });
      newer = await newer.next();
    }
    expect(Buffer.compare(await readAll(await newer.open('f')), data)).toBe(0);
    expect(server.asked('readNodes')).toEqual([]);
  });

  it('leaves the older file right, and what it reads of its own version', async () => {
    const data = noise(200_000);
    const changed = flipBit(data, 8 * 100_000);
    const versions = new Versions();
    versions.publish({ f: file(data) });
    await using server = await hostileServer(versions.volume);
    await using volume = await connectTo(server);
    const before = await volume.open('f');
    await readAll(before);
    versions.publish({ f: file(changed) });
    const after = await (await volume.next()).open('f');
    for (let round = 0; round < 3; round += 1) {
      expect(Buffer.compare(await readAll(after), changed)).toBe(0);
      expect(Buffer.compare(await readAll(before), data)).toBe(0);
    }
  });

  it('V18 takes nothing over on the word of wrong nodes', async () => {
    const data = noise(200_000);
    const versions = new Versions();
    versions.publish({ f: file(data) });
    await using server = await hostileServer(versions.volume);
    await using volume = await connectTo(server);
    await readAll(await volume.open('f'));
    versions.publish({ f: file(flipBit(data, 5)) });
    const opened = await (await volume.next()).open('f');
    server.tamper = on('nodes', (message) => ({ ...message, nodes: flipBit(message.nodes, 7) }));
    await expect(opened.read(1, 10)).rejects.toMatchObject({
      name: 'IntegrityError',
      code: 'ERR_PROOF_MISMATCH',
    });
  });

  it.each([RFC9162, FSVERITY])(
    'property: gives the right bytes of every version, $name',
    async (profile) => {
      const base = noise(90_000);
      const step = fc.record({
        size: fc.integer({ min: 1, max: 90_000 }),
        flips: fc.array(fc.nat(89_999), { maxLength: 3 }),
        reads: fc.array(fc.record({ at: fc.nat(89_999), length: fc.nat(9000) }), { maxLength: 4 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 4 }), async (steps) => {
          const versions = new Versions();
          versions.publish({});
          await using server = await hostileServer(versions.volume);
          await using volume = await connectTo(server, { cache: { pageBytes: 60_000 } });
          let current = volume;
          for (const { size, flips, reads } of steps) {
            const data = flips.reduce((bytes, at) => flipBit(bytes, at * 8), base).slice(0, size);
            versions.publish({ f: file(data, { profile }) });
            current = await current.next();
            const opened = await current.open('f');
            for (const { at, length } of reads) {
              const want = data.slice(at, at + length);
              expect(Buffer.compare(await opened.read(at, length), want)).toBe(0);
            }
            expect(Buffer.compare(await readAll(opened), data)).toBe(0);
          }
        }),
        { numRuns: Math.ceil(NUM_RUNS / 2) },
      );
    },
  );
});
