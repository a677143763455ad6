import { start, startReader } from './processes.mjs';
import { interleave } from './samples.mjs';

const RANDOM_COUNT = 20_000;

/** Reads one sealed file over loopback, against an unverified ws transfer of the same bytes. */
export async function transfer({ file, store, size, origin, key }, samples) {
  const plain = await start('plain-server.mjs', [file]);
  const trusting = await start('sealed-server.mjs', ['--trust-source', store]);
  const checking = await start('sealed-server.mjs', [store]);
  const rows = [
    ...(await sequential({ plain, trusting, checking, size, origin, key }, samples)),
    ...(await random({ plain, trusting, size, origin, key }, samples)),
    ...(await footprint({ trusting, size, origin, key })),
  ];
  await Promise.all([plain.stop(), trusting.stop(), checking.stop()]);
  return rows;
}

async function sequential({ plain, trusting, checking, size, origin, key }, samples) {
  const readers = { plain: startReader(), trusting: startReader(), checking: startReader() };
  const time = async (reader, work) => (await reader.ask(work)).ms;
  const sealed = { kind: 'sealedSequential', origin, key };
  const times = await interleave(
    {
      plain: () => time(readers.plain, { kind: 'plainSequential', port: plain.port, size }),
      trusting: () => time(readers.trusting, { ...sealed, port: trusting.port }),
      checking: () => time(readers.checking, { ...sealed, port: checking.port }),
    },
    samples,
  );
  const found = await readers.trusting.ask({ ...sealed, port: trusting.port });
  const server = await trusting.ask('usage');
  await Promise.all(Object.values(readers).map((reader) => reader.stop()));
  return [
    {
      name: 'sequential, verified to unverified ws',
      ratio: times.plain / times.trusting,
      want: 0.45,
    },
    { name: 'sequential, in place and checked by the server', ratio: times.plain / times.checking },
    { name: 'sequential, bytes on the wire per byte', value: found.wireBytes / size, most: 1.005 },
    { name: 'client resident, MiB', value: found.maxRssKiB / 1024, most: 160 },
    { name: 'server resident, MiB', value: server.maxRssKiB / 1024, most: 120 },
  ];
}

async function random({ plain, trusting, size, origin, key }, samples) {
  const rows = [];
  const kinds = { plain: 'plainRandom', unverified: 'unverifiedRandom', sealed: 'sealedRandom' };
  const readers = { plain: startReader(), unverified: startReader(), sealed: startReader() };
  for (const inFlight of [1, 16, 64]) {
    const pass = async (name) => {
      const { port } = name === 'plain' ? plain : trusting;
      const work = { port, origin, key, size, inFlight, count: RANDOM_COUNT };
      return (await readers[name].ask({ kind: kinds[name], ...work })).ms;
    };
    const times = await interleave(
      {
        plain: () => pass('plain'),
        unverified: () => pass('unverified'),
        sealed: () => pass('sealed'),
      },
      samples,
    );
    const name = `random 4 KiB, ${inFlight} in flight`;
    rows.push(
      {
        name: `${name}, verified to unverified`,
        ratio: times.unverified / times.sealed,
        want: inFlight === 16 ? 0.6 : undefined,
      },
      { name: `${name}, verified to bare ws`, ratio: times.plain / times.sealed },
    );
  }
  await Promise.all(Object.values(readers).map((reader) => reader.stop()));
  return rows;
}

/** A reader that has seen nothing yet reads a thousand pages. */
async function footprint({ trusting, size, origin, key }) {
  const reader = startReader();
  const count = 1000;
  const work = { kind: 'sealedRandom', port: trusting.port, origin, key, size, inFlight: 1, count };
  const { wireBytes } = await reader.ask(work);
  await reader.stop();
  const most = 4096 + 576 + 64;
  return [
    { name: 'random 4 KiB, bytes on the wire per cold read', value: wireBytes / count, most },
  ];
}
