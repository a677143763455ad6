import { afterEach, beforeEach, expect, vi } from 'vitest';
import { Link, type LinkOptions } from '../../client/link.ts';
import type { Transport, TransportEvents } from '../../client/transport.ts';
import { type PagesealError, ProtocolError, TransportError } from '../../common/errors.ts';
import type { Frame, ReadPages } from '../../common/read-frames.ts';
import {
  type ClientMessage,
  decodeClientFrame,
  encodeServerFrame,
  type ServerMessage,
} from '../../common/wire.ts';
import { failure } from './failure.ts';

/** Milliseconds that a link over a wire waits for an answer, unless the test says otherwise. */
export const DEADLINE = 6000;
/** Time between two looks at a connection; milliseconds. */
export const PERIOD: number = DEADLINE / 6;
/** What a request fails with whose server is away. */
export const GONE: unknown = failure('TransportError', 'ERR_CONNECTION');
/** What a request fails with whose server is silent. */
export const SILENT: unknown = failure('TransportError', 'ERR_DEADLINE');
/** What servers announce, unless the test says otherwise. */
export const LIMITS = {
  maxFrameBytes: 65_536,
  maxOutstandingBytes: 200_000,
  maxOutstandingRequests: 10,
};

/** Has the tests of a file tell the time: none passes by itself. */
export function stopClocks(): void {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
}

/** Lets time pass, and whatever waits for it happen. */
export async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** Lets promises that are settled be acted on. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

/** One connection to nowhere: the test plays the server. */
export class Socket implements Transport {
  readonly sent: Frame<ClientMessage>[] = [];
  closes = 0;
  readonly #listener: TransportEvents;

  constructor(start: (transport: Transport) => TransportEvents) {
    this.#listener = start(this);
  }

  send(bytes: Uint8Array): void {
    const { requestId, message } = decodeClientFrame(bytes);
    if (message) this.sent.push({ requestId, message });
  }

  hold(): undefined {
    return undefined;
  }

  close(): void {
    this.closes += 1;
  }

  answer(requestId: number, message: ServerMessage): void {
    this.#listener.message(encodeServerFrame(requestId, message));
  }

  /** Answers Hello, once it has come. */
  async welcome(
    limits: typeof LIMITS = LIMITS,
    statement: Uint8Array = new Uint8Array(),
  ): Promise<void> {
    await turns();
    const hello = this.sent.shift();
    expect(hello?.message.type).toBe('hello');
    this.answer(hello?.requestId ?? 0, { type: 'welcome', ...limits, statement });
    await turns();
  }

  /** The other end goes. */
  end(
    error: PagesealError = new TransportError('ERR_CONNECTION', 'server closed the connection'),
  ): void {
    this.#listener.closed(error);
  }

  /** Requests that were sent and are no Cancel. */
  get asked(): number[] {
    return this.sent.flatMap(({ requestId, message }) =>
      message.type === 'cancel' ? [] : [requestId],
    );
  }

  get cancelled(): number[] {
    return this.sent.flatMap(({ requestId, message }) =>
      message.type === 'cancel' ? [requestId] : [],
    );
  }
}

/** A link to nowhere, and the connections it has opened, one after another. */
export class Wire {
  readonly sockets: Socket[] = [];
  readonly link: Link;
  /** Why connecting fails, if it does; `hang` if nothing happens. */
  refusal: PagesealError | 'hang' | undefined;
  attempts = 0;

  constructor(options: Partial<LinkOptions> = {}) {
    this.link = new Link({
      dial: async (start, { signal }) => {
        this.attempts += 1;
        if (this.refusal === 'hang') {
          await new Promise((_, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason));
          });
        } else if (this.refusal) throw this.refusal;
        let listener: ReturnType<typeof start> | undefined;
        this.sockets.push(
          new Socket((transport) => {
            listener = start(transport);
            return listener;
          }),
        );
        if (listener === undefined) throw new Error('not started');
        return listener;
      },
      deadlineMs: DEADLINE,
      random: () => 0,
      ...options,
    });
  }

  /** The connection that was opened last. */
  get socket(): Socket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error('no connection yet');
    return last;
  }
}

/** A link that has greeted, with nothing in flight. */
export async function greeted(
  limits: typeof LIMITS = LIMITS,
  options: Partial<LinkOptions> = {},
): Promise<Wire> {
  const wire = new Wire(options);
  const opening = wire.link.open();
  await wire.socket.welcome(limits);
  await opening;
  return wire;
}

/** Asks for a page by its number; the answer is that number. */
export function read(
  wire: Wire,
  first: number,
  cost = 1000,
  signal?: AbortSignal,
): Promise<number> {
  const range = { first, count: 1, anchorLevel: 0 };
  const message: ReadPages = { type: 'readPages', object: new Uint8Array(32), ...range };
  const accept = ({ data }: { readonly data: Uint8Array }) => {
    if (data.length !== 1) throw new ProtocolError('ERR_DATA_LENGTH', 'want one byte');
    return data[0] ?? -1;
  };
  return wire.link.request({ message, answer: 'pages', cost, accept }, signal);
}

/** Requests for pages that were sent, with the numbers of the pages. */
export function pages(socket: Socket): { readonly requestId: number; readonly first: number }[] {
  return socket.sent.flatMap(({ requestId, message }) =>
    message.type === 'readPages' ? [{ requestId, first: message.first }] : [],
  );
}

/** Answers the request for a page. */
export function serve(socket: Socket, first: number): void {
  const asked = pages(socket).find((page) => page.first === first);
  const data = new Uint8Array([first]);
  socket.answer(asked?.requestId ?? 0, { type: 'pages', siblings: new Uint8Array(), data });
}

/** Types of what was sent, in order. */
export function types(socket: Socket): ClientMessage['type'][] {
  return socket.sent.map(({ message }) => message.type);
}
