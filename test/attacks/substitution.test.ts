import { describe, expect, it, test } from 'vitest';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import type { ServerMessage } from '../../common/wire.ts';
import {
  attackedVolume,
  expectRefusedReads,
  onReads,
  type ReadRequest,
} from '../helpers/attacked-volume.ts';
import { flipBit, join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  MemoryObject,
  MemoryVolume,
  signer,
} from '../helpers/memory-volume.ts';

const MISMATCH = ['IntegrityError', 'ERR_PROOF_MISMATCH'] as const;

type Pages = Extract<ServerMessage, { type: 'pages' }>;

/** Swaps two runs of bytes of the same length. */
function swap(bytes: Uint8Array, a: number, b: number, length: number): Uint8Array {
  const copy = bytes.slice();
  copy.set(bytes.subarray(a, a + length), b);
  copy.set(bytes.subarray(b, b + length), a);
  return copy;
}

/** What another object of the same shape has where a request asks for pages. */
function answerOf(object: MemoryObject, own: Pages, request: ReadRequest): Pages {
  const { first: start, count, anchorLevel } = request;
  const siblings = new Uint8Array(own.siblings.length);
  const data = new Uint8Array(own.data.length);
  object.readPages({ level: 0, start, end: start + count, anchorLevel }, siblings, data);
  return { type: 'pages', siblings, data };
}

describe.each([RFC9162, FSVERITY])('RemoteFile of $name', (profile) => {
  const { f, g, volume } = attackedVolume({ profile });
  const large = attackedVolume({ profile, large: true });

  it.each([
    { attack: 'the first bit flipped', change: (data: Uint8Array) => flipBit(data, 0) },
    {
      attack: 'the last bit flipped',
      change: (data: Uint8Array) => flipBit(data, data.length * 8 - 1),
    },
    {
      attack: 'pages moved by a byte',
      change: (data: Uint8Array) => join(data.slice(1), data.slice(0, 1)),
    },
    {
      attack: 'a page in the place of another',
      change: (data: Uint8Array) => data.slice().copyWithin(0, data.length - 100),
    },
    { attack: 'zeros', change: (data: Uint8Array) => data.slice().fill(0) },
  ])('V18 refuses pages with $attack', async ({ change }) => {
    const tamper = onReads(f, 'pages', (message) => ({ ...message, data: change(message.data) }));
    await expectRefusedReads(volume, tamper, MISMATCH);
  });

  test('V18 refuses two swapped pages', async () => {
    const tamper = onReads(f, 'pages', (message) => ({
      ...message,
      data: swap(message.data, 1024, 3072, 1024),
    }));
    await expectRefusedReads(volume, tamper, MISMATCH, ['read', 'pages']);
  });

  it.each([
    { attack: 'a bit flipped in the first', change: (proof: Uint8Array) => flipBit(proof, 5) },
    {
      attack: 'a bit flipped in the last',
      change: (proof: Uint8Array) => flipBit(proof, proof.length * 8 - 2),
    },
    { attack: 'two swapped', change: (proof: Uint8Array) => swap(proof, 0, 32, 32) },
    { attack: 'all in reverse', change: (proof: Uint8Array) => proof.slice().reverse() },
    { attack: 'zeros for the first', change: (proof: Uint8Array) => proof.slice().fill(0, 0, 32) },
    { attack: 'zeros for all', change: (proof: Uint8Array) => proof.slice().fill(0) },
    { attack: 'one twice', change: (proof: Uint8Array) => proof.slice().copyWithin(32, 0, 32) },
  ])('V18 refuses siblings with $attack', async ({ change }) => {
    const tamper = onReads(f, 'pages', (message) => ({
      ...message,
      siblings: change(message.siblings),
    }));
    await expectRefusedReads(volume, tamper, MISMATCH, ['page']);
  });

  it.each([
    { attack: 'a bit flipped', change: (nodes: Uint8Array) => flipBit(nodes, 77) },
    { attack: 'two swapped', change: (nodes: Uint8Array) => swap(nodes, 0, 32, 32) },
    { attack: 'zeros for one', change: (nodes: Uint8Array) => nodes.slice().fill(0, 0, 32) },
  ])('V18 refuses nodes with $attack', async ({ change }) => {
    const tamper = onReads(large.f, 'nodes', (message) => ({
      ...message,
      nodes: change(message.nodes),
    }));
    await expectRefusedReads(large.volume, tamper, MISMATCH, ['pages']);
  });

  test('V18 refuses nodes of the level below', async () => {
    const tamper = onReads(large.f, 'nodes', (message, { first, count }) => ({
      ...message,
      nodes: large.f.nodes(0, first, first + count),
    }));
    await expectRefusedReads(large.volume, tamper, MISMATCH, ['pages']);
  });

  test('V18 refuses another run under nodes that are honest', async () => {
    const tamper = onReads(large.f, 'pages', (message, { first, count }) => {
      const from = first === 0 ? 256 * 1024 : 0;
      return { ...message, data: large.f.data.slice(from, from + Math.min(count, 256) * 1024) };
    });
    await using server = await hostileServer(large.volume, tamper);
    await using opened = await connectTo(server);
    const pages = (await opened.open('f')).pages();
    await expect(pages.next()).rejects.toThrow(failure(...MISMATCH));
    await server.disconnected();
  });

  it.each([
    { attack: 'its data', change: (own: Pages, others: Pages) => ({ ...own, data: others.data }) },
    {
      attack: 'its proof',
      change: (own: Pages, others: Pages) => ({ ...own, siblings: others.siblings }),
    },
    { attack: 'both', change: (_own: Pages, others: Pages) => others },
  ])('V18 refuses another file of the same shape: $attack', async ({ change }) => {
    const tamper = onReads(f, 'pages', (message, request) => {
      return change(message, answerOf(g, message, request));
    });
    await expectRefusedReads(volume, tamper, MISMATCH, ['page']);
  });

  test('V18 refuses a page of the version before, with its own proof', async () => {
    const old = file(flipBit(f.data, 8 * 5000), { profile });
    const tamper = onReads(f, 'pages', (message, request) => answerOf(old, message, request));
    await expectRefusedReads(volume, tamper, MISMATCH);
  });

  // A file whose bytes are a tree block of another: the same root under fs-verity.
  test('V18 refuses a tree block served as the file', async () => {
    const whole = file(noise(32 * 1024, 3), { profile });
    const block = whole.levels[0] ?? new Uint8Array();
    const root = directory([entryOf('f', whole)]);
    const tree = new MemoryVolume([root, whole]).publish(signer.seal(root));
    const tamper = onReads(whole, 'pages', (message, { first, count }) => {
      const pages = Array.from({ length: count }, (_, i) =>
        first + i === 0 ? block : whole.page(first + i),
      );
      return { ...message, data: join(...pages) };
    });
    await expectRefusedReads(tree, tamper, MISMATCH, ['read', 'pages']);
  });
});

