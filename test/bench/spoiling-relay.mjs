// Stands before an honest server, at a host, and spoils what it sends in one way.
import { WebSocket, WebSocketServer } from 'ws';
import { decodeServerFrame } from '../../dist/common/wire.js';
import { answerAsServer } from './answering.mjs';

const OPTIONS = { perMessageDeflate: false };
/** What the slow one lets through. */
const SLOW_BYTES_PER_MS = 8192;

/** By name, what takes each frame of one connection, and may send it on. */
const FAULTS = {
  stalled: (send) => {
    let isGreeted = false;
    return (frame) => {
      if (!isGreeted) send(frame);
      isGreeted = true;
    };
  },
  slow: (send) => {
    let freeAt = 0; // when the link has sent what it was given
    return (frame) => {
      const now = performance.now();
      freeAt = Math.max(freeAt, now) + frame.length / SLOW_BYTES_PER_MS;
      setTimeout(() => send(frame), freeAt - now);
    };
  },
  corrupt: (send) => (frame) => {
    const { message } = decodeServerFrame(frame);
    // the data is a view of the frame
    if (message.type === 'pages') message.data[Math.floor(message.data.length / 2)] ^= 1;
    send(frame);
  },
};

const [, , host, fault, port] = process.argv;
const server = new WebSocketServer({
  ...OPTIONS,
  host,
  port: 0,
  handleProtocols: ([subprotocol]) => subprotocol,
});
server.on('connection', (near, { url }) => {
  const far = new WebSocket(`ws://${host}:${port}${url}`, near.protocol, OPTIONS);
  const spoil = FAULTS[fault]((frame) => near.send(frame));
  const waiting = [];
  near.on('message', (frame) =>
    far.readyState === far.OPEN ? far.send(frame) : waiting.push(frame),
  );
  far.on('open', () => {
    for (const frame of waiting) far.send(frame);
  });
  far.on('message', spoil);
  near.on('close', () => far.terminate());
  far.on('close', () => near.terminate());
});
server.on('listening', () => answerAsServer(server.address().port));
