// What is under test: the client as programs use it.
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import {
  connect,
  DiskCache,
  nodeWebSocket,
  parseVerifierKey,
} from '../../../dist/client/node/index.js';
import { decodeServerFrame } from '../../../dist/common/wire.js';
import { timed } from '../answering.mjs';
import { READ_BYTES, readRandomly } from './random-pages.mjs';

/** Bytes of the smallest quota of a durable cache, beyond twice the file. */
const CACHE_SLACK = 2 ** 27;

/** Reads a file from its start on, through a durable cache if its folder is given. */
export async function sealedSequential({ size, cacheFolder, ...where }) {
  const maxBytes = 2 * size + CACHE_SLACK;
  const durableCache = cacheFolder && new DiskCache(cacheFolder, { maxBytes });
  const { volume, socket } = await openVolume({ ...where, durableCache });
  const file = await volume.open();
  const end = Math.ceil(size / file.object.shape.pageSize);
  const found = await timed(async () => {
    let bytes = 0;
    for await (const run of file.pages({ end, reuse: true })) bytes += run.length;
    return bytes;
  });
  volume.close();
  durableCache?.[Symbol.dispose]();
  const { bytesRead, bytesWritten } = socket;
  return { ...found, receivedBytes: bytesRead, wireBytes: bytesRead + bytesWritten };
}

/** Reads random pages, and counts the bytes of the connection and of the proofs in them. */
export async function sealedRandom({ address, origin, key, countsProofs, ...work }) {
  let proofBytes = 0;
  const count = (frame) => {
    const { siblings, nodes } = decodeServerFrame(frame).message;
    proofBytes += (siblings?.length ?? 0) + (nodes?.length ?? 0);
  };
  const where = { address, origin, key, watch: countsProofs ? count : undefined };
  const { volume, socket } = await openVolume(where);
  const file = await volume.open();
  const read = (position, into) => file.read(position, into.length, { into });
  const found = await timed(() => readRandomly(read, work));
  volume.close();
  return { ...found, proofBytes, wireBytes: socket.bytesRead + socket.bytesWritten };
}

/** Connects to read the first page of one file; times that from the moment TCP is connected. */
export async function sealedFirstPage({ path, ...where }) {
  const { volume, socket } = await openVolume({ ...where, firstPath: path });
  const file = await volume.open(path);
  await file.read(0, READ_BYTES);
  const ms = performance.now() - connectedAt.get(socket);
  volume.close();
  return { ms };
}

/**
 * Opens a volume.
 *
 * @param addresses - Of mirrors; one of `address` alone.
 * @param watch - Is given every frame of the server.
 * @param options - Further ones of `connect`.
 */
export async function openVolume({
  address,
  addresses = [address],
  origin,
  key,
  watch,
  ...options
}) {
  const keys = [parseVerifierKey(readFileSync(key, 'utf8').trim())];
  const webSocket = (url, subprotocol) => {
    const opened = nodeWebSocket(url, subprotocol);
    if (watch) opened.on('message', watch);
    return opened;
  };
  const urls = addresses.map((each) => `ws://${each}/${origin}`);
  const volume = await connect(urls, { ...options, keys, webSocket });
  return { volume, socket: lastSocket };
}

/** The socket that was connected last; `Socket` is asked as clients do not show theirs. */
let lastSocket;
const connectedAt = new WeakMap();
const { connect: connectSocket } = Object.getOwnPropertyDescriptors(Socket.prototype);
Object.defineProperty(Socket.prototype, 'connect', {
  ...connectSocket,
  value(...args) {
    lastSocket = this;
    this.once('connect', () => connectedAt.set(this, performance.now()));
    return connectSocket.value.apply(this, args);
  },
});
