// Appends a file to a core in a folder, in blocks of a size, and replicates it to whoever connects.
import { createReadStream } from 'node:fs';
import { createServer } from 'node:net';
import Hypercore from 'hypercore';
import { answer } from '../answering.mjs';

const BATCH_BYTES = 4 * 2 ** 20;

const [, , folder, file, blockSize] = process.argv;
const core = new Hypercore(folder);
await core.ready();
for await (const chunk of createReadStream(file, { highWaterMark: BATCH_BYTES })) {
  await core.append(blocksOf(chunk, Number(blockSize)));
}
const server = createServer({ noDelay: true }, (socket) => {
  const stream = core.replicate(false);
  stream.on('error', () => undefined); // readers leave when they have what they want
  socket.on('error', () => undefined);
  socket.pipe(stream).pipe(socket);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
answer(() => ({ port: server.address().port, key: core.key.toString('hex') }));

function blocksOf(chunk, size) {
  const count = Math.ceil(chunk.length / size);
  return Array.from({ length: count }, (_, i) => chunk.subarray(i * size, (i + 1) * size));
}
