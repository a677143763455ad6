import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Channel } from '../../client/channel.ts';
import type { ConnectOptions } from '../../client/connect.ts';
import { dialler } from '../../client/greet.ts';
import { Link } from '../../client/link.ts';
import { connect, nodeWebSocket } from '../../client/node/index.ts';
import type { Volume } from '../../client/volume.ts';
import { MAX_CLIENT_FRAME_LENGTH, SUBPROTOCOL } from '../../common/limits.ts';
import type { Frame } from '../../common/read-frames.ts';
import {
  type ClientMessage,
  decodeClientFrame,
  decodeServerFrame,
  encodeServerFrame,
  type ServerMessage,
} from '../../common/wire.ts';
import { BufferPool } from '../../server/buffer-pool.ts';
import { Session, type SessionLimits } from '../../server/session.ts';
import type { ServedVolume } from '../../server/volume.ts';
import { ORIGIN, signer } from './memory-volume.ts';

/** What leaves instead of an honest frame: frames, raw messages, text, a deed, or nothing. */
export type Reply =
  | Frame<ServerMessage>
  | Uint8Array
  | string
  | undefined
  | ((webSocket: WebSocket, socket: Socket) => void)
  | readonly Reply[];

/** The one line in which a server is not honest. */
export type Tamper = (frame: Frame<ServerMessage>, request: ClientMessage | undefined) => Reply;

export interface HostileOptions {
  readonly tamper?: Tamper;
  readonly limits?: SessionLimits;
}

/** A server that is honest but for one line. */
export class HostileServer implements AsyncDisposable {
  readonly #http = createServer();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_FRAME_LENGTH,
    handleProtocols: () => SUBPROTOCOL,
  });
  readonly #closed: Promise<number>[] = [];
  /** Every frame that came from a client, in order. */
  readonly requests: ClientMessage[] = [];
  volume: ServedVolume;
  tamper: Tamper;

  constructor(volume: ServedVolume, { tamper = (frame) => frame, limits }: HostileOptions) {
    this.volume = volume;
    this.tamper = tamper;
    this.#http.on('upgrade', (request, socket: Socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) =>
        this.#connected(webSocket, socket, limits),
      );
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#http.address() as AddressInfo).port}/${ORIGIN}`;
  }

  listen(): Promise<this> {
    return new Promise((resolve) => this.#http.listen(0, '127.0.0.1', () => resolve(this)));
  }

  /** Resolves once clients have closed every connection there was. */
  async disconnected(): Promise<void> {
    await Promise.all(this.#closed);
  }

  /** Breaks every connection there is. */
  cut(): void {
    for (const webSocket of this.#sockets.clients) webSocket.terminate();
  }

  /** Sends a frame to every client, unasked. */
  say(frame: Uint8Array): void {
    for (const webSocket of this.#sockets.clients) webSocket.send(frame);
  }

  /** Requests of one type, in order. */
  asked<Type extends ClientMessage['type']>(type: Type): Extract<ClientMessage, { type: Type }>[] {
    return this.requests.filter((request) => request.type === type) as never;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #connected(webSocket: WebSocket, socket: Socket, limits: SessionLimits | undefined): void {
    const asked = new Map<number, ClientMessage>();
    const session = new Session(
      {
        send: (bytes, sent) => {
          const frame = decodeServerFrame(bytes.slice());
          sent();
          send(webSocket, socket, this.tamper(frame, asked.get(frame.requestId)));
        },
        close: (code, reason) => webSocket.close(code, reason),
        pause: () => undefined,
        resume: () => undefined,
      },
      { volume: this.volume, pool: new BufferPool(0), ...(limits ? { limits } : {}) },
    );
    this.#closed.push(new Promise((resolve) => webSocket.on('close', resolve)));
    webSocket.on('error', () => undefined);
    webSocket.on('close', () => session.end());
    webSocket.on('message', (data: Buffer) => {
      const { requestId, message } = decodeClientFrame(new Uint8Array(data));
      if (message !== undefined) this.requests.push(message);
      if (message !== undefined && message.type !== 'cancel') asked.set(requestId, message);
      session.receive(data);
    });
  }
}

function send(webSocket: WebSocket, socket: Socket, reply: Reply): void {
  if (reply === undefined) return;
  if (typeof reply === 'function') reply(webSocket, socket);
  else if (typeof reply === 'string' || reply instanceof Uint8Array) webSocket.send(reply);
  else if ('requestId' in reply) {
    webSocket.send(encodeServerFrame(reply.requestId, reply.message));
  } else for (const each of reply) send(webSocket, socket, each);
}

/** Starts a server that is honest but for one line. */
export function hostileServer(
  volume: ServedVolume,
  tamper?: Tamper,
  limits?: SessionLimits,
): Promise<HostileServer> {
  return new HostileServer(volume, {
    ...(tamper ? { tamper } : {}),
    ...(limits ? { limits } : {}),
  }).listen();
}

/** Changes the answers of one type, and leaves the others honest. */
export function on<Type extends ServerMessage['type']>(
  type: Type,
  change: (
    message: Extract<ServerMessage, { type: Type }>,
    request: ClientMessage | undefined,
    requestId: number,
  ) => ServerMessage | Reply,
): Tamper {
  return (frame, request) => {
    const { requestId, message } = frame;
    if (message.type !== type) return frame;
    const changed = change(message as never, request, requestId);
    const isMessage = typeof changed === 'object' && 'type' in changed;
    return isMessage ? { requestId, message: changed } : changed;
  };
}

/** Announces another statement than the volume's newest. */
export function announcing(statement: Uint8Array): Tamper {
  return on('welcome', (message) => ({ ...message, statement }));
}

/** How long these tests wait for an answer that never comes; milliseconds. */
export const SHORT_MS = 250;

/** Connects as a reader who trusts `signer`. */
export function connectTo(
  server: HostileServer,
  options: Partial<ConnectOptions> = {},
): Promise<Volume> {
  return connect(server.url, {
    keys: [signer.key],
    deadlineMs: 5000,
    now: () => Date.parse('2026-11-22T00:00:00Z'),
    ...options,
  });
}

/** Connects and greets, without a volume. */
export async function greet(server: HostileServer): Promise<Channel> {
  const dial = dialler(server.url, { webSocket: nodeWebSocket });
  const link = new Link({ dial, deadlineMs: 5000 });
  await link.open();
  return link;
}

/** Reads a whole sequence; what it gave before it failed is in `given`. */
export async function drain<T>(sequence: AsyncIterable<T>, given: T[] = []): Promise<T[]> {
  for await (const item of sequence) given.push(item);
  return given;
}
