import { onTestFinished } from 'vitest';
import { type ConnectOptions, TransientVersions, type Volume } from '../../client/index.ts';
import { DiskCache, type DiskCacheOptions } from '../../client/node/index.ts';
import type { RemoteFile } from '../../client/remote-file.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import { join } from './bytes.ts';
import { folder } from './folder.ts';
import { connectTo, drain, hostileServer } from './hostile-server.ts';
import type { MemoryObject } from './memory-volume.ts';
import { Versions } from './versions.ts';

/** A server that counts what it sends, and readers that share a durable cache, one after the other. */
export async function cachedScene(files: Readonly<Record<string, MemoryObject>>) {
  const versions = new Versions();
  versions.publish(files);
  let sent = 0;
  const server = await hostileServer(versions.volume, (frame) => {
    sent += encodeServerFrame(frame.requestId, frame.message).length;
    return frame;
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const home = folder();
  const memory = new TransientVersions();
  /** Reads with a new client, as another process would. */
  const read = async <T>(
    work: (volume: Volume, cache: DiskCache) => Promise<T>,
    options: Partial<ConnectOptions & DiskCacheOptions> = {},
  ): Promise<T> => {
    using cache = new DiskCache(home, options);
    await using volume = await connectTo(server, { memory, durableCache: cache, ...options });
    return await work(volume, cache);
  };
  /** Returns the bytes that were sent since it was last asked. */
  const takeSent = () => {
    const now = sent;
    sent = 0;
    return now;
  };
  return { versions, server, home, memory, read, takeSent };
}

/** Reads all of a file in order. */
export async function readWhole(volume: Volume, path: string): Promise<Uint8Array> {
  const opened: RemoteFile = await volume.open(path);
  return join(...(await drain(opened.pages())));
}
