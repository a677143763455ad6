// A reading process: each workload starts with an empty copy of the core.
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import Hypercore from 'hypercore';
import { answerAsReader, timed } from '../answering.mjs';
import { readRandomly } from '../workloads/random-pages.mjs';

answerAsReader({
  sequential: (where) =>
    withCore(where, async (core) => {
      await core.download({ start: 0, end: core.length, linear: true }).done();
      return core.byteLength;
    }),
  random: ({ size, inFlight, count, ...where }) =>
    withCore(where, (core) => {
      const read = (position) => core.get(position / where.blockSize);
      return readRandomly(read, { size, inFlight, count });
    }),
});

async function withCore({ folder, port, key }, run) {
  const copy = await mkdtemp(join(folder, 'hypercore-copy-'));
  const core = new Hypercore(copy, Buffer.from(key, 'hex'));
  await core.ready();
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const stream = core.replicate(true);
  socket.pipe(stream).pipe(socket);
  await core.update({ wait: true });
  const found = await timed(() => run(core));
  await core.close();
  socket.destroy();
  await rm(copy, { recursive: true });
  return found;
}
