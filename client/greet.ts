import type { PagesealError } from '../common/errors.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import {
  type OpenOptions,
  openTransport,
  platformWebSocket,
  type Transport,
  type TransportEvents,
  type WebSocketFactory,
} from './transport.ts';

const DEFAULT_DEADLINE_MS = 30_000;
/** The longest that timers take; beyond it they fire at once. */
const MAX_DEADLINE_MS = 2 ** 31 - 1;

/** How a server is reached and waited for. */
export interface GreetOptions {
  /** How long an answer may take, in milliseconds, from when it was asked for. Default 30,000. */
  readonly deadlineMs?: number;
  /** Default: the platform's own `WebSocket`. */
  readonly webSocket?: WebSocketFactory;
  readonly signal?: AbortSignal;
  /**
   * Receives a diagnostic bundle when a check of what the server sent fails, before the failure is
   * reported; must not throw. It proves nothing to third parties: answers are not signed.
   */
  readonly onDiagnostics?: (bundle: Uint8Array) => void;
  /**
   * Told, where several servers are used, that one is not used any more because of what it sent; must not
   * throw.
   */
  readonly onQuarantine?: (url: string, error: PagesealError) => void;
}

/** Opens a transport to a server; as `openTransport`, which throws. */
export type Dial = <Listener extends TransportEvents>(
  start: (transport: Transport) => Listener,
  options: OpenOptions,
) => Promise<Listener>;

/** Tells how a server at a URL is dialled. */
export function dialler(url: string, { webSocket = platformWebSocket }: GreetOptions): Dial {
  return (start, options) => openTransport(url, webSocket, start, options);
}

/** Tells how long an answer may take, in milliseconds. */
export function deadlineOf({ deadlineMs = DEFAULT_DEADLINE_MS }: GreetOptions): number {
  return Math.min(deadlineMs, MAX_DEADLINE_MS);
}

/** A connection that is open. */
export interface Greeted {
  /** The caller closes it. */
  readonly connection: Connection;
  /** What the server says is its newest statement; empty if it has none. Nothing of it is verified. */
  readonly note: Uint8Array;
}

/**
 * Connects to a server and exchanges `Hello` and `Welcome`.
 *
 * @param options - Of the connecting and of the greeting, each.
 * @param deadlineMs - Of later requests.
 * @throws {TransportError} `ERR_CONNECT`, `ERR_CONNECTION`, `ERR_DEADLINE`.
 * @throws {RequestError} If the server refuses.
 * @throws {ProtocolError} `ERR_WELCOME`, `ERR_FRAME`, `ERR_UNEXPECTED_ANSWER`.
 * @see SPEC.md, V12
 */
export async function greet(
  dial: Dial,
  owner: ConnectionOwner,
  deadlineMs: number,
  options: OpenOptions,
): Promise<Greeted> {
  const start = (transport: Transport) => new Connection(transport, owner, deadlineMs);
  const connection = await dial(start, options);
  try {
    const note = await connection.hello(options.deadlineMs, options.signal);
    connection.checkUsable();
    return { connection, note };
  } catch (error) {
    connection.close();
    throw error;
  }
}
