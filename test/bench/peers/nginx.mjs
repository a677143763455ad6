import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { versionOf } from '../installed.mjs';
import { launch, startReaders, startServer, stop, stopAll } from '../processes.mjs';
import { interleave } from '../samples.mjs';
import { MAX_READS, READ_BYTES } from '../workloads/random-pages.mjs';

const HOST = '127.0.0.1';
const IN_FLIGHT = 16;

/** Reads a sealed file, against nginx that serves it without verification. */
export async function nginx(bench) {
  const { versions } = bench;
  versions.nginx = versionOf('nginx', '-v');
  versions.curl = versionOf('curl', '--version');
  if (!versions.nginx) return [{ leftOut: 'nginx', why: 'not installed' }];
  if (!versions.curl) return [{ leftOut: 'nginx', why: 'curl is not installed' }];
  const web = await startNginx(bench);
  const store = bench.storeOf(4096);
  const sealed = await startServer('sealed-server.mjs', [HOST, 'trusting', store.path]);
  const readers = startReaders(['sealed', 'ranges']);
  const place = { ...bench.at(store, sealed.port), url: web.url, readers };
  const rows = [...(await sequential(bench, place)), ...(await random(bench, place))];
  await stopAll(web, sealed, ...Object.values(readers));
  return rows;
}

async function sequential({ size, samples }, { readers, url, ...where }) {
  const took = await interleave(
    {
      nginx: () => hashOverHttp(url),
      sealed: () => readers.sealed.ask({ kind: 'sealedSequential', ...where, size }),
    },
    samples,
  );
  const name = 'sequential, verified to nginx through curl and openssl dgst';
  return [{ name, ratio: took.nginx.ms / took.sealed.ms, least: 1 }];
}

function hashOverHttp(url) {
  const start = performance.now();
  const pipe = `curl -sf -r 0- ${url} | openssl dgst -sha256`;
  const { status, stderr } = spawnSync('sh', ['-c', pipe], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return { ms: performance.now() - start };
}

async function random({ size, samples }, { readers, url, ...where }) {
  const work = { size, inFlight: IN_FLIGHT, count: Math.min(MAX_READS, size / READ_BYTES) };
  const took = await interleave(
    {
      ranges: () => readers.ranges.ask({ kind: 'rangesRandom', url, ...work }),
      sealed: () => readers.sealed.ask({ kind: 'sealedRandom', ...where, ...work }),
    },
    samples,
  );
  const name = `random 4 KiB, ${IN_FLIGHT} in flight, verified to ranges of nginx`;
  return [{ name, ratio: took.ranges.ms / took.sealed.ms }];
}

/** Starts nginx as one process, which leaves nothing outside of a folder of ours. */
async function startNginx({ folder, file }) {
  const port = await freePort();
  const prefix = join(folder, 'nginx');
  mkdirSync(prefix);
  const config = join(prefix, 'nginx.conf');
  writeFileSync(config, configure(prefix, port, file));
  const command = ['nginx', '-p', prefix, '-c', config, '-e', 'stderr'];
  const child = launch(command, ['ignore', 'inherit', 'inherit']);
  await answers(port, child);
  return { url: `http://${HOST}:${port}/file`, stop: () => stop(child) };
}

function configure(prefix, port, file) {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
master_process off;
pid ${prefix}/pid;
events { worker_connections 256; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  ${temporary.map((name) => `${name}_temp_path ${prefix}/${name};`).join('\n  ')}
  server {
    listen ${HOST}:${port};
    location = /file { alias ${file}; }
  }
}
`;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until something listens at a port, or the process that was to do so has ended. */
async function answers(port, child) {
  while (child.exitCode === null) {
    const socket = connect({ host: HOST, port });
    const isOpen = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await sleep(20);
  }
  throw new Error('nginx ended at its start');
}
