import { describe, expect, test } from 'vitest';
import { TransientVersions } from '../../client/version-memory.ts';
import { formatNote } from '../../common/note.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  MemoryVolume,
  Signer,
  statementText,
} from '../helpers/memory-volume.ts';

const honest = file(noise(3000, 1));
const evil = file(noise(3000, 2));
const stolen = new Signer(1);
const second = new Signer(2, 'second');
const rotated = new Signer(3, 'rotated');

/** A volume of one file, signed by these keys. */
function signedBy(object: typeof honest, version: number, ...by: readonly Signer[]): MemoryVolume {
  const root = directory([entryOf('f', object)]);
  const text = statementText(root, { version });
  const note = formatNote({ text, signatures: by.map((one) => one.line(text)) });
  return new MemoryVolume([object, root]).publish(note, version);
}

describe('connect()', () => {
  const short = failure('IntegrityError', 'ERR_THRESHOLD');

  test('V3 refuses what one stolen key of two has signed', async () => {
    await using server = await hostileServer(signedBy(evil, 9, stolen));
    const keys = [stolen.key, second.key];
    await expect(connectTo(server, { keys, threshold: 2 })).rejects.toThrow(short);
    server.volume = signedBy(honest, 1, stolen, second);
    await using opened = await connectTo(server, { keys, threshold: 2 });
    expect(opened.verdict.signers).toEqual([stolen.key.name, 'second']);
  });

  test('V3 refuses what a retired key has signed', async () => {
    await using server = await hostileServer(signedBy(evil, 9, stolen));
    await expect(connectTo(server, { keys: [rotated.key] })).rejects.toThrow(short);
  });

  test('V3 V8 takes either key while both are listed, and the same text under either', async () => {
    const memory = new TransientVersions();
    const overlap = { memory, keys: [stolen.key, rotated.key] };
    await using server = await hostileServer(signedBy(honest, 5, stolen));
    await using before = await connectTo(server, overlap);
    server.volume = signedBy(honest, 5, rotated);
    await using after = await connectTo(server, overlap);
    expect([before, after].map(({ verdict }) => verdict.signers)).toEqual([
      [stolen.key.name],
      ['rotated'],
    ]);
    await using later = await connectTo(server, { memory, keys: [rotated.key] });
    expect(later.verdict.firstContact).toBe(false);
  });

  test('V8 keeps proof of what a stolen key signed beside the publisher', async () => {
    const memory = new TransientVersions();
    const keys = [stolen.key];
    await using server = await hostileServer(signedBy(honest, 5, stolen));
    await using _opened = await connectTo(server, { memory, keys });
    server.volume = signedBy(evil, 5, stolen);
    const robbed = connectTo(server, { memory, keys });
    await expect(robbed).rejects.toThrow(failure('FreshnessError', 'ERR_EQUIVOCATION'));
    await expect(robbed).rejects.toHaveProperty('evidence.length', 2);
  });

  test('V3 can not tell a thief who holds enough keys from the publisher', async () => {
    await using server = await hostileServer(signedBy(evil, 9, stolen));
    await using opened = await connectTo(server, { keys: [stolen.key] });
    expect(await (await opened.open('f')).read(0, 3000)).toEqual(evil.data);
  });
});
