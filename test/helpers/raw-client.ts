import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../common/limits.ts';
import type { Frame } from '../../common/read-frames.ts';
import {
  type ClientMessage,
  decodeServerFrame,
  encodeClientFrame,
  type ServerMessage,
  type Welcome,
} from '../../common/wire.ts';
import { ORIGIN } from './memory-volume.ts';

/** A client that sends what it likes and checks nothing. */
export class RawClient implements AsyncDisposable {
  readonly webSocket: WebSocket;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  readonly #arrived: Frame<ServerMessage>[] = [];
  readonly #waiting: ((frame: Frame<ServerMessage>) => void)[] = [];
  #nextId = 0;

  constructor(webSocket: WebSocket) {
    this.webSocket = webSocket;
    this.closed = new Promise((resolve) => webSocket.on('close', resolve));
    webSocket.on('error', () => undefined);
    webSocket.on('message', (data: Buffer) => {
      const frame = decodeServerFrame(new Uint8Array(data));
      const waiting = this.#waiting.shift();
      if (waiting) waiting(frame);
      else this.#arrived.push(frame);
    });
  }

  /** Frames that have arrived and were not asked for yet. */
  get arrived(): readonly Frame<ServerMessage>[] {
    return this.#arrived;
  }

  next(): Promise<Frame<ServerMessage>> {
    const frame = this.#arrived.shift();
    if (frame) return Promise.resolve(frame);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  say(requestId: number, message: ClientMessage): void {
    this.webSocket.send(encodeClientFrame(requestId, message));
  }

  /** Sends a request under a new id, and returns the next answer, whatever it answers. */
  async ask(message: ClientMessage): Promise<ServerMessage> {
    this.#nextId += 1;
    this.say(this.#nextId, message);
    const frame = await this.next();
    if (frame.requestId !== this.#nextId) throw new Error(`answer to ${frame.requestId}`);
    return frame.message;
  }

  async hello(): Promise<Welcome> {
    const welcome = await this.ask({ type: 'hello' });
    if (welcome.type !== 'welcome') throw new Error(`${welcome.type} instead of Welcome`);
    return welcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.webSocket.terminate();
    await this.closed;
  }
}

interface Address {
  readonly port: number;
}

/** Connects without greeting. */
export function rawClient({ port }: Address, path: string = ORIGIN): Promise<RawClient> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/${path}`, SUBPROTOCOL, {
    perMessageDeflate: false,
  });
  const client = new RawClient(webSocket);
  return new Promise((resolve, reject) => {
    webSocket.once('open', () => resolve(client));
    webSocket.once('error', reject);
  });
}

/** Connects and greets. */
export async function greetedClient(address: Address, path?: string): Promise<RawClient> {
  const client = await rawClient(address, path);
  await client.hello();
  return client;
}
