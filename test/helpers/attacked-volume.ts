import { expect } from 'vitest';
import { equalBytes } from '../../common/bytes.ts';
import type { ClientMessage, ServerMessage } from '../../common/wire.ts';
import { noise } from './bytes.ts';
import { failure } from './failure.ts';
import { connectTo, drain, hostileServer, on, type Reply, type Tamper } from './hostile-server.ts';
import {
  file,
  type MemoryObject,
  type MemoryVolume,
  type ObjectOptions,
  volumeOfFiles,
} from './memory-volume.ts';

const SMALL = 12 * 1024 + 700;
/** So large that a stream fetches nodes first. */
const LARGE = 600 * 1024 + 700;

/** Two files of the same shape; their last pages are short. */
export function attackedVolume(options: ObjectOptions & { readonly large?: boolean } = {}): {
  readonly f: MemoryObject;
  readonly g: MemoryObject;
  readonly volume: MemoryVolume;
} {
  const size = options.large ? LARGE : SMALL;
  const f = file(noise(size, 1), options);
  const g = file(noise(size, 2), options);
  return { f, g, volume: volumeOfFiles({ f, g }) };
}

/** A request for pages or nodes. */
export type ReadRequest = Extract<ClientMessage, { type: 'readPages' | 'readNodes' }>;

/** Changes answers that concern one object. */
export function onReads<Type extends 'pages' | 'nodes'>(
  { id }: { readonly id: Uint8Array },
  type: Type,
  change: (
    message: Extract<ServerMessage, { type: Type }>,
    request: ReadRequest,
    requestId: number,
  ) => ServerMessage | Reply,
): Tamper {
  return on(type, (message, request, requestId) => {
    if (request === undefined || !('object' in request) || !equalBytes(request.object, id)) {
      return message;
    }
    return change(message, request as ReadRequest, requestId);
  });
}

/** Reads a file in three ways from a server that lies about it: not one byte may come out. */
export async function expectRefusedReads(
  volume: MemoryVolume,
  tamper: Tamper,
  [name, code]: readonly [string, string],
  ways: readonly ('read' | 'page' | 'pages')[] = ['read', 'page', 'pages'],
): Promise<void> {
  for (const way of ways) {
    await using server = await hostileServer(volume, tamper);
    await using opened = await connectTo(server);
    const f = await opened.open('f');
    const given: Uint8Array[] = [];
    const reading =
      way === 'pages'
        ? drain(f.pages(), given)
        : way === 'page'
          ? f.read(3100, 500)
          : f.read(0, f.size);
    await expect(reading, way).rejects.toThrow(failure(name, code));
    expect(given).toEqual([]);
    await server.disconnected();
    // the connection is gone, and with it every later read that is not answered from what is proven
    await expect(f.read(5 * 1024, 10)).rejects.toThrow(failure(name, code));
  }
}
