import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { startReaders, startServer, stopAll } from './processes.mjs';
import { interleave } from './samples.mjs';

const HOST = '127.0.0.1';
const FAULTS = ['stalled', 'slow', 'corrupt'];
/** Of each request; a reader whose stream waits for longer has failed. */
const DEADLINE_MS = 5000;

/** Reads a sealed file from four mirrors of which three are bad, against a healthy one alone. */
export async function mirrors(bench) {
  const store = bench.storeOf(4096);
  const digest = await digestOf(bench.file);
  const [healthy, origin] = [await startSealed(store), await startSealed(store)];
  const bad = [];
  for (const fault of FAULTS) {
    bad.push(await startServer('spoiling-relay.mjs', [HOST, fault, `${origin.port}`]));
  }
  const readers = startReaders(['alone', 'mirrored']);
  let [longestMs, caught, reads] = [0, 0, 0];
  const read = async (name, servers) => {
    const addresses = servers.map(({ port }) => `${HOST}:${port}`);
    const where = { ...bench.at(store), addresses, deadlineMs: DEADLINE_MS };
    const work = { kind: 'mirroredSequential', size: bench.size, ...where };
    const { digest: found, ...took } = await readers[name].ask(work);
    if (found !== digest) throw new Error(`${name}: wrong bytes`);
    longestMs = Math.max(longestMs, took.longestMs);
    return took;
  };
  const readMirrored = async () => {
    const mirrored = await read('mirrored', [...bad, healthy]);
    caught += mirrored.caught;
    reads += 1;
    return mirrored;
  };
  const took = await interleave(
    { alone: () => read('alone', [healthy]), mirrored: readMirrored },
    bench.samples,
  );
  await stopAll(healthy, origin, ...bad, ...Object.values(readers));
  const name = 'sequential from a stalled, a slow, a corrupt and a healthy mirror';
  return [
    {
      name: `${name}, to the healthy one alone`,
      ratio: took.alone.ms / took.mirrored.ms,
      least: 0.7,
    },
    { name: 'the same, longest wait of all for a run, ms', value: longestMs, most: DEADLINE_MS },
    { name: 'the same, reads that caught the corrupt mirror, of all', value: caught / reads },
  ];
}

function startSealed({ path }) {
  return startServer('sealed-server.mjs', [HOST, 'trusting', path]);
}

async function digestOf(file) {
  const sum = createHash('sha256');
  await pipeline(createReadStream(file), sum);
  return sum.digest('hex');
}
