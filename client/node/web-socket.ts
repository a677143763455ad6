import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { MAX_FRAME_LENGTH } from '../../common/limits.ts';
import type { WebSocketFactory, WebSocketLike } from '../transport.ts';

const HANDSHAKE_MS = 10_000;
/** How long the server may take to answer a close, and to go on sending. */
const CLOSE_MS = 2000;

/** Starts a WebSocket of the `ws` package: no compression, and no message longer than any frame. */
export const nodeWebSocket: WebSocketFactory = (url, subprotocol) => {
  let socket: Socket | undefined;
  const webSocket = new BatchingWebSocket(url, subprotocol, {
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_LENGTH,
    handshakeTimeout: HANDSHAKE_MS,
    ...({ closeTimeout: CLOSE_MS } as ClientOptions), // which the types do not know
    followRedirects: false,
    createConnection: ((options: SocketOptions) => {
      socket = openSocket(options, url.startsWith('wss:'));
      return socket;
    }) as unknown as NonNullable<ClientOptions['createConnection']>,
  });
  webSocket.cork = () => socket?.cork();
  webSocket.uncork = () => socket?.uncork();
  webSocket.binaryType = 'nodebuffer';
  return webSocket as WebSocketLike;
};

interface SocketOptions {
  readonly host?: string;
  readonly port: number;
  readonly servername?: string;
}

/** Opens the socket that `ws` would open by itself. */
function openSocket(options: SocketOptions, secure: boolean): Socket {
  const { host = 'localhost' } = options;
  const to = { ...options, host, path: undefined };
  if (!secure) return connectTcp({ ...to, noDelay: true });
  const servername = options.servername ?? (isIP(host) === 0 ? host : '');
  return connectTls({ ...to, servername });
}

/** Writes what is sent in one turn of the event loop at once: a request is far smaller than a packet. */
class BatchingWebSocket extends WebSocket {
  cork: () => void = () => undefined;
  uncork: () => void = () => undefined;
  #corked = false;

  override send(data: Uint8Array): void {
    if (!this.#corked) {
      this.#corked = true;
      this.cork();
      // after the promises that this turn has settled, and the requests they send
      setImmediate(() => {
        this.#corked = false;
        this.uncork();
      });
    }
    super.send(data, { binary: true, compress: false });
  }
}
