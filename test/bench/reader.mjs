// A reading process: it gets a workload by message, runs it, and answers with what that took.
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { connect, parseVerifierKey } from '../../dist/client/node/index.js';

const FRAME_BYTES = 262_144;
const FRAMES_AHEAD = 12;
const PAGE_BYTES = 4096;

process.on('message', async ({ kind, ...work }) => {
  const found = await WORKLOADS[kind](work);
  process.send({ maxRssKiB: process.resourceUsage().maxRSS, ...found });
});

/** Times a workload, once its connection stands. */
async function timed(run) {
  const start = performance.now();
  const bytes = await run();
  return { ms: performance.now() - start, bytes };
}

const WORKLOADS = { plainSequential, plainRandom, sealedSequential, sealedRandom };

/** Keeps `inFlight` range requests going; `next` returns the next one, or nothing at the end. */
async function plain(port, inFlight, next) {
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false });
  await new Promise((resolve) => webSocket.once('open', resolve));
  const found = await timed(() => plainReads(webSocket, inFlight, next));
  webSocket.close();
  return found;
}

function plainReads(webSocket, inFlight, next) {
  let bytes = 0;
  let waiting = 0;
  return new Promise((resolve) => {
    const ask = () => {
      const range = next();
      if (range === undefined) return waiting === 0 && resolve(bytes);
      const request = Buffer.allocUnsafe(12);
      request.writeDoubleBE(range.position, 0);
      request.writeUInt32BE(range.length, 8);
      waiting += 1;
      return webSocket.send(request);
    };
    webSocket.on('message', (data) => {
      bytes += data.length;
      waiting -= 1;
      ask();
    });
    for (let i = 0; i < inFlight; i += 1) ask();
  });
}

function plainSequential({ port, size }) {
  let position = -FRAME_BYTES;
  return plain(port, FRAMES_AHEAD, () => {
    position += FRAME_BYTES;
    return position < size ? { position, length: FRAME_BYTES } : undefined;
  });
}

function plainRandom({ port, size, inFlight, count }) {
  let left = count;
  return plain(port, inFlight, () => {
    left -= 1;
    return left < 0 ? undefined : { position: randomPage(size), length: PAGE_BYTES };
  });
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
  let left = count;
  let bytes = 0;
  const read = async () => {
    for (left -= 1; left >= 0; left -= 1) {
      bytes += (await file.read(randomPage(size), PAGE_BYTES)).length;
    }
  };
  const found = await timed(async () => {
    await Promise.all(Array.from({ length: inFlight }, read));
    return bytes;
  });
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

let lastSocket;
const connectSocket = Socket.prototype.connect;
Socket.prototype.connect = function connect(...args) {
  lastSocket = this;
  return connectSocket.apply(this, args);
};

function close(volume, found) {
  volume.close();
  return found;
}

function randomPage(size) {
  return Math.floor(Math.random() * (size / PAGE_BYTES)) * PAGE_BYTES;
}
