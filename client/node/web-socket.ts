import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { type ClientOptions, WebSocket } from 'ws';
import { MAX_FRAME_LENGTH } from '../../common/limits.ts';
import type { WebSocketFactory, WebSocketLike } from '../transport.ts';
import { FrameStream } from './frame-stream.ts';

const HANDSHAKE_MS = 10_000;
/** How long the server may take to answer a close, and to go on sending. */
const CLOSE_MS = 2000;
/** Bytes that may be received while requests are held back. */
const MAX_BYTES_BEHIND = 65_536;

/** Starts a WebSocket of the `ws` package: no compression, and no message longer than any frame. */
export const nodeWebSocket: WebSocketFactory = (url, subprotocol) => {
  let stream: Duplex | undefined;
  const webSocket = new BatchingWebSocket(url, subprotocol, {
    perMessageDeflate: false,
    // messages are views of a buffer that is read into again: they have to be dealt with at once
    allowSynchronousEvents: true,
    maxPayload: MAX_FRAME_LENGTH,
    handshakeTimeout: HANDSHAKE_MS,
    ...({ closeTimeout: CLOSE_MS } as ClientOptions), // which the types do not know
    followRedirects: false,
    createConnection: ((options: SocketOptions) => {
      stream = openStream(options, url.startsWith('wss:'));
      return stream;
    }) as unknown as NonNullable<ClientOptions['createConnection']>,
  });
  webSocket.on('upgrade', () => {
    if (stream instanceof FrameStream) stream.expectFrames();
  });
  // before `ws` gets them
  webSocket.on('open', () =>
    stream?.prependListener('data', ({ length }) => webSocket.got(length)),
  );
  webSocket.hold = (length) => (stream instanceof FrameStream ? stream.hold(length) : undefined);
  webSocket.cork = () => stream?.cork();
  webSocket.uncork = () => stream?.uncork();
  webSocket.binaryType = 'nodebuffer';
  return webSocket as WebSocketLike;
};

interface SocketOptions {
  readonly host?: string;
  readonly port: number | string;
  readonly servername?: string;
}

/** Opens the connection that `ws` would open by itself. */
function openStream(options: SocketOptions, secure: boolean): Duplex {
  const { host = 'localhost' } = options;
  const port = Number(options.port);
  if (!secure) return new FrameStream(host, port);
  const servername = options.servername ?? (isIP(host) === 0 ? host : '');
  return connectTls({ ...options, host, port, path: undefined, servername });
}

/**
 * Writes what is sent in one turn of the event loop at once: a request is far smaller than a packet. Where much
 * waits to be received, the loop turns late; then it is written before the next part is dealt with.
 */
class BatchingWebSocket extends WebSocket {
  hold: WebSocketLike['hold'];
  cork: () => void = () => undefined;
  uncork: () => void = () => undefined;
  /** Set while something is held back. */
  #turn: NodeJS.Immediate | undefined;
  /** Bytes that were received since something was written. */
  #behind = 0;

  override send(data: Uint8Array): void {
    if (this.#turn === undefined) {
      this.cork();
      // after the promises that this turn has settled, and the requests they send
      this.#turn = setImmediate(() => this.#flush());
    }
    super.send(data, { binary: true, compress: false });
  }

  /** Told of what was received, before it is dealt with. */
  got(length: number): void {
    if (this.#behind >= MAX_BYTES_BEHIND) this.#flush();
    this.#behind += length;
  }

  /** Writes what is held back. */
  #flush(): void {
    this.#behind = 0;
    if (this.#turn === undefined) return;
    clearImmediate(this.#turn);
    this.#turn = undefined;
    this.uncork();
  }
}
