import { isOrigin, type Statement } from '../common/statement.ts';
import type { AcceptedStatement } from './accept.ts';
import { Acceptor } from './acceptor.ts';
import { type CacheSizes, VerifiedCache } from './cache.ts';
import type { Channel } from './channel.ts';
import type { DurableCache } from './durable-cache.ts';
import { Follower } from './follower.ts';
import type { GreetOptions } from './greet.ts';
import { judgeAgain, judgeOffered } from './judge-offered.ts';
import { type Keeper, ObjectOpener } from './object-opener.ts';
import { OfflineChannel, recallNote } from './offline.ts';
import { componentsOf } from './resolve-path.ts';
import { Servers, urlsOf } from './servers.ts';
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
  /**
   * The path that will be opened first, if it is known by now: what leads there is fetched together with the
   * root, in the same round trip, and kept in the cache. Whether there is such a path is not told here.
   */
  readonly firstPath?: string;
  /** Milliseconds since 1970. Default: the platform's clock. */
  readonly now?: () => number;
}

/**
 * Connects to a server, or to several mirrors of one, and opens the volume of the newest statement that is
 * accepted.
 *
 * A connection that is lost later is replaced, and what it had not answered is asked again. Of several
 * servers, each request goes to the one that will be fastest and, if that fails or is late, to another; one
 * that is caught is not asked again.
 *
 * @param url - `wss://host[:port]/[base/]origin`, or `ws://` without TLS; or several of one origin.
 * @returns The volume, which owns the connections.
 * @throws {TypeError} If the URLs, the origin or the reader's rules make no sense.
 * @throws {TransportError} `ERR_CONNECT`, `ERR_CONNECTION`, `ERR_DEADLINE`: no server can be reached; it is
 *   tried once.
 * @throws {ProtocolError | IntegrityError | FreshnessError | PolicyError} As `Acceptor` and
 *   `RemoteFile.read`.
 * @see SPEC.md, "Client verification"
 * @example
 * await using volume = await connect('wss://files.example.org/lab.example/images', { keys });
 * const file = await volume.open('disk.img');
 * for await (const pages of file.pages()) await output.write(pages);
 */
export async function connect(
  url: string | readonly string[],
  options: ConnectOptions,
): Promise<Volume> {
  const { symlinks = 'contained' } = options;
  const urls = urlsOf(url);
  const acceptor = acceptorFor(urls, options);
  let last: AcceptedStatement | undefined;
  const { channel, offers, readBy, close } = await reach(urls, options, acceptor, () => last);
  try {
    const { origin, revokedObjects } = acceptor.trust;
    const keeper = keeperIn(options.durableCache, origin);
    const cache = new VerifiedCache(options.cache);
    const opener = new ObjectOpener(channel, cache, revokedObjects, keeper);
    const judged = await firstThat(offers, (offer) => {
      readBy(offer.note);
      return verifyRoot(offer.statement, opener, options);
    });
    last = judged;
    const first = await acceptor.commit(judged);
    const open = (accepted: AcceptedStatement, follower: Follower<Volume>) => {
      last = accepted;
      readBy(accepted.note);
      const isOwner = accepted === first;
      return new Volume(accepted, opener, { symlinks, acceptor, follower, isOwner });
    };
    const verify = (statement: Statement) => verifyRoot(statement, opener);
    return new Follower(first, { connection: channel, acceptor, verifyRoot: verify, open }).newest;
  } catch (error) {
    close();
    throw error;
  }
}

/** What servers offer, newest first, or, offline, what was accepted last. */
interface Reached {
  readonly channel: Channel;
  readonly offers: readonly AcceptedStatement[];
  /** Says which note the client reads by, for diagnostics. */
  readonly readBy: (note: Uint8Array) => void;
  readonly close: () => void;
}

/**
 * Asks the servers for their newest statements or, offline, the memory for the last one accepted.
 *
 * @param last - Returns what was accepted last on the channel.
 */
async function reach(
  urls: readonly [string, ...string[]],
  options: ConnectOptions,
  acceptor: Acceptor,
  last: () => AcceptedStatement | undefined,
): Promise<Reached> {
  if (options.offline === true) {
    const channel = new OfflineChannel();
    const judged = await judgeOffered(await recallNote(acceptor), acceptor, channel);
    return { channel, offers: [judged], readBy: () => undefined, close: () => channel.close() };
  }
  const servers = new Servers<AcceptedStatement>(urls, acceptor.trust, {
    ...options,
    judge: (note, from) => judgeOffered(note, acceptor, from),
    judgeAgain: (note, from) => judgeAgain(note, last(), acceptor, from),
  });
  const close = () => servers.close();
  try {
    const offers = await newestFirst(await servers.greet(), acceptor);
    return { channel: servers.channel, offers, readBy: (note) => servers.readBy(note), close };
  } catch (error) {
    close();
    throw error;
  }
}

function keeperIn(cache: DurableCache | undefined, origin: string): Keeper | undefined {
  if (cache === undefined) return undefined;
  return (descriptor, path) =>
    cache.open(descriptor, { origin, path: componentsOf(path).join('/') });
}

/**
 * Puts what several servers offer in order, each version once.
 *
 * @throws {FreshnessError} `ERR_EQUIVOCATION` if two offer different texts of one version.
 */
async function newestFirst(
  offers: readonly AcceptedStatement[],
  acceptor: Acceptor,
): Promise<readonly AcceptedStatement[]> {
  const versions = new Map<number, AcceptedStatement>();
  for (const offer of offers) {
    const same = versions.get(offer.version);
    if (same === undefined) versions.set(offer.version, offer);
    else await acceptor.checkOneText(offer, same);
  }
  return [...versions.values()].sort((a, b) => b.version - a.version);
}

/** Returns the first offer that can be read: a server may announce what none of them has. */
async function firstThat(
  offers: readonly AcceptedStatement[],
  read: (offer: AcceptedStatement) => Promise<void>,
): Promise<AcceptedStatement> {
  let failed: { readonly error: unknown } | undefined;
  for (const offer of offers) {
    try {
      await read(offer);
      return offer;
    } catch (error) {
      failed ??= { error };
    }
  }
  throw failed?.error;
}

/** @throws {TypeError} If the URLs, the origin or the reader's rules make no sense. */
function acceptorFor(urls: readonly [string, ...string[]], options: ConnectOptions): Acceptor {
  const { threshold = 1, memory = new TransientVersions(), now = Date.now } = options;
  const trust = { ...options, origin: originOfAll(urls, options.origin), threshold };
  checkTrust(trust);
  return new Acceptor(trust, memory, now);
}

/**
 * Tells which origin all of some URLs ask for.
 *
 * @throws {TypeError} As `originOf`, and if they ask for different ones.
 */
export function originOfAll(urls: readonly [string, ...string[]], origin?: string): string {
  const [first, ...others] = urls.map((url) => originOf(url, origin));
  const other = others.find((each) => each !== first);
  if (first !== undefined && other === undefined) return first;
  throw new TypeError(`mirrors of different origins, "${first}" and "${other}"`);
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
