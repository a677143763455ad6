import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_CLIENT_FRAME_LENGTH, SUBPROTOCOL } from '../common/limits.ts';
import { BufferPool } from './buffer-pool.ts';
import { Connection } from './connection.ts';
import type { SessionLimits } from './session.ts';
import type { ServedVolume } from './volume.ts';

const KEPT_BUFFER_BYTES = 16 * 1024 * 1024;
const KEEPALIVE_MS = 30_000;
const REFRESH_MS = 1000;
const DRAIN_MS = 10_000;
const DEFAULT_MAX_CONNECTIONS = 1024;

/** What is served, and where. */
export interface ServeOptions {
  /** One per origin. */
  readonly volumes: readonly ServedVolume[];
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly log: Logger;
  readonly limits?: SessionLimits;
  /** Connections at once; further ones are answered with 503. Default 1,024. */
  readonly maxConnections?: number;
}

/** A server that listens. */
export interface RunningServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Sends `GoAway`, finishes what is in flight for at most ten seconds, and closes. */
  close(): Promise<void>;
}

/**
 * Serves volumes over WebSockets until it is closed.
 *
 * @throws {RangeError} If two volumes have the same origin.
 * @see SPEC.md, "Wire protocol"
 * @example
 * const server = await serve({ volumes: [new LocalStore('/srv/images.store')], log: createLog() });
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const server = new Listener(options);
  await server.listen(options.host ?? '127.0.0.1', options.port ?? 0);
  return server;
}

class Listener implements RunningServer {
  host = '';
  port = 0;
  readonly #options: ServeOptions;
  readonly #volumes: ReadonlyMap<string, ServedVolume>;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_FRAME_LENGTH,
    handleProtocols: () => SUBPROTOCOL,
  });
  readonly #connections = new Set<Connection>();
  readonly #pool = new BufferPool(KEPT_BUFFER_BYTES);
  readonly #timers: NodeJS.Timeout[] = [];
  #closing: Promise<void> | undefined;

  constructor(options: ServeOptions) {
    this.#options = options;
    this.#volumes = new Map(options.volumes.map((volume) => [`/${volume.origin}`, volume]));
    if (this.#volumes.size !== options.volumes.length) throw new RangeError('origin given twice');
    this.#http = createServer((request, response) => this.#respond(request, response));
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  listen(host: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(port, host, () => {
        this.#http.off('error', reject);
        const { address, port: bound } = this.#http.address() as AddressInfo;
        this.host = address;
        this.port = bound;
        this.#timers.push(setInterval(() => this.#keepAlive(), KEEPALIVE_MS));
        this.#timers.push(setInterval(() => this.#refresh(), REFRESH_MS));
        const origins = this.#options.volumes.map(({ origin }) => origin);
        this.#options.log.info({ event: 'listening', host: address, port: bound, origins });
        resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { log } = this.#options;
    log.info({ event: 'closing', connections: this.#connections.size });
    for (const timer of this.#timers) clearInterval(timer);
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    await Promise.all([...this.#connections].map((connection) => connection.leave(DRAIN_MS)));
    this.#http.closeAllConnections();
    await closed;
    log.info({ event: 'closed' });
  }

  /** Answers what is no upgrade. */
  #respond(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/healthz') {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
      return;
    }
    const served = this.#volumes.has(pathOf(request));
    const headers = served ? { upgrade: 'websocket', connection: 'Upgrade' } : {};
    response.writeHead(served ? 426 : 404, headers).end();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const volume = this.#volumes.get(pathOf(request));
    const refusal = this.#refusal(request, volume);
    if (volume === undefined || refusal !== undefined) {
      const lines = `HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
      socket.end(lines, () => socket.destroy()); // its client might leave it half open for ever
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      this.#connect(webSocket, socket as Socket, volume);
    });
  }

  /** Says with which status an upgrade is refused; `undefined` if it is not. */
  #refusal(request: IncomingMessage, volume: ServedVolume | undefined): string | undefined {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',');
    const most = this.#options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
    if (volume === undefined) return '404 Not Found';
    if (!offered.some((name) => name.trim() === SUBPROTOCOL)) return '400 Bad Request';
    const full = this.#closing !== undefined || this.#connections.size >= most;
    return full ? '503 Service Unavailable\r\nRetry-After: 1' : undefined;
  }

  #connect(webSocket: WebSocket, socket: Socket, volume: ServedVolume): void {
    const { log, limits } = this.#options;
    socket.setNoDelay(true);
    const connection = new Connection(webSocket, socket, {
      volume,
      pool: this.#pool,
      log: log.child({
        origin: volume.origin,
        peer: `${socket.remoteAddress}:${socket.remotePort}`,
      }),
      ...(limits === undefined ? {} : { limits }),
    });
    this.#connections.add(connection);
    webSocket.once('close', () => this.#connections.delete(connection));
  }

  #keepAlive(): void {
    for (const connection of this.#connections) connection.checkAlive();
  }

  #refresh(): void {
    for (const volume of this.#options.volumes) {
      try {
        volume.refresh();
      } catch (error) {
        this.#options.log.error({ event: 'refresh-failed', origin: volume.origin, err: error });
      }
    }
  }
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0] ?? '';
}
