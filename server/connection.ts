import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { BufferPool } from './buffer-pool.ts';
import { type Peer, Session, type SessionLimits } from './session.ts';
import type { ServedVolume } from './volume.ts';

const HELLO_MS = 10_000;
const CLOSE_MS = 2000;

/** What a connection serves, and with which limits. */
export interface ConnectionOptions {
  readonly volume: ServedVolume;
  readonly pool: BufferPool;
  readonly log: Logger;
  readonly limits?: SessionLimits;
}

/** Joins a WebSocket to a session. */
export class Connection {
  readonly #webSocket: WebSocket;
  readonly #session: Session;
  readonly #log: Logger;
  readonly #helloTimer: NodeJS.Timeout;
  #alive = true;

  /** @param socket - The socket under the WebSocket, corked so that a burst of answers leaves at once. */
  constructor(webSocket: WebSocket, socket: Socket, options: ConnectionOptions) {
    const { log, ...session } = options;
    this.#webSocket = webSocket;
    this.#log = log;
    this.#session = new Session(peerOf(webSocket, socket), {
      ...session,
      onFault: (error) => log.warn({ event: 'fault', code: error.code, err: error.cause ?? error }),
    });
    this.#helloTimer = setTimeout(() => this.#expectHello(), HELLO_MS);
    log.info({ event: 'connected' });
    webSocket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#session.receive(data);
      else this.#refuse(1003, 'text message');
    });
    webSocket.on('pong', () => {
      this.#alive = true;
    });
    // ws has closed the connection by itself, with 1009 for what is too long
    webSocket.on('error', (error) => log.info({ event: 'broken', reason: error.message }));
    webSocket.on('close', (code) => this.#closed(code));
  }

  /** Ends a connection whose other end has not answered the last ping, else pings it. */
  checkAlive(): void {
    if (!this.#alive) {
      this.#webSocket.terminate();
      return;
    }
    this.#alive = false;
    this.#webSocket.ping();
  }

  /** Finishes what is in flight for at most `ms` milliseconds, then closes. */
  async leave(ms: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#webSocket.once('close', () => resolve()));
    await withinMs(this.#session.leave(), ms);
    this.#webSocket.close(1001, 'server is stopping');
    await withinMs(closed, CLOSE_MS);
    this.#webSocket.terminate();
  }

  #expectHello(): void {
    if (!this.#session.greeted) this.#refuse(1008, 'no Hello');
  }

  #refuse(code: number, reason: string): void {
    this.#session.end();
    this.#webSocket.close(code, reason);
  }

  #closed(code: number): void {
    clearTimeout(this.#helloTimer);
    this.#session.end();
    this.#log.info({ event: 'disconnected', code, ...this.#session.counts });
  }
}

/** Resolves when `done` does or the time is over. */
async function withinMs(done: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}

/** Bytes that leave together at most, so that the client works on them while the next are made. */
const CORK_BYTES = 16_384;

function peerOf(webSocket: WebSocket, socket: Socket): Peer {
  let corked = 0; // bytes held back, or 0
  const uncork = () => {
    if (corked > 0) socket.uncork();
    corked = 0;
  };
  return {
    send: (frame, sent) => {
      if (corked === 0) {
        socket.cork();
        process.nextTick(uncork);
      }
      corked += frame.length;
      webSocket.send(frame, { binary: true, compress: false }, sent);
      if (corked >= CORK_BYTES) uncork();
    },
    close: (code, reason) => webSocket.close(code, reason),
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
  };
}
