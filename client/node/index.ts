import { type ConnectOptions, connect as connectAnywhere } from '../connect.ts';
import {
  connectObjects as connectObjectsAnywhere,
  type ObjectSource,
  type ObjectSourceOptions,
} from '../object-source.ts';
import type { Volume } from '../volume.ts';
import { nodeWebSocket } from './web-socket.ts';

export * from '../index.ts';
export {
  clearKept,
  type KeptEntry,
  listKept,
  pruneKept,
  readHeader,
} from './disk-cache/cache-folder.ts';
export { checkKept, type KeptCheck } from './disk-cache/check-kept.ts';
export { DiskCache, type DiskCacheOptions } from './disk-cache/disk-cache.ts';
export type { KeptHeader } from './disk-cache/kept-header.ts';
export { cacheFolder, policyPath, stateFolder } from './folders.ts';
export { readCertificateKey, readReaderKey } from './reader-key.ts';
export { VersionFiles } from './version-files.ts';
export { nodeWebSocket } from './web-socket.ts';

/** As `connect` of the platform-neutral client, over the `ws` package. */
export function connect(url: string | readonly string[], options: ConnectOptions): Promise<Volume> {
  return connectAnywhere(url, { webSocket: nodeWebSocket, ...options });
}

/** As `connectObjects` of the platform-neutral client, over the `ws` package. */
export function connectObjects(
  url: string | readonly string[],
  options: ObjectSourceOptions = {},
): Promise<ObjectSource> {
  return connectObjectsAnywhere(url, { webSocket: nodeWebSocket, ...options });
}
