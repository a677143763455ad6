import { Connection, type ConnectionOptions } from './connection.ts';
import { openTransport, platformWebSocket, type WebSocketFactory } from './transport.ts';

const DEFAULT_DEADLINE_MS = 30_000;
/** The longest that timers take; beyond it they fire at once. */
const MAX_DEADLINE_MS = 2 ** 31 - 1;

/** How a server is reached and waited for. */
export interface GreetOptions {
  /** How long an answer may take, in milliseconds. Default 30,000. */
  readonly deadlineMs?: number;
  /** Default: the platform's own `WebSocket`. */
  readonly webSocket?: WebSocketFactory;
  readonly signal?: AbortSignal;
  /**
   * Receives a diagnostic bundle when a check of what the server sent fails, before the failure is
   * reported; must not throw. It proves nothing to third parties: answers are not signed.
   */
  readonly onDiagnostics?: (bundle: Uint8Array) => void;
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
 * @param onFailedCheck - Of the connection.
 * @throws {TransportError} `ERR_CONNECT`, `ERR_CONNECTION`, `ERR_DEADLINE`.
 * @throws {ProtocolError} `ERR_WELCOME`, `ERR_FRAME`, `ERR_UNEXPECTED_ANSWER`.
 * @see SPEC.md, V12
 */
export async function greet(
  url: string,
  options: GreetOptions,
  onFailedCheck?: ConnectionOptions['onFailedCheck'],
): Promise<Greeted> {
  const { signal } = options;
  const deadlineMs = Math.min(options.deadlineMs ?? DEFAULT_DEADLINE_MS, MAX_DEADLINE_MS);
  const connection = await openTransport(
    url,
    options.webSocket ?? platformWebSocket,
    (transport) => new Connection(transport, { deadlineMs, onFailedCheck }),
    { deadlineMs, signal },
  );
  try {
    return { connection, note: await connection.hello(signal) };
  } catch (error) {
    connection.close();
    throw error;
  }
}
