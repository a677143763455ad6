import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { launch, startReaders, startServer, stop, stopAll } from '../processes.mjs';
import { interleave } from '../samples.mjs';

const HOST = '127.0.0.1';
const PEER = fileURLToPath(new URL('libtorrent-peer.py', import.meta.url));
/** Another Python than the first in the path may be the one that the distribution's module is for. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** Reads a sealed file, against a v2 torrent of it, which also stores what it gets. */
export async function libtorrent(bench) {
  const python = PYTHONS.find((name) => libtorrentOf(name)?.startsWith('2.'));
  if (!python) return [{ leftOut: 'libtorrent', why: 'no Python module libtorrent 2' }];
  bench.versions.libtorrent = libtorrentOf(python);
  const { file, folder, size, samples } = bench;
  const torrent = join(folder, 'torrent');
  const seeder = await startPeer([python, PEER, 'seed', file, torrent]);
  const fetcher = await startPeer([python, PEER, 'fetch', torrent, seeder.hello, folder]);
  const small = bench.storeOf(4096);
  const large = bench.storeOf(16_384);
  const sealed = await startServer('sealed-server.mjs', [HOST, 'trusting', small.path, large.path]);
  const readers = startReaders(['small', 'large']);
  const read = (store) => ({ kind: 'sealedSequential', ...bench.at(store, sealed.port), size });
  const took = await interleave(
    {
      libtorrent: async () => ({ ms: Number(await fetcher.ask()) }),
      small: () => readers.small.ask(read(small)),
      large: () => readers.large.ask(read(large)),
    },
    samples,
  );
  await stopAll(seeder, fetcher, sealed, ...Object.values(readers));
  const row = (pages, { ms }, least) => ({
    name: `sequential, ${pages} KiB pages, verified to libtorrent v2, which hashes 16 KiB at a time, and also stores`,
    ratio: took.libtorrent.ms / ms,
    least,
  });
  return [row(4, took.small), row(16, took.large, 3.5)];
}

function libtorrentOf(python) {
  const script = 'import libtorrent; print(libtorrent.__version__)';
  const { status, stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Starts a process that says one line first, and answers each line with one. */
async function startPeer(command) {
  const child = launch(command, ['pipe', 'pipe', 'inherit']);
  const lines = createInterface({ input: child.stdout });
  const line = async () => {
    const ended = once(child, 'exit').then(() => {
      throw new Error('the libtorrent process ended');
    });
    return (await Promise.race([once(lines, 'line'), ended]))[0];
  };
  const hello = await line();
  const ask = () => {
    child.stdin.write('\n');
    return line();
  };
  return { hello, ask, stop: () => stop(child) };
}
