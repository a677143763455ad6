import { isOrigin, type Statement } from '../common/statement.ts';
import type { AcceptedStatement } from './accept.ts';
import { Acceptor } from './acceptor.ts';
import { type CacheSizes, VerifiedCache } from './cache.ts';
import type { Channel } from './channel.ts';
import { DiagnosticsSink } from './diagnostics.ts';
import type { DurableCache } from './durable-cache.ts';
import { Follower } from './follower.ts';
import { deadlineOf, dialler, type GreetOptions } from './greet.ts';
import { judgeAgain, judgeOffered } from './judge-offered.ts';
import { Link } from './link.ts';
import { type Keeper, ObjectOpener } from './object-opener.ts';
import { OfflineChannel, recallNote } from './offline.ts';
import { componentsOf } from './resolve-path.ts';
import { checkTrust, type Trust } from './trust.ts';
import { verifyRoot } from './verify-root.ts';
import { TransientVersions, type VersionMemory } from './version-memory.ts';
import { type SymlinkPolicy, Volume } from './volume.ts';

/** Whom `connect` believes, and how it remembers and waits. */
export interface ConnectOptions extends Omit<Trust, 'origin' | 'threshold'>, GreetOptions {
  /** How many of the keys must have signed. Default 1. */
  readonly threshold?: number;
  /** Default: the whole path of the URL after the first `/`. */
  readonly origin?: string;
  /** Where accepted versions are remembered. Default: nowhere beyond this connection. */
  readonly memory?: VersionMemory;
  /** Which symlinks are handed out. Default `contained`. */
  readonly symlinks?: SymlinkPolicy;
  readonly cache?: CacheSizes;
  /** Where what is read at a path is kept for later clients; theirs to close. Default: nowhere. */
  readonly durableCache?: DurableCache;
  /**
   * Asks no server: reads the version that `memory` holds, as far as `durableCache` does. The reader's
   * rules hold as ever. Default false.
   */
  readonly offline?: boolean;
  /** Milliseconds since 1970. Default: the platform's clock. */
  readonly now?: () => number;
}

/**
 * Connects to a server and opens the volume of its newest statement, once that is accepted.
 *
 * @param url - `wss://host[:port]/[base/]origin`, or `ws://` without TLS.
 * The first attempt to connect has to succeed. A connection that is lost later is replaced, and what it
 * had not answered is asked again.
 *
 * @returns The volume, which owns the connection.
 * @throws {TypeError} If the URL, the origin or the reader's rules make no sense.
 * @throws {TransportError} `ERR_CONNECT`, `ERR_CONNECTION`, `ERR_DEADLINE`.
 * @throws {ProtocolError | IntegrityError | FreshnessError | PolicyError} As `Acceptor` and
 *   `RemoteFile.read`.
 * @see SPEC.md, "Client verification"
 * @example
 * await using volume = await connect('wss://files.example.org/lab.example/images', { keys });
 * const file = await volume.open('disk.img');
 * for await (const pages of file.pages()) await output.write(pages);
 */
export async function connect(url: string, options: ConnectOptions): Promise<Volume> {
  const { signal, symlinks = 'contained' } = options;
  const acceptor = acceptorFor(url, options);
  const diagnostics = new DiagnosticsSink(url, acceptor.trust, options.onDiagnostics);
  let last: AcceptedStatement | undefined;
  const { channel, note } = await reach(url, options, acceptor, diagnostics, () => last);
  try {
    const judged = await judgeOffered(note, acceptor, channel);
    last = judged;
    diagnostics.note = judged.note;
    const { origin, revokedObjects } = acceptor.trust;
    const keeper = keeperIn(options.durableCache, origin);
    const cache = new VerifiedCache(options.cache);
    const opener = new ObjectOpener(channel, cache, revokedObjects, keeper);
    await verifyRoot(judged.statement, opener, signal);
    const first = await acceptor.commit(judged);
    const open = (accepted: AcceptedStatement, follower: Follower<Volume>) => {
      last = accepted;
      diagnostics.note = accepted.note;
      const isOwner = accepted === first;
      return new Volume(accepted, opener, { symlinks, acceptor, follower, isOwner });
    };
    const verify = (statement: Statement) => verifyRoot(statement, opener);
    return new Follower(first, { connection: channel, acceptor, verifyRoot: verify, open }).newest;
  } catch (error) {
    channel.close();
    throw error;
  }
}

/**
 * Asks the server for its newest statement or, offline, the memory for the last one accepted.
 *
 * @param last - Returns what was accepted last on the channel.
 */
async function reach(
  url: string,
  options: ConnectOptions,
  acceptor: Acceptor,
  diagnostics: DiagnosticsSink,
  last: () => AcceptedStatement | undefined,
): Promise<{ readonly channel: Channel; readonly note: Uint8Array }> {
  if (options.offline === true) {
    return { channel: new OfflineChannel(), note: await recallNote(acceptor) };
  }
  const link: Link = new Link({
    dial: dialler(url, options),
    deadlineMs: deadlineOf(options),
    judge: (note) => judgeAgain(note, last(), acceptor, link),
    onFailedCheck: diagnostics.report,
  });
  return { channel: link, note: await link.open(options.signal) };
}

function keeperIn(cache: DurableCache | undefined, origin: string): Keeper | undefined {
  if (cache === undefined) return undefined;
  return (descriptor, path) =>
    cache.open(descriptor, { origin, path: componentsOf(path).join('/') });
}

/** @throws {TypeError} If the URL, the origin or the reader's rules make no sense. */
function acceptorFor(url: string, options: ConnectOptions): Acceptor {
  const { threshold = 1, memory = new TransientVersions(), now = Date.now } = options;
  const trust = { ...options, origin: originOf(url, options.origin), threshold };
  checkTrust(trust);
  return new Acceptor(trust, memory, now);
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
