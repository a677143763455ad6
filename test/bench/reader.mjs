// A reading process: it gets a workload by message, runs it, and answers with what that took.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { connect, nodeWebSocket, parseVerifierKey } from '../../dist/client/node/index.js';
import { decodeServerFrame, encodeClientFrame } from '../../dist/common/wire.js';

const FRAME_BYTES = 262_144;
const FRAMES_AHEAD = 12;
const PAGE_BYTES = 4096;

process.on('disconnect', () => process.exit());
process.on('message', ({ kind, ...work }) => {
  void WORKLOADS[kind](work).then((found) => {
    process.send({ maxRssKiB: process.resourceUsage().maxRSS, ...found });
  });
});

/** Times a workload, once its connection stands. */
async function timed(run) {
  const start = performance.now();
  const bytes = await run();
  return { ms: performance.now() - start, bytes };
}

const WORKLOADS = {
  plainSequential,
  plainRandom,
  unverifiedRandom,
  sealedSequential,
  sealedRandom,
};

/** The control: an unverified reader with the same interface, whose answers come in order. */
async function openPlain(port) {
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  await once(webSocket, 'open');
  const waiting = [];
  webSocket.on('message', (data) => waiting.shift()(data));
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

async function plainSequential({ port, size }) {
  const plain = await openPlain(port);
  const found = await timed(async () => {
    const ahead = [];
    let bytes = 0;
    for (let next = 0; bytes < size; ) {
      while (next < size && ahead.length < FRAMES_AHEAD) {
        ahead.push(plain.read(next, FRAME_BYTES));
        next += FRAME_BYTES;
      }
      bytes += (await ahead.shift()).length;
    }
    return bytes;
  });
  plain.close();
  return found;
}

async function plainRandom({ port, size, inFlight, count }) {
  const plain = await openPlain(port);
  const found = await timed(() => readRandomly(plain, size, inFlight, count));
  plain.close();
  return found;
}

/** The other control: the same protocol and server, but nothing is proven, hashed or kept. */
async function openUnverified(port, origin, key) {
  const { volume } = await open(port, origin, key);
  const { object } = await volume.open();
  volume.close();
  const webSocket = nodeWebSocket(`ws://127.0.0.1:${port}/${origin}`, 'pageseal.v1');
  await once(webSocket, 'open');
  const waiting = new Map();
  let requestId = 0;
  const request = (message) =>
    new Promise((resolve) => {
      requestId += 1;
      waiting.set(requestId, resolve);
      webSocket.send(encodeClientFrame(requestId, message));
    });
  webSocket.on('message', (frame) => {
    const { requestId: id, message } = decodeServerFrame(frame);
    waiting.get(id)(message);
    waiting.delete(id);
  });
  await request({ type: 'hello' });
  const read = async (position, length) => {
    const first = position / PAGE_BYTES;
    const range = { first, count: length / PAGE_BYTES, anchorLevel: 0 };
    return (await request({ type: 'readPages', object: object.id, ...range })).data.slice();
  };
  return { read, close: () => webSocket.close() };
}

async function unverifiedRandom({ port, origin, key, size, inFlight, count }) {
  const unverified = await openUnverified(port, origin, key);
  const found = await timed(() => readRandomly(unverified, size, inFlight, count));
  unverified.close();
  return found;
}

/** Reads random pages, so many at once. */
async function readRandomly(file, size, inFlight, count) {
  let left = count;
  let bytes = 0;
  const read = async () => {
    for (left -= 1; left >= 0; left -= 1) {
      bytes += (await file.read(randomPage(size), PAGE_BYTES)).length;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, read));
  return bytes;
}

async function sealedSequential({ port, origin, key }) {
  const { volume, wire } = await open(port, origin, key);
  const file = await volume.open();
  const found = await timed(async () => {
    let bytes = 0;
    for await (const run of file.pages({ reuse: true })) bytes += run.length;
    return bytes;
  });
  return close(volume, { ...found, ...wire() });
}

async function sealedRandom({ port, origin, key, size, inFlight, count }) {
  const { volume, wire } = await open(port, origin, key);
  const file = await volume.open();
  const found = await timed(() => readRandomly(file, size, inFlight, count));
  return close(volume, { ...found, ...wire() });
}

/** Opens a volume, and counts the bytes of its connection in both directions. */
async function open(port, origin, keyFile) {
  const keys = [parseVerifierKey(readFileSync(keyFile, 'utf8').trim())];
  const volume = await connect(`ws://127.0.0.1:${port}/${origin}`, { keys });
  const socket = lastSocket;
  const wire = () => ({ wireBytes: socket.bytesRead + socket.bytesWritten });
  return { volume, wire };
}

/** The socket that was connected last; `Socket` is asked as clients do not show theirs. */
let lastSocket;
const { connect: connectSocket } = Object.getOwnPropertyDescriptors(Socket.prototype);
Object.defineProperty(Socket.prototype, 'connect', {
  ...connectSocket,
  value(...args) {
    lastSocket = this;
    return connectSocket.value.apply(this, args);
  },
});

function close(volume, found) {
  volume.close();
  return found;
}

function randomPage(size) {
  return Math.floor(Math.random() * (size / PAGE_BYTES)) * PAGE_BYTES;
}
