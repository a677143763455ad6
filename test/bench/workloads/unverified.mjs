// The other control: the same protocol and server, but nothing is proven, hashed or kept.
import { once } from 'node:events';
import { nodeWebSocket } from '../../../dist/client/node/index.js';
import { decodeServerFrame, encodeClientFrame } from '../../../dist/common/wire.js';
import { timed } from '../answering.mjs';
import { READ_BYTES, readRandomly } from './random-pages.mjs';
import { openVolume } from './sealed.mjs';

/** Slots of requests in flight, more than there are: a `Map` of them would cost a third as much again. */
const SLOTS = 1024;

/** Reads random pages. */
export async function unverifiedRandom({ address, origin, key, ...work }) {
  const { id } = await describe(address, origin, key);
  const webSocket = nodeWebSocket(`ws://${address}/${origin}`, 'pageseal.v1');
  await once(webSocket, 'open');
  const request = requester(webSocket);
  await request({ type: 'hello' });
  const read = async (position, into) => {
    const range = { first: position / READ_BYTES, count: into.length / READ_BYTES, anchorLevel: 0 };
    into.set((await request({ type: 'readPages', object: id, ...range })).data);
    return into;
  };
  const found = await timed(() => readRandomly(read, work));
  webSocket.close();
  return found;
}

async function describe(address, origin, key) {
  const { volume } = await openVolume({ address, origin, key });
  const { object } = await volume.open();
  volume.close();
  return object;
}

function requester(webSocket) {
  const waiting = Array.from({ length: SLOTS });
  let requestId = 0;
  webSocket.on('message', (frame) => {
    const { requestId: id, message } = decodeServerFrame(frame);
    waiting[id % SLOTS](message);
  });
  return (message) =>
    new Promise((resolve) => {
      requestId += 1;
      waiting[requestId % SLOTS] = resolve;
      webSocket.send(encodeClientFrame(requestId, message));
    });
}
