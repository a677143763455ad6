// Stands between readers and servers, and hands on each chunk later: half a round trip each way.
import { connect, createServer } from 'node:net';
import { answer } from './answering.mjs';

const HOST = '127.0.0.1';

answer(async ({ port, roundTripMs }) => {
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: HOST, port, noDelay: true });
    handOn(near, far, roundTripMs / 2);
    handOn(far, near, roundTripMs / 2);
  });
  await new Promise((resolve) => server.listen(0, HOST, resolve));
  return { address: `${HOST}:${server.address().port}` };
});

/** Hands on what comes in, and the end, in order. */
function handOn(from, to, ms) {
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), ms));
  from.on('end', () => setTimeout(() => to.end(), ms));
  from.on('error', () => to.destroy());
}
