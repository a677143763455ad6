import { start, startReaders, startServer, stopAll } from './processes.mjs';
import { interleave, SHORT_SAMPLES } from './samples.mjs';
import { MAX_READS, READ_BYTES } from './workloads/random-pages.mjs';

const HOST = '127.0.0.1';
const COLD_COUNT = 1000;
/** What a reader keeps unless it is told otherwise: pages and nodes. */
const CACHES_MIB = 24 + 24;

/** Reads random pages of a sealed file over loopback, against two unverified transfers of them. */
export async function random(bench) {
  const store = bench.storeOf(4096);
  const plain = await startServer('plain-server.mjs', [HOST, bench.file]);
  const sealed = await startServer('sealed-server.mjs', [HOST, 'trusting', store.path]);
  const where = bench.at(store, sealed.port);
  const kinds = {
    plain: { kind: 'plainRandom', address: `${HOST}:${plain.port}` },
    unverified: { kind: 'unverifiedRandom', ...where },
    sealed: { kind: 'sealedRandom', ...where },
  };
  const rows = [...(await throughput(bench, kinds)), ...(await coldReads(bench, where))];
  await stopAll(plain, sealed);
  return rows;
}

async function throughput({ size, samples }, kinds) {
  const rows = [];
  const readers = startReaders(Object.keys(kinds));
  const pass = (name, work) => readers[name].ask({ ...kinds[name], size, ...work });
  for (const name of Object.keys(kinds)) {
    await pass(name, { inFlight: 16, count: size / READ_BYTES }); // warms up what is compiled
  }
  const count = Math.min(MAX_READS, size / READ_BYTES);
  let residentMiB = 0;
  for (const inFlight of [1, 16, 64]) {
    const passes = Object.keys(kinds).map((name) => [name, () => pass(name, { inFlight, count })]);
    const took = await interleave(Object.fromEntries(passes), SHORT_SAMPLES * samples);
    const name = `random 4 KiB, ${inFlight} in flight, verified to`;
    const ratio = (control) => control.ms / took.sealed.ms;
    const least = inFlight === 1 ? undefined : 0.7;
    rows.push({ name: `${name} unverified ws`, ratio: ratio(took.plain), least });
    rows.push({ name: `${name} the same protocol, unproven`, ratio: ratio(took.unverified) });
    residentMiB = took.sealed.residentMiB;
  }
  await stopAll(...Object.values(readers));
  const name = `random 4 KiB, client resident with ${CACHES_MIB} MiB of caches, MiB`;
  return [...rows, { name, value: residentMiB, most: 160 + CACHES_MIB }];
}

/** A reader that has seen nothing yet reads a thousand pages. */
async function coldReads({ size }, where) {
  const reader = start('reader.mjs');
  const work = { ...where, size, inFlight: 1, count: COLD_COUNT, countsProofs: true };
  const { proofBytes, wireBytes } = await reader.ask({ kind: 'sealedRandom', ...work });
  await reader.stop();
  const name = `random 4 KiB, ${COLD_COUNT} cold reads`;
  return [
    { name: `${name}, bytes of proof per read`, value: proofBytes / COLD_COUNT, most: 330 },
    { name: `${name}, bytes on the wire per read`, value: wireBytes / COLD_COUNT, most: 4736 },
  ];
}