describe('Volume', () => {
  test('V18 does not read a tree block as a file that has its root', async () => {
    const whole = file(noise(32 * 1024, 3), { profile: FSVERITY });
    const block = file(whole.levels[0] ?? new Uint8Array(), { profile: FSVERITY });
    expect(block.parsed.root).toEqual(whole.parsed.root);
    expect(block.id).not.toEqual(whole.id);
    const root = directory([entryOf('f', whole)]);
    const volume = new MemoryVolume([root, whole]).publish(signer.seal(root));
    await using server = await hostileServer(
      volume,
      onReads(whole, 'pages', (message) => ({ ...message, data: block.data })),
    );
    await using opened = await connectTo(server);
    const f = await opened.open('f');
    const reading = f.read(0, f.size);
    await expect(reading).rejects.toThrow(failure('ProtocolError', 'ERR_DATA_LENGTH'));
  });

  test('V18 refuses a root directory of another volume', async () => {
    const data = file(noise(1000));
    const root = directory([entryOf('a', data)]);
    const other = new MemoryObject('directory', directory([entryOf('b', data)]).data);
    await using server = await hostileServer(
      new MemoryVolume([root, data]).publish(signer.seal(root)),
      onReads(root, 'pages', (message) => ({ ...message, data: other.data })),
    );
    await expect(connectTo(server)).rejects.toThrow(failure(...MISMATCH));
    await server.disconnected();
  });
});
