import { openNetwork } from './networks.mjs';
import { startReaders, startServer, stopAll } from './processes.mjs';
import { interleave } from './samples.mjs';
import { MOST_FRAMES_AHEAD } from './workloads/plain.mjs';

const PAGE_SIZE = 4096;

/** Reads a sealed file where round trips take long, against an unverified ws transfer of it. */
export async function delay(bench) {
  const network = await openNetwork();
  const { host, withinServer, withinClient } = network;
  const stores = { single: bench.storeOf(PAGE_SIZE), deep: bench.deepStore() };
  const paths = Object.values(stores).map(({ path }) => path);
  const sealed = ['sealed-server.mjs', [host, 'trusting', ...paths], withinServer];
  const plain = ['plain-server.mjs', [host, bench.file], withinServer];
  const place = {
    bench,
    stores,
    reach: network.reach,
    servers: { plain: await startServer(...plain), sealed: await startServer(...sealed) },
    readers: startReaders(['plain', 'single', 'deep'], withinClient),
  };
  const rows = [
    ...(await firstPage(place)),
    ...(await sequentialAt(place, 20)),
    ...(await sequentialAt(place, 100)),
  ];
  await stopAll(...Object.values(place.servers), ...Object.values(place.readers));
  await network.close();
  bench.versions['delay by'] = network.how;
  return rows;
}

/** Counts round trips: what a delay adds, in what it adds to a read of the control, which takes one. */
async function firstPage(place) {
  const roundTripMs = 50;
  const near = await firstPageAt(place, 0);
  const far = await firstPageAt(place, roundTripMs);
  const added = (what) => far[what].ms - near[what].ms;
  const name = `first verified byte at ${roundTripMs} ms, round trips after TCP connect`;
  return [
    { name, value: added('single') / added('plain'), most: 3 },
    { name: `${name}, two directories deep`, value: added('deep') / added('plain'), most: 4 },
  ];
}

function firstPageAt({ bench, stores, reach, servers, readers }, roundTripMs) {
  const first = async (reader, { origin, fileInside: path }) => {
    const address = await reach(servers.sealed.port, roundTripMs);
    return reader.ask({ kind: 'sealedFirstPage', address, origin, key: bench.key, path });
  };
  const one = { kind: 'plainRandom', size: bench.size, inFlight: 1, count: 1 };
  return interleave(
    {
      plain: async () => {
        const address = await reach(servers.plain.port, roundTripMs);
        return readers.plain.ask({ ...one, address });
      },
      single: () => first(readers.single, stores.single),
      deep: () => first(readers.deep, stores.deep),
    },
    bench.samples,
  );
}

/** Reads from start to end, against a control with as many requests in flight as the reader comes to. */
async function sequentialAt({ bench, stores, reach, servers, readers }, roundTripMs) {
  const { size, key, samples } = bench;
  const plain = { address: await reach(servers.plain.port, roundTripMs), size };
  const address = await reach(servers.sealed.port, roundTripMs);
  const { origin } = stores.single;
  const sealed = { kind: 'sealedSequential', address, origin, key, size };
  const control = { kind: 'plainSequential', ...plain, framesAhead: MOST_FRAMES_AHEAD };
  const took = await interleave(
    { plain: () => readers.plain.ask(control), single: () => readers.single.ask(sealed) },
    samples,
  );
  const name = `sequential at ${roundTripMs} ms round trip, verified to unverified ws`;
  return [{ name, ratio: took.plain.ms / took.single.ms, least: 0.9 }];
}
