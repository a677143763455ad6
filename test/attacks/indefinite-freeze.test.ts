import { describe, expect, test } from 'vitest';
import { TransientVersions } from '../../client/version-memory.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { announcing, connectTo, hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  ISSUED,
  MemoryVolume,
  signer,
} from '../helpers/memory-volume.ts';

const DAY = 86_400_000;
const data = file(noise(3000));
const root = directory([entryOf('f', data)]);
const seal = (version: number, expires?: number) =>
  signer.seal(root, { version, ...(expires === undefined ? {} : { expires }) });

/** A server that announces version 5 for ever, whatever is published. */
function frozen(expires?: number) {
  const volume = new MemoryVolume([data, root]).publish(seal(6, expires), 6);
  return hostileServer(volume, announcing(seal(5, expires)));
}

describe('connect()', () => {
  test('V6 ends a freeze when the statement expires', async () => {
    await using server = await frozen(ISSUED + 30 * DAY);
    let now = ISSUED + 29 * DAY;
    const memory = new TransientVersions();
    await using opened = await connectTo(server, { memory, now: () => now });
    expect(opened.verdict.freshnessAsserted).toBe(true);
    now = ISSUED + 31 * DAY;
    const again = connectTo(server, { memory, now: () => now });
    await expect(again).rejects.toThrow(failure('FreshnessError', 'ERR_EXPIRED'));
    await expect(opened.open('f')).rejects.toThrow(failure('FreshnessError', 'ERR_EXPIRED'));
  });

  test('V27 ends a freeze of statements that never expire, by the reader’s own bound', async () => {
    await using server = await frozen();
    let now = ISSUED + DAY;
    const options = { maxAgeMs: 2 * DAY, now: () => now };
    await using opened = await connectTo(server, options);
    expect(opened.verdict.freshnessAsserted).toBe(true);
    now = ISSUED + 3 * DAY;
    const late = failure('FreshnessError', 'ERR_TOO_OLD');
    await expect(connectTo(server, options)).rejects.toThrow(late);
    await expect(opened.open('f')).rejects.toThrow(late);
    await expect(opened.stat('f')).rejects.toThrow(late);
  });

  test('V28 ends a freeze for a reader who knows of a newer version', async () => {
    await using server = await frozen();
    const connecting = connectTo(server, { minVersion: 6 });
    await expect(connecting).rejects.toThrow(failure('FreshnessError', 'ERR_MIN_VERSION'));
  });

  test('V27 does not end a freeze where nothing bounds the age, but the verdict says so', async () => {
    await using server = await frozen();
    await using opened = await connectTo(server, { now: () => ISSUED + 3650 * DAY });
    expect(opened.verdict).toMatchObject({ firstContact: true, freshnessAsserted: false });
  });
});
