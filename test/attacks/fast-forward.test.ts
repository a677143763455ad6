import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VersionFiles } from '../../client/node/version-files.ts';
import { MAX_VERSION } from '../../common/limits.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { folder } from '../helpers/folder.ts';
import { announcing, connectTo, hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  MemoryVolume,
  ORIGIN,
  Signer,
  signer,
} from '../helpers/memory-volume.ts';

const data = file(noise(3000));
const root = directory([entryOf('f', data)]);
const stolen = signer;
const rotated = new Signer(2, 'lab.example/2027');
const FAR = 2 ** 40;

/** A volume whose newest statement somebody signed. */
function at(version: number, by: Signer): MemoryVolume {
  return new MemoryVolume([data, root]).publish(by.seal(root, { version }), version);
}

describe('connect()', () => {
  test('V2 V3 V7 lets no server raise the version without a key', async () => {
    const memory = new VersionFiles(join(folder(), 'state'));
    await using server = await hostileServer(at(5, stolen));
    await using _opened = await connectTo(server, { memory });
    server.tamper = announcing(new Signer(9, ORIGIN).seal(root, { version: FAR }));
    const raised = connectTo(server, { memory });
    await expect(raised).rejects.toThrow(failure('IntegrityError', 'ERR_THRESHOLD'));
    expect((await memory.recall(ORIGIN, 0))?.version).toBe(5);
  });

  test('V7 recovers from a stolen key that signed version 2^40, by a higher series', async () => {
    const memory = new VersionFiles(join(folder(), 'state'));
    await using thief = await hostileServer(at(FAR, stolen));
    await using _robbed = await connectTo(thief, { memory });
    expect((await memory.recall(ORIGIN, 0))?.version).toBe(FAR);

    // the publisher goes on under another key; the version that was remembered is in its way
    await using server = await hostileServer(at(5, rotated));
    const keys = [rotated.key];
    const blocked = connectTo(server, { memory, keys });
    await expect(blocked).rejects.toThrow(failure('FreshnessError', 'ERR_ROLLBACK'));

    await using opened = await connectTo(server, { memory, keys, series: 1 });
    expect(opened.verdict).toMatchObject({ firstContact: true, signers: ['lab.example/2027'] });
    expect((await memory.recall(ORIGIN, 1))?.version).toBe(5);
    // from then on all holds as before
    server.volume = at(4, rotated);
    const back = connectTo(server, { memory, keys, series: 1 });
    await expect(back).rejects.toThrow(failure('FreshnessError', 'ERR_ROLLBACK'));
    const robbed = connectTo(thief, { memory, keys, series: 1 });
    await expect(robbed).rejects.toThrow(failure('IntegrityError', 'ERR_THRESHOLD'));
    const lowered = connectTo(server, { memory, keys });
    await expect(lowered).rejects.toThrow(failure('PolicyError', 'ERR_POLICY_VERSION'));
  });

  test('V7 recovers from the greatest version there is', async () => {
    const memory = new VersionFiles(join(folder(), 'state'));
    await using server = await hostileServer(at(MAX_VERSION, stolen));
    await using _robbed = await connectTo(server, { memory });
    server.volume = at(1, rotated);
    await using opened = await connectTo(server, { memory, keys: [rotated.key], series: 1 });
    expect(opened.statement.version).toBe(1);
  });
});
