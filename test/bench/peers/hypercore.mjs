import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { start, startReaders, startServer, stopAll } from '../processes.mjs';
import { interleave } from '../samples.mjs';
import { MAX_READS, READ_BYTES } from '../workloads/random-pages.mjs';

const HOST = '127.0.0.1';
const IN_FLIGHT = 16;
const BLOCK_BYTES = 65_536;
const PACKAGE = new URL('node_modules/hypercore/package.json', import.meta.url);

/** Reads a sealed file, against hypercore, which also encrypts what it sends and stores what it gets. */
export async function hypercore(bench) {
  const version = installedVersion();
  if (!version) return [{ leftOut: 'hypercore', why: `not in ${folderName()}` }];
  bench.versions.hypercore = version;
  const small = bench.storeOf(4096);
  const large = bench.storeOf(BLOCK_BYTES);
  const sealed = await startServer('sealed-server.mjs', [HOST, 'trusting', small.path, large.path]);
  const where = { small: bench.at(small, sealed.port), large: bench.at(large, sealed.port) };
  const rows = [...(await sequential(bench, where)), await random(bench, where.small)];
  await stopAll(sealed);
  return rows;
}

function installedVersion() {
  try {
    return JSON.parse(readFileSync(PACKAGE, 'utf8')).version;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function folderName() {
  return fileURLToPath(new URL('.', import.meta.url));
}

async function sequential(bench, { small, large }) {
  const { size } = bench;
  const took = await against(bench, BLOCK_BYTES, {
    hypercore: { kind: 'sequential' },
    small: { kind: 'sealedSequential', ...small, size },
    large: { kind: 'sealedSequential', ...large, size },
  });
  const row = (pages, { ms }, least) => ({
    name: `sequential, ${pages} KiB pages, verified to hypercore with 64 KiB blocks, which also encrypts and stores`,
    ratio: took.hypercore.ms / ms,
    least,
  });
  return [row(4, took.small), row(64, took.large, 10)];
}

async function random(bench, where) {
  const count = Math.min(MAX_READS, bench.size / READ_BYTES);
  const work = { size: bench.size, inFlight: IN_FLIGHT, count };
  const took = await against(bench, READ_BYTES, {
    hypercore: { kind: 'random', ...work },
    sealed: { kind: 'sealedRandom', ...where, ...work },
  });
  const name = `random 4 KiB, ${IN_FLIGHT} in flight, verified to hypercore with 4 KiB blocks, the same`;
  return { name, ratio: took.hypercore.ms / took.sealed.ms, least: 10 };
}

/** Runs workloads in turn, that of hypercore with blocks of a size. */
async function against({ folder, file, samples }, blockSize, { hypercore: its, ...ours }) {
  const server = await startServer('peers/hypercore-server.mjs', [
    `${folder}/hypercore-${blockSize}`,
    file,
    `${blockSize}`,
  ]);
  const { port, key } = server;
  const peer = start('peers/hypercore-reader.mjs');
  const readers = startReaders(Object.keys(ours));
  const read = ([name, work]) => [name, () => readers[name].ask(work)];
  const took = await interleave(
    {
      hypercore: () => peer.ask({ ...its, folder, port, key, blockSize }),
      ...Object.fromEntries(Object.entries(ours).map(read)),
    },
    samples,
  );
  await stopAll(server, peer, ...Object.values(readers));
  return took;
}
