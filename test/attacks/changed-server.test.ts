import { expect, it, test } from 'vitest';
import { TransientVersions } from '../../client/version-memory.ts';
import type { Statement } from '../../common/statement.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  MemoryVolume,
  Signer,
  signer,
} from '../helpers/memory-volume.ts';

const data = file(noise(3000));
const other = file(noise(3000, 1));
const root = directory([entryOf('f', data)]);
const forked = directory([entryOf('f', other)]);
const objects = [data, other, root, forked];

/** A volume whose newest statement is this one. */
function at(more: Partial<Statement>, named = root, by: Signer = signer): MemoryVolume {
  return new MemoryVolume(objects).publish(by.seal(named, more), more.version ?? 1);
}

it.each<{ what: string; volume: MemoryVolume; error: readonly [string, string] }>([
  {
    what: 'a statement of another key',
    volume: at({ version: 5 }, forked, new Signer(9)),
    error: ['IntegrityError', 'ERR_THRESHOLD'],
  },
  {
    what: 'the statement of another volume',
    volume: at({ version: 5, origin: 'lab.example/other' }),
    error: ['IntegrityError', 'ERR_ORIGIN'],
  },
  {
    what: 'another text of the same version',
    volume: at({ version: 5 }, forked),
    error: ['FreshnessError', 'ERR_EQUIVOCATION'],
  },
])('V3 V5 V8 reads no more from a server that comes back with $what', async (row) => {
  const kept: Uint8Array[][] = [];
  const memory = Object.assign(new TransientVersions(), {
    keepEvidence: async (_origin: string, _version: number, notes: readonly Uint8Array[]) => {
      kept.push([...notes]);
      return 'here';
    },
  });
  await using server = await hostileServer(at({ version: 5 }));
  await using volume = await connectTo(server, { memory });
  const f = await volume.open('f');
  server.volume = row.volume;
  server.cut();
  await server.disconnected();
  await expect(f.read(0, 10)).rejects.toThrow(failure(...row.error));
  await expect(f.read(2000, 10)).rejects.toThrow(failure(...row.error));
  expect(server.asked('hello')).toHaveLength(2);
  expect(server.asked('readPages')).toHaveLength(1); // the root
  expect(kept).toHaveLength(row.error[1] === 'ERR_EQUIVOCATION' ? 1 : 0);
});

test.each([
  { what: 'older', version: 4 },
  { what: 'newer', version: 6 },
])('V7 reads on at its version from a server that comes back with an $what one', async (row) => {
  await using server = await hostileServer(at({ version: 5 }));
  await using volume = await connectTo(server);
  const f = await volume.open('f');
  server.volume = at({ version: row.version }, forked);
  server.cut();
  await server.disconnected();
  expect(await f.read(0, 3000)).toEqual(data.data);
  expect(volume.statement.version).toBe(5);
});
