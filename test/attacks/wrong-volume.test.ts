import { describe, expect, test } from 'vitest';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer, on } from '../helpers/hostile-server.ts';
import { directory, entryOf, file, ORIGIN, volumeOf } from '../helpers/memory-volume.ts';

const wanted = file(noise(3000, 1));
const other = file(noise(3000, 2));
const root = directory([entryOf('other', other), entryOf('wanted', wanted)]);
const objects = [wanted, other];

describe('connect()', () => {
  test('V5 refuses another volume that the same key has signed', async () => {
    const elsewhere = volumeOf(root, objects, { origin: `${ORIGIN}-testing` });
    await using server = await hostileServer(elsewhere);
    await expect(connectTo(server)).rejects.toThrow(failure('IntegrityError', 'ERR_ORIGIN'));
    await server.disconnected();
    expect(server.requests).toEqual([{ type: 'hello' }]);
  });

  test('V18 refuses one file of the volume in the place of another', async () => {
    const tamper = on('pages', (message, request) =>
      request?.type === 'readPages' && message.data.length === 3000
        ? { ...message, data: other.data }
        : message,
    );
    await using server = await hostileServer(volumeOf(root, objects), tamper);
    await using opened = await connectTo(server);
    const reading = (await opened.open('wanted')).read(0, 3000);
    await expect(reading).rejects.toThrow(failure('IntegrityError', 'ERR_PROOF_MISMATCH'));
  });
});
