import { type CacheSizes, VerifiedCache } from './cache.ts';
import { originOfAll } from './connect.ts';
import { type Anchor, describe } from './describe.ts';
import type { GreetOptions } from './greet.ts';
import { ObjectOpener } from './object-opener.ts';
import { type FileOptions, RemoteFile } from './remote-file.ts';
import { Servers, urlsOf } from './servers.ts';

/** How `connectObjects` routes, keeps and waits. */
export interface ObjectSourceOptions extends GreetOptions {
  /** Default: the whole path of the URL after the first `/`. It only says whom to ask. */
  readonly origin?: string;
  readonly cache?: CacheSizes;
  /** Object ids in hexadecimal that are never handed out. Default none. */
  readonly revokedObjects?: ReadonlySet<string>;
}

/**
 * Any server that holds objects which the reader knows by their digests.
 *
 * No statement, key or version is involved: the digest is all the trust there is.
 *
 * @see SPEC.md, "Digest anchors"
 */
export class ObjectSource implements AsyncDisposable {
  readonly #opener: ObjectOpener;

  constructor(opener: ObjectOpener) {
    this.#opener = opener;
  }

  /**
   * Opens an object.
   *
   * A digest says nothing about type: the bytes of a directory object come out as those of a file.
   *
   * @throws {IntegrityError} `ERR_DESCRIPTOR`, `ERR_OBJECT_ID` if the server describes another object.
   * @throws {FreshnessError} `ERR_REVOKED` if the reader has revoked it.
   * @throws {RequestError} `ERR_REMOTE_UNKNOWN_OBJECT` if it says that it has none.
   */
  async open(
    anchor: Anchor,
    options: FileOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<RemoteFile> {
    const descriptor = await describe(this.#opener.connection, anchor, options.signal);
    return new RemoteFile(this.#opener.open(descriptor), this.#opener.cache, options);
  }

  /** Closes the connection; what was read before stays good. */
  close(): void {
    this.#opener.connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

/**
 * Connects to a server, or to several, to read objects by their digests; their statements are ignored.
 *
 * @param url - As of `connect`.
 * @returns The source, which owns the connections.
 * @throws {TypeError} If the URLs or the origin make no sense.
 * @throws {TransportError | ProtocolError} As `greet`.
 * @example
 * await using source = await connectObjects('wss://mirror.example.org/lab.example/images');
 * const file = await source.open({ fsverityDigest });
 * const bytes = await file.read(0, 4096);
 */
export async function connectObjects(
  url: string | readonly string[],
  options: ObjectSourceOptions = {},
): Promise<ObjectSource> {
  const urls = urlsOf(url);
  const trust = { origin: originOfAll(urls, options.origin), keys: [], threshold: 1 };
  const ignore = () => Promise.resolve();
  const judges = { judge: () => Promise.resolve('a server'), judgeAgain: ignore };
  const servers = new Servers(urls, trust, { ...options, ...judges });
  try {
    await servers.greet();
  } catch (error) {
    servers.close();
    throw error;
  }
  const cache = new VerifiedCache(options.cache);
  return new ObjectSource(new ObjectOpener(servers.channel, cache, options.revokedObjects));
}
