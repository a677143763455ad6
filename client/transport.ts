import { type PagesealError, ProtocolError, TransportError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { MAX_FRAME_LENGTH, SUBPROTOCOL } from '../common/limits.ts';

/** What happens on a transport. */
export interface TransportEvents {
  /** A binary message; its bytes are good during this call only, unless the transport holds them. */
  message(bytes: Uint8Array): void;
  /** The end; called once, and nothing after it. */
  closed(error: PagesealError): void;
}

/** A connection that carries frames. */
export interface Transport {
  send(frame: Uint8Array): void;
  /** As `AnswerSource.hold`, of the message that is being dealt with. */
  hold(length: number): (() => void) | undefined;
  close(): void;
}

/** The part of the standard `WebSocket` that is used; the `ws` package has it, too. */
export interface WebSocketLike {
  readonly protocol: string;
  binaryType: string;
  /** Sends a message. No more than these bytes may be changed or transferred: others share their `ArrayBuffer`. */
  send(data: Uint8Array): void;
  /** As `AnswerSource.hold`, where messages are views of memory that is used again. */
  hold?: (length: number) => (() => void) | undefined;
  close(): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { code: number; reason: string }) => void,
  ): void;
  addEventListener(type: 'error', listener: (event: object) => void): void;
}

/** Starts a WebSocket that offers one subprotocol. */
export type WebSocketFactory = (url: string, subprotocol: string) => WebSocketLike;

/** Uses the platform's own `WebSocket`: browsers, and Node from version 22 on. */
export const platformWebSocket: WebSocketFactory = (url, subprotocol) => {
  const webSocket = new WebSocket(url, subprotocol);
  webSocket.binaryType = 'arraybuffer';
  return webSocket as WebSocketLike;
};

/** How a transport is opened. */
export interface OpenOptions {
  /** How long opening may take, in milliseconds. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a transport over a WebSocket.
 *
 * @param start - Receives the transport once it is open, and returns what listens to it.
 * @throws {TransportError} `ERR_CONNECT` if the connection or its upgrade is refused, `ERR_DEADLINE`
 *   if nothing happens.
 * @throws {ProtocolError} `ERR_WELCOME` if the server did not select the subprotocol.
 */
export function openTransport<Listener extends TransportEvents>(
  url: string,
  factory: WebSocketFactory,
  start: (transport: Transport) => Listener,
  { deadlineMs, signal }: OpenOptions,
): Promise<Listener> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const webSocket = factory(url, SUBPROTOCOL);
    let listener: Listener | undefined;
    let over = false;
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const end = (error: PagesealError) => {
      if (over) return;
      over = true;
      settle();
      webSocket.close();
      listener?.closed(error);
      reject(error);
    };
    const abort = () => {
      over = true;
      settle();
      webSocket.close();
      reject(signal?.reason);
    };
    const silence = `no connection within ${deadlineMs} ms`;
    const timer = setTimeout(() => end(new TransportError('ERR_DEADLINE', silence)), deadlineMs);
    signal?.addEventListener('abort', abort);
    webSocket.addEventListener('open', () => {
      settle();
      if (webSocket.protocol !== SUBPROTOCOL) {
        end(new ProtocolError('ERR_WELCOME', `server did not select ${SUBPROTOCOL}`));
        return;
      }
      listener = start({
        send: (frame) => webSocket.send(frame),
        hold: (length) => webSocket.hold?.(length),
        close: () => webSocket.close(),
      });
      resolve(listener);
    });
    webSocket.addEventListener('message', ({ data }) => {
      if (over) return;
      const bytes = binary(data);
      if (bytes === undefined) end(new ProtocolError('ERR_FRAME', 'message is text or too long'));
      else listener?.message(bytes);
    });
    webSocket.addEventListener('error', (event) => end(brokenBy(event, listener !== undefined)));
    webSocket.addEventListener('close', ({ code, reason }) => end(closedWith(code, reason)));
  });
}

/** Views a message's bytes; `undefined` if it is text, or longer than any frame. */
function binary(data: unknown): Uint8Array | undefined {
  const bytes =
    data instanceof ArrayBuffer
      ? new Uint8Array(data)
      : data instanceof Uint8Array
        ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
        : undefined;
  return bytes && bytes.length <= MAX_FRAME_LENGTH ? bytes : undefined;
}

/** Turns an `error` event into an error: `ws` says in a code what rule of RFC 6455 was broken. */
function brokenBy(event: object, opened: boolean): PagesealError {
  const cause = 'error' in event && event.error instanceof Error ? event.error : undefined;
  const code = cause && 'code' in cause ? String(cause.code) : '';
  if (opened && code.startsWith('WS_ERR_')) {
    return new ProtocolError('ERR_FRAME', 'server broke the WebSocket protocol', { cause });
  }
  if (!opened && cause?.message.endsWith('subprotocol')) {
    // ws and browsers refuse by themselves what the server should have selected; browsers do not say so
    return new ProtocolError('ERR_WELCOME', `server did not select ${SUBPROTOCOL}`, { cause });
  }
  const what = opened ? 'connection broke' : 'connection was refused';
  const why = cause === undefined || cause.message === '' ? code : reasonOf(cause);
  return new TransportError(
    opened ? 'ERR_CONNECTION' : 'ERR_CONNECT',
    why === '' ? what : `${what}: ${why}`,
    { cause },
  );
}

/** What an error says, where `ws` says it in its own words, in ours. */
function reasonOf({ message }: Error): string {
  const status = /^Unexpected server response: (\d+)$/.exec(message)?.[1];
  return status === undefined ? message : `server answered the upgrade with ${status}`;
}

function closedWith(code: number, reason: string): TransportError {
  const why = reason === '' ? `${code}` : `${code} ${quote(reason)}`;
  return new TransportError('ERR_CONNECTION', `server closed the connection: ${why}`);
}
