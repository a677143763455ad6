import { randomFillSync, randomInt } from 'node:crypto';
import { closeSync, copyFileSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { start, startServer, stopAll } from './processes.mjs';

const HOST = '127.0.0.1';
const PAGE_SIZE = 4096;
const CHANGED_PAGES = 10;
/** What may come beside the pages: proofs, the statement, and what a connection costs. */
const EXTRA_BYTES = 12 * 1024;
const ORIGIN = 'bench/changing';

/** Reads one version of a file after another through a durable cache that has the one before. */
export async function bumped(bench) {
  const source = join(bench.folder, 'changing');
  const cacheFolder = join(bench.folder, 'changing.cache');
  copyFileSync(bench.file, source);
  const reader = start('reader.mjs');
  let mostBytes = 0;
  await readVersion(bench, reader, source, cacheFolder); // all of it
  for (let i = 0; i < bench.samples; i += 1) {
    changePages(source, bench.size);
    const { receivedBytes } = await readVersion(bench, reader, source, cacheFolder);
    mostBytes = Math.max(mostBytes, receivedBytes);
  }
  await stopAll(reader);
  for (const path of [source, cacheFolder]) rmSync(path, { recursive: true });
  const name = `a new version with ${CHANGED_PAGES} random pages changed, over the cache of the old one`;
  const most = CHANGED_PAGES * PAGE_SIZE + EXTRA_BYTES;
  return [{ name: `${name}, most bytes received`, value: mostBytes, most }];
}

/** Seals what is in the file now, and reads it from its start to its end. */
async function readVersion(bench, reader, source, cacheFolder) {
  const store = bench.seal(ORIGIN, source, PAGE_SIZE);
  const server = await startServer('sealed-server.mjs', [HOST, 'trusting', store.path]);
  const where = { ...bench.at(store, server.port), cacheFolder };
  const took = await reader.ask({ kind: 'sealedSequential', size: bench.size, ...where });
  await stopAll(server);
  if (took.bytes !== bench.size) throw new Error(`${took.bytes} bytes came`);
  return took;
}

function changePages(path, size) {
  const pages = new Set();
  while (pages.size < CHANGED_PAGES) pages.add(randomInt(size / PAGE_SIZE));
  const file = openSync(path, 'r+');
  for (const page of pages) {
    writeSync(file, randomFillSync(new Uint8Array(PAGE_SIZE)), 0, PAGE_SIZE, page * PAGE_SIZE);
  }
  closeSync(file);
}
