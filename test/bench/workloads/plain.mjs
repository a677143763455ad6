// The control: an unverified reader with the same interface, whose answers come in order.
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { nodeWebSocket } from '../../../dist/client/node/index.js';
import { timed } from '../answering.mjs';
import { readRandomly } from './random-pages.mjs';

/** As in client/page-stream.ts: what one request asks for. */
const FRAME_BYTES = 262_144;
/** As in client/stream-window.ts: how many are in flight on a short link, and on a long one. */
const FRAMES_AHEAD = 12;
export const MOST_FRAMES_AHEAD = 48;

/** @param webSocket - Whose answers are dealt with by `receive` at once, and in order. */
async function open(webSocket, receive = (data) => data) {
  await once(webSocket, 'open');
  const waiting = [];
  webSocket.on('message', (data) => waiting.shift()(receive(data)));
  const read = (position, length) =>
    new Promise((resolve) => {
      const request = Buffer.allocUnsafe(12);
      request.writeDoubleBE(position, 0);
      request.writeUInt32BE(length, 8);
      waiting.push(resolve);
      webSocket.send(request);
    });
  return { read, close: () => webSocket.close() };
}

const plainWebSocket = (address) => new WebSocket(`ws://${address}/`, { perMessageDeflate: false });

/**
 * Reads a file from its start to its end.
 *
 * @param framesAhead - How many requests are in flight.
 * @param hashed - Whether each message gets one flat hash, in a client that receives as the one under
 *   test does.
 */
export async function plainSequential({
  address,
  size,
  hashed = false,
  framesAhead = FRAMES_AHEAD,
}) {
  const plain = hashed
    ? await open(nodeWebSocket(`ws://${address}/`, 'plain'), hashFlat)
    : await open(plainWebSocket(address));
  const found = await timed(async () => {
    const ahead = [];
    let bytes = 0;
    for (let next = 0; bytes < size; ) {
      while (next < size && ahead.length < framesAhead) {
        ahead.push(plain.read(next, Math.min(FRAME_BYTES, size - next)));
        next += FRAME_BYTES;
      }
      bytes += (await ahead.shift()).length;
    }
    return bytes;
  });
  plain.close();
  return found;
}

function hashFlat(data) {
  hash('sha256', data, 'binary');
  return data;
}

/** Reads random pages. */
export async function plainRandom({ address, ...work }) {
  const plain = await open(plainWebSocket(address));
  const read = async (position, into) => {
    into.set(await plain.read(position, into.length));
    return into;
  };
  const found = await timed(() => readRandomly(read, work));
  plain.close();
  return found;
}
