import { nodeWebSocket } from '../../client/node/index.ts';
import type { WebSocketFactory } from '../../client/transport.ts';
import { decodeClientFrame, decodeServerFrame } from '../../common/wire.ts';

/**
 * Counts exchanges that wait for each other on one connection, whatever they take: a request that is sent
 * after an answer has come is one exchange further than what that answer belongs to.
 */
export class Exchanges {
  readonly #depths = new Map<number, number>();
  /** Exchanges of which the last one to be answered was the end; `Hello` is the first. */
  count = 0;

  readonly webSocket: WebSocketFactory = (url, subprotocol) => {
    const socket = nodeWebSocket(url, subprotocol);
    socket.addEventListener('message', ({ data }) => {
      const { requestId } = decodeServerFrame(data as Uint8Array);
      this.count = Math.max(this.count, this.#depths.get(requestId) ?? 0);
    });
    const send = socket.send.bind(socket);
    socket.send = (data) => {
      this.#depths.set(decodeClientFrame(data).requestId, this.count + 1);
      send(data);
    };
    return socket;
  };
}
