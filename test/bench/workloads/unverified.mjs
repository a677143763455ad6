// The other control: the same protocol and server, but nothing is proven, hashed or kept.
import { once } from 'node:events';
import { nodeWebSocket } from '../../../dist/client/node/index.js';
import { decodeServerFrame, encodeClientFrame } from '../../../dist/common/wire.js';
import { timed } from '../answering.mjs';
import { READ_BYTES, readRandomly } from './random-pages.mjs';
import { openVolume } from './sealed.mjs';

/** Reads random pages. */
export async function unverifiedRandom({ address, origin, key, ...work }) {
  const { id } = await describe(address, origin, key);
  const webSocket = nodeWebSocket(`ws://${address}/${origin}`, 'pageseal.v1');
  await once(webSocket, 'open');
  const request = requester(webSocket);
  await request({ type: 'hello' });
  const read = async (position, length) => {
    const range = { first: position / READ_BYTES, count: length / READ_BYTES, anchorLevel: 0 };
    return (await request({ type: 'readPages', object: id, ...range })).data.slice();
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
  const waiting = new Map();
  let requestId = 0;
  webSocket.on('message', (frame) => {
    const { requestId: id, message } = decodeServerFrame(frame);
    waiting.get(id)(message);
    waiting.delete(id);
  });
  return (message) =>
    new Promise((resolve) => {
      requestId += 1;
      waiting.set(requestId, resolve);
      webSocket.send(encodeClientFrame(requestId, message));
    });
}
