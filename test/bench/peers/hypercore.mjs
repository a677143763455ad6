import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { start, startServer, stopAll } from '../processes.mjs';
import { interleave } from '../samples.mjs';

const HOST = '127.0.0.1';
const IN_FLIGHT = 16;
const MAX_COUNT = 5000;
const PACKAGE = new URL('node_modules/hypercore/package.json', import.meta.url);

/** Reads a sealed file, against hypercore, which also encrypts what it sends and stores what it gets. */
export async function hypercore(bench) {
  const version = installedVersion();
  if (!version) return [{ leftOut: 'hypercore', why: `not in ${folderName()}` }];
  bench.versions.hypercore = version;
  const store = bench.storeOf(4096);
  const sealed = await startServer('sealed-server.mjs', [HOST, 'trusting', store.path]);
  const where = bench.at(store, sealed.port);
  const rows = [await sequential(bench, where), await random(bench, where)];
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

async function sequential(bench, where) {
  const { size } = bench;
  const took = await against(bench, 65_536, {
    hypercore: { kind: 'sequential' },
    sealed: { kind: 'sealedSequential', ...where, size },
  });
  const name =
    'sequential, verified to hypercore with 64 KiB blocks, which also encrypts and stores';
  return { name, ratio: took.hypercore.ms / took.sealed.ms, least: 10 };
}

async function random(bench, where) {
  const count = Math.min(MAX_COUNT, bench.size / 4096);
  const work = { size: bench.size, inFlight: IN_FLIGHT, count };
  const took = await against(bench, 4096, {
    hypercore: { kind: 'random', ...work },
    sealed: { kind: 'sealedRandom', ...where, ...work },
  });
  const name = `random 4 KiB, ${IN_FLIGHT} in flight, verified to hypercore with 4 KiB blocks, the same`;
  return { name, ratio: took.hypercore.ms / took.sealed.ms, least: 10 };
}

/** Runs two workloads in turn, that of hypercore with blocks of a size. */
async function against({ folder, file, samples }, blockSize, work) {
  const server = await startServer('peers/hypercore-server.mjs', [
    `${folder}/hypercore-${blockSize}`,
    file,
    `${blockSize}`,
  ]);
  const { port, key } = server;
  const readers = { hypercore: start('peers/hypercore-reader.mjs'), sealed: start('reader.mjs') };
  const took = await interleave(
    {
      hypercore: () => readers.hypercore.ask({ ...work.hypercore, folder, port, key, blockSize }),
      sealed: () => readers.sealed.ask(work.sealed),
    },
    samples,
  );
  await stopAll(server, ...Object.values(readers));
  return took;
}
