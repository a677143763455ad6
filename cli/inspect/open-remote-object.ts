import { VerifiedCache } from '../../client/cache.ts';
import {
  Connection,
  describe,
  nodeWebSocket,
  openTransport,
  RemoteObject,
} from '../../client/node/index.ts';
import { type InspectedObject, remoteObject } from './inspected-object.ts';

/**
 * Asks a server for an object by its id, which is all that is needed to verify it.
 *
 * @returns The object, and what ends its connection.
 */
export async function openRemoteObject(
  url: string,
  id: Uint8Array,
  options: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<{ readonly object: InspectedObject; readonly close: () => void }> {
  const start = (transport: ConstructorParameters<typeof Connection>[0]) =>
    new Connection(transport, { deadlineMs: options.deadlineMs });
  const connection = await openTransport(url, nodeWebSocket, start, options);
  const { signal } = options;
  try {
    await connection.hello(signal);
    const descriptor = await describe(connection, { object: id }, signal);
    const object = new RemoteObject(descriptor, connection, new VerifiedCache());
    return { object: remoteObject(object, signal), close: () => connection.close() };
  } catch (error) {
    connection.close();
    throw error;
  }
}
