import { expect, it, describe as suite, test } from 'vitest';
import { describe } from '../../client/describe.ts';
import { encodeDescriptor, fsverityDigest } from '../../common/descriptor.ts';
import { FSVERITY } from '../../common/tree/profile.ts';
import { attackedVolume } from '../helpers/attacked-volume.ts';
import { flipBit } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { greet, hostileServer, on } from '../helpers/hostile-server.ts';

const { f, g, volume } = attackedVolume({ profile: FSVERITY });
const plain = attackedVolume();
const digest = fsverityDigest(f.parsed) ?? new Uint8Array();
const WRONG = ['IntegrityError', 'ERR_OBJECT_ID'] as const;

suite('describe()', () => {
  it.each([
    { attack: 'another object', descriptor: g.descriptor },
    { attack: 'a bit of the root flipped', descriptor: flipBit(f.descriptor, 16 * 8) },
    {
      attack: 'another size',
      descriptor: encodeDescriptor({ ...f.parsed, size: f.data.length - 1 }),
    },
    { attack: 'its tree block', descriptor: encodeDescriptor({ ...f.parsed, size: 13 * 32 }) },
    { attack: 'an object of the other profile', descriptor: plain.f.descriptor },
  ])('V11 refuses $attack', async ({ descriptor }) => {
    for (const anchor of [{ object: f.id }, { fsverityDigest: digest }]) {
      await using server = await hostileServer(
        volume,
        on('descriptor', () => ({ type: 'descriptor', descriptor })),
      );
      const connection = await greet(server);
      await expect(describe(connection, anchor)).rejects.toThrow(failure(...WRONG));
      await server.disconnected();
      await expect(describe(connection, anchor)).rejects.toThrow(failure(...WRONG));
    }
  });

  it.each([
    { attack: 'no bytes', descriptor: new Uint8Array() },
    { attack: '47 bytes', descriptor: f.descriptor.slice(1) },
    { attack: 'zeros', descriptor: new Uint8Array(48) },
    { attack: 'a filler', descriptor: flipBit(f.descriptor, 5 * 8) },
  ])('V10 refuses a descriptor of $attack', async ({ descriptor }) => {
    await using server = await hostileServer(
      volume,
      on('descriptor', () => ({ type: 'descriptor', descriptor })),
    );
    const connection = await greet(server);
    const asking = describe(connection, { object: f.id });
    await expect(asking).rejects.toThrow(failure('IntegrityError', 'ERR_DESCRIPTOR'));
    await server.disconnected();
  });

  test('V11 accepts the descriptor that has the digest, by either', async () => {
    await using server = await hostileServer(volume);
    const connection = await greet(server);
    expect(await describe(connection, { object: f.id })).toEqual(f.parsed);
    expect(await describe(connection, { fsverityDigest: digest })).toEqual(f.parsed);
    const unknown = describe(connection, { fsverityDigest: flipBit(digest, 0) });
    await expect(unknown).rejects.toThrow(failure('RequestError', 'ERR_REMOTE_UNKNOWN_OBJECT'));
    connection.close();
  });
});
