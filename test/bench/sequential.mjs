import { startReaders, startServer, stopAll } from './processes.mjs';
import { interleave } from './samples.mjs';

const HOST = '127.0.0.1';

/** Reads a sealed file from start to end over loopback, against an unverified ws transfer of it. */
export async function sequential(bench) {
  const { file, size, samples } = bench;
  const stores = { small: bench.storeOf(4096), large: bench.storeOf(16_384) };
  const paths = Object.values(stores).map(({ path }) => path);
  const plain = await startServer('plain-server.mjs', [HOST, file]);
  const trusting = await startServer('sealed-server.mjs', [HOST, 'trusting', ...paths]);
  const checking = await startServer('sealed-server.mjs', [HOST, 'checking', stores.small.path]);
  const control = { kind: 'plainSequential', address: `${HOST}:${plain.port}`, size };
  const read = (store, { port }) => ({
    kind: 'sealedSequential',
    size,
    ...bench.at(store, port),
  });
  const work = {
    plain: control,
    small: read(stores.small, trusting),
    large: read(stores.large, trusting),
    checking: read(stores.small, checking),
    hashed: { ...control, hashed: true },
  };
  const readers = startReaders(Object.keys(work));
  const variants = Object.entries(work).map(([name, what]) => [
    name,
    () => readers[name].ask(what),
  ]);
  const took = await interleave(Object.fromEntries(variants), samples);
  const { residentMiB } = await trusting.ask('usage');
  await stopAll(plain, trusting, checking, ...Object.values(readers));
  return rowsOf(took, size, residentMiB);
}

function rowsOf({ plain, small, large, checking, hashed }, size, serverResidentMiB) {
  const toPlain = ({ ms }) => plain.ms / ms;
  const name = 'sequential, verified to unverified ws';
  return [
    { name: `${name}, 4 KiB pages`, ratio: toPlain(small), least: 0.6 },
    { name: `${name}, 16 KiB pages`, ratio: toPlain(large), least: 0.65 },
    { name: `${name}, in place and checked by the server`, ratio: toPlain(checking) },
    {
      name: 'sequential, client CPU, verified to received and hashed once',
      ratio: small.cpuUs / hashed.cpuUs,
      most: 1.35,
    },
    { name: 'sequential, bytes on the wire per byte', value: small.wireBytes / size, most: 1.005 },
    { name: 'sequential, client resident, MiB', value: small.residentMiB, most: 160 },
    { name: 'sequential, server resident, MiB', value: serverResidentMiB, most: 120 },
  ];
}
