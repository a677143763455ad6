import { describe, expect, it, test } from 'vitest';
import { TransientVersions } from '../../client/version-memory.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer, on, SHORT_MS, type Tamper } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  MemoryVolume,
  ORIGIN,
  signer,
} from '../helpers/memory-volume.ts';

const data = file(noise(3000));
const root = directory([entryOf('f', data)]);
const at = (version: number) =>
  new MemoryVolume([data, root]).publish(signer.seal(root, { version }), version);
const refusal = { type: 'error', code: 'GONE', message: 'no', retryAfterMs: 0 } as const;

describe('connect()', () => {
  it.each<{ what: string; tamper: Tamper; error: readonly [string, string] }>([
    {
      what: 'refuses all pages',
      tamper: on('pages', () => refusal),
      error: ['RequestError', 'ERR_REMOTE_GONE'],
    },
    {
      what: 'never sends a page',
      tamper: on('pages', () => undefined),
      error: ['TransportError', 'ERR_DEADLINE'],
    },
    {
      what: 'sends wrong pages',
      tamper: on('pages', (message) => ({ ...message, data: noise(message.data.length) })),
      error: ['IntegrityError', 'ERR_PROOF_MISMATCH'],
    },
  ])('V7 V15 V18 V25 lets a mirror that $what keep no reader from another', async (row) => {
    const memory = new TransientVersions();
    await using mirror = await hostileServer(at(9), row.tamper);
    const stuck = connectTo(mirror, { memory, deadlineMs: SHORT_MS });
    await expect(stuck).rejects.toThrow(failure(...row.error));
    expect(await memory.recall(ORIGIN)).toBeUndefined();
    // it has announced version 9, yet version 8 elsewhere is as good as it was
    await using honest = await hostileServer(at(8));
    await using opened = await connectTo(honest, { memory });
    expect(await (await opened.open('f')).read(0, 3000)).toEqual(data.data);
  });

  test('V7 lets a mirror that lags serve those who know no better, and no others', async () => {
    const memory = new TransientVersions();
    await using mirror = await hostileServer(at(7));
    await using server = await hostileServer(at(9));
    await using early = await connectTo(mirror, { memory });
    await using _newer = await connectTo(server, { memory });
    // what is open stays good
    expect((await early.open('f')).size).toBe(3000);
    const again = connectTo(mirror, { memory });
    await expect(again).rejects.toThrow(failure('FreshnessError', 'ERR_ROLLBACK'));
  });
});
