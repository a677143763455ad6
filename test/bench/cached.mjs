import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { versionOf } from './installed.mjs';
import { startReaders, startServer, stopAll } from './processes.mjs';
import { interleave } from './samples.mjs';

const HOST = '127.0.0.1';

/** Reads a sealed file from a durable cache that has all of it, against `openssl dgst` of the file. */
export async function cached(bench) {
  const { file, size, samples, versions, folder } = bench;
  versions.OpenSSL = versionOf('openssl', 'version');
  if (!versions.OpenSSL) return [{ leftOut: 'openssl dgst', why: 'not installed' }];
  const store = bench.storeOf(4096);
  const server = await startServer('sealed-server.mjs', [HOST, 'trusting', store.path]);
  const work = { kind: 'sealedSequential', size, ...bench.at(store, server.port) };
  const cacheFolder = join(folder, 'cache');
  const { reader } = startReaders(['reader']);
  const took = await interleave(
    {
      warm: () => reader.ask({ ...work, cacheFolder }),
      openssl: () => dgst(file),
    },
    samples,
  );
  await stopAll(server, reader);
  return [
    {
      name: 'sequential, warm from the durable cache, to openssl dgst',
      ratio: took.openssl.ms / took.warm.ms,
      least: 0.5,
    },
    { name: 'the same, bytes on the wire per byte', value: took.warm.wireBytes / size },
    { name: 'the same, client resident, MiB', value: took.warm.residentMiB, most: 160 },
  ];
}

function dgst(file) {
  const start = performance.now();
  const { status, stderr } = spawnSync('openssl', ['dgst', '-sha256', file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return { ms: performance.now() - start };
}
