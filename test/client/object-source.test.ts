import { describe, expect, it } from 'vitest';
import type { Anchor } from '../../client/describe.ts';
import { connectObjects } from '../../client/node/index.ts';
import { encodeDescriptor, fsverityDigest } from '../../common/descriptor.ts';
import { FSVERITY } from '../../common/tree/profile.ts';
import { attackedVolume, onReads } from '../helpers/attacked-volume.ts';
import { flipBit } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { announcing, drain, hostileServer, on, type Tamper } from '../helpers/hostile-server.ts';

const { f, g, volume } = attackedVolume({ profile: FSVERITY });
const digest = fsverityDigest(f.parsed) ?? new Uint8Array();
const ANCHORS: readonly { name: string; anchor: Anchor }[] = [
  { name: 'id', anchor: { object: f.id } },
  { name: 'fs-verity digest', anchor: { fsverityDigest: digest } },
];
const OTHER_SIZE = encodeDescriptor({ ...f.parsed, size: f.data.length - 1 });

describe('connectObjects()', () => {
  it.each(ANCHORS)('V11 reads an object by its $name, and no statement', async ({ anchor }) => {
    // one of no trusted key, and that is no statement at all
    await using server = await hostileServer(volume, announcing(new Uint8Array([0xff])));
    await using source = await connectObjects(server.url, { deadlineMs: 5000 });
    const file = await source.open(anchor);
    expect(Buffer.concat(await drain(file.pages()))).toEqual(Buffer.from(f.data));
    expect(await file.read(3000, 5000)).toEqual(f.data.slice(3000, 8000));
    expect(server.asked('getStatement')).toEqual([]);
  });

  it('reads several objects over one connection', async () => {
    await using server = await hostileServer(volume);
    await using source = await connectObjects(server.url);
    const [one, two] = await Promise.all([
      source.open({ fsverityDigest: digest }),
      source.open({ object: g.id }),
    ]);
    expect(await one.read(0, f.data.length)).toEqual(f.data);
    expect(await two.read(0, g.data.length)).toEqual(g.data);
    expect(server.asked('hello')).toHaveLength(1);
  });

  const answers: { attack: string; descriptor: Uint8Array; code: string }[] = [
    { attack: 'V11 another object', descriptor: g.descriptor, code: 'ERR_OBJECT_ID' },
    { attack: 'V11 another size', descriptor: OTHER_SIZE, code: 'ERR_OBJECT_ID' },
    { attack: 'V10 no descriptor', descriptor: f.descriptor.slice(1), code: 'ERR_DESCRIPTOR' },
  ];
  it.each(answers)('$attack described is refused', async ({ descriptor, code }) => {
    for (const { anchor } of ANCHORS) {
      await using server = await hostileServer(
        volume,
        on('descriptor', () => ({ type: 'descriptor', descriptor })),
      );
      await using source = await connectObjects(server.url, { deadlineMs: 5000 });
      await expect(source.open(anchor)).rejects.toThrow(failure('IntegrityError', code));
      await server.disconnected();
    }
  });

  const reads: { attack: string; tamper: Tamper; name: string; code: string }[] = [
    {
      attack: 'V16 a page short',
      tamper: onReads(f, 'pages', (m) => ({ ...m, data: m.data.subarray(1) })),
      name: 'ProtocolError',
      code: 'ERR_DATA_LENGTH',
    },
    {
      attack: 'V17 a sibling more',
      tamper: onReads(f, 'pages', (m) => ({ ...m, siblings: new Uint8Array(10_240) })),
      name: 'ProtocolError',
      code: 'ERR_PROOF_LENGTH',
    },
    {
      attack: 'V18 a bit of a page flipped',
      tamper: onReads(f, 'pages', (m) => ({ ...m, data: flipBit(m.data, 77) })),
      name: 'IntegrityError',
      code: 'ERR_PROOF_MISMATCH',
    },
  ];
  it.each(reads)('$attack is refused', async ({ tamper, name, code }) => {
    await using server = await hostileServer(volume, tamper);
    await using source = await connectObjects(server.url, { deadlineMs: 5000 });
    const file = await source.open({ fsverityDigest: digest });
    const given: Uint8Array[] = [];
    await expect(drain(file.pages(), given)).rejects.toThrow(failure(name, code));
    expect(given).toEqual([]);
    await server.disconnected();
  });

  it('V25 reports an unknown object as a claim, and goes on', async () => {
    await using server = await hostileServer(volume);
    await using source = await connectObjects(server.url);
    const unknown = source.open({ object: flipBit(f.id, 0) });
    await expect(unknown).rejects.toThrow(failure('RequestError', 'ERR_REMOTE_UNKNOWN_OBJECT'));
    expect((await source.open({ object: f.id })).size).toBe(f.data.length);
  });

  it.each([
    { what: 'an http URL', url: 'http://127.0.0.1/lab', options: {} },
    { what: 'no origin', url: 'ws://127.0.0.1/', options: {} },
    { what: 'another origin', url: 'ws://127.0.0.1/a/b', options: { origin: 'c' } },
  ])('refuses $what before it connects', async ({ url, options }) => {
    await expect(connectObjects(url, options)).rejects.toThrow(TypeError);
  });
});
