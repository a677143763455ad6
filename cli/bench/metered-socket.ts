import type { WebSocketFactory, WebSocketLike } from '../../client/node/index.ts';
import type { Meter } from './meter.ts';

type Listener = (event: { data: unknown } & { code: number; reason: string }) => void;

/**
 * Makes WebSockets whose frames are counted, and come late.
 *
 * @param factory - Makes the WebSockets beneath.
 * @param roundTripMs - What is added to each round trip: half of it each way, in order. Opening the
 *   connection takes no longer.
 */
export function meteredSockets(
  factory: WebSocketFactory,
  meter: Meter,
  roundTripMs: number,
): WebSocketFactory {
  return (url, subprotocol) => new MeteredSocket(factory(url, subprotocol), meter, roundTripMs / 2);
}

class MeteredSocket implements WebSocketLike {
  readonly #socket: WebSocketLike;
  readonly #meter: Meter;
  /** Milliseconds that anything takes longer in either direction. */
  readonly #delay: number;

  constructor(socket: WebSocketLike, meter: Meter, delay: number) {
    this.#socket = socket;
    this.#meter = meter;
    this.#delay = delay;
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get binaryType(): string {
    return this.#socket.binaryType;
  }

  set binaryType(type: string) {
    this.#socket.binaryType = type;
  }

  send(data: Uint8Array): void {
    this.#meter.sent(data);
    this.#later(() => this.#socket.send(data));
  }

  close(): void {
    this.#later(() => this.#socket.close());
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    const listen = this.#socket.addEventListener.bind(this.#socket) as (
      type: string,
      listener: Listener,
    ) => void;
    const pass = listener as Listener;
    if (type === 'open') listen(type, pass);
    else if (type === 'message') listen(type, (event) => this.#receive(event, pass));
    else listen(type, (event) => this.#later(() => pass(event)));
  }

  #receive(event: Parameters<Listener>[0], pass: Listener): void {
    const { data } = event;
    if (!(data instanceof Uint8Array)) {
      this.#later(() => pass(event));
      return;
    }
    if (this.#delay === 0) {
      this.#take(data, event, pass);
      return;
    }
    const kept = new Uint8Array(data); // a message is good during its event only
    this.#later(() => this.#take(kept, { ...event, data: kept }, pass));
  }

  #take(data: Uint8Array, event: Parameters<Listener>[0], pass: Listener): void {
    this.#meter.received(data);
    pass(event);
  }

  /** Timers of one delay fire in the order in which they were set. */
  #later(what: () => void): void {
    if (this.#delay === 0) what();
    else setTimeout(what, this.#delay);
  }
}
