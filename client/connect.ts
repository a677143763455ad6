import { IntegrityError } from '../common/errors.ts';
import type { VerifierKey } from '../common/signature.ts';
import { isOrigin } from '../common/statement.ts';
import { acceptStatement, checkSeries } from './accept.ts';
import { type CacheSizes, VerifiedCache } from './cache.ts';
import { type GreetOptions, greet } from './greet.ts';
import type { Trust } from './trust.ts';
import { TransientVersions, type VersionMemory } from './version-memory.ts';
import { type SymlinkPolicy, Volume } from './volume.ts';

/** How `connect` verifies, remembers and waits. */
export interface ConnectOptions extends GreetOptions {
  /** The reader's keys; at least one. */
  readonly keys: readonly VerifierKey[];
  /** How many of them must have signed. Default 1. */
  readonly threshold?: number;
  /** Default: the whole path of the URL after the first `/`. */
  readonly origin?: string;
  /** Where accepted versions are remembered. Default: nowhere beyond this connection. */
  readonly memory?: VersionMemory;
  /** Which symlinks are handed out. Default `contained`. */
  readonly symlinks?: SymlinkPolicy;
  readonly cache?: CacheSizes;
  /** Milliseconds since 1970. Default: the platform's clock. */
  readonly now?: () => number;
}

/**
 * Connects to a server and opens the volume of its newest statement, once that is accepted.
 *
 * @param url - `wss://host[:port]/[base/]origin`, or `ws://` without TLS.
 * @returns The volume, which owns the connection.
 * @throws {TypeError} If the URL, the origin, the keys or the threshold make no sense.
 * @throws {TransportError} `ERR_CONNECT`, `ERR_CONNECTION`, `ERR_DEADLINE`.
 * @throws {ProtocolError | IntegrityError | FreshnessError} As `acceptStatement` and
 *   `RemoteFile.read`.
 * @see SPEC.md, "Client verification"
 * @example
 * await using volume = await connect('wss://files.example.org/lab.example/images', { keys });
 * const file = await volume.open('disk.img');
 * for await (const pages of file.pages()) await output.write(pages);
 */
export async function connect(url: string, options: ConnectOptions): Promise<Volume> {
  const { signal, now = Date.now } = options;
  const trust = trustOf(url, options);
  const memory = options.memory ?? new TransientVersions();
  const { connection, note } = await greet(url, options);
  try {
    if (note.length === 0) throw new IntegrityError('ERR_NOTE', 'server has no statement');
    const accepted = acceptStatement(note, trust, await memory.recall(trust.origin), now());
    const symlinks = options.symlinks ?? 'contained';
    const cache = new VerifiedCache(options.cache);
    const volume = new Volume(accepted, connection, cache, { symlinks, now });
    await volume.verifyRoot(signal);
    // another connection may have accepted a version meanwhile
    const remembered = await memory.recall(trust.origin);
    if (remembered !== undefined) checkSeries(accepted, remembered);
    await memory.remember(trust.origin, accepted);
    return volume;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function trustOf(url: string, options: ConnectOptions): Trust {
  const { keys, threshold = 1 } = options;
  if (keys.length === 0) throw new TypeError('no keys to verify statements with');
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > keys.length) {
    throw new TypeError(`threshold ${threshold} of ${keys.length} keys`);
  }
  return { origin: originOf(url, options.origin), keys, threshold };
}

/**
 * Tells which origin a URL asks for.
 *
 * @param origin - What the reader says it is; default: the whole path.
 * @throws {TypeError} If the URL is none of PageSeal's, or its path does not end in the origin.
 * @see SPEC.md, "URL"
 */
export function originOf(url: string, origin?: string): string {
  if (!URL.canParse(url)) throw new TypeError(`not a URL: ${JSON.stringify(url)}`);
  const { protocol, pathname, hash } = new URL(url);
  if ((protocol !== 'ws:' && protocol !== 'wss:') || hash !== '') {
    throw new TypeError(`not a ws:// or wss:// URL without fragment: ${JSON.stringify(url)}`);
  }
  const asked = origin ?? pathname.slice(1);
  if (!isOrigin(asked)) throw new TypeError(`not an origin: ${JSON.stringify(asked)}`);
  if (!pathname.endsWith(`/${asked}`)) {
    throw new TypeError(`path of ${JSON.stringify(url)} does not end in ${JSON.stringify(asked)}`);
  }
  return asked;
}
