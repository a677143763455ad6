import { WebSocket } from 'ws';
import { MAX_FRAME_LENGTH } from '../../common/limits.ts';
import type { WebSocketFactory, WebSocketLike } from '../transport.ts';

const HANDSHAKE_MS = 10_000;

/** Starts a WebSocket of the `ws` package: no compression, and no message longer than any frame. */
export const nodeWebSocket: WebSocketFactory = (url, subprotocol) => {
  const webSocket = new WebSocket(url, subprotocol, {
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_LENGTH,
    handshakeTimeout: HANDSHAKE_MS,
    followRedirects: false,
  });
  webSocket.binaryType = 'nodebuffer';
  return webSocket as WebSocketLike;
};
