import type { Descriptor } from '../common/descriptor.ts';
import type { VerifiedCache } from './cache.ts';
import type { Channel } from './channel.ts';
import type { KeptObject } from './durable-cache.ts';
import { Predecessor } from './predecessor.ts';
import { type FileOptions, RemoteFile } from './remote-file.ts';
import { RemoteObject } from './remote-object.ts';
import { checkRevoked } from './revocation.ts';

/** Finds what is kept durably at a path of the origin that is read. */
export type Keeper = (descriptor: Descriptor, path: string) => KeptObject;

/** Where objects are read from, and which of them never. */
export class ObjectOpener {
  readonly connection: Channel;
  readonly cache: VerifiedCache;
  readonly #revoked: ReadonlySet<string> | undefined;
  readonly #keeper: Keeper | undefined;

  /**
   * @param revoked - Object ids in hexadecimal.
   * @param keeper - Default: nothing is kept durably.
   */
  constructor(
    connection: Channel,
    cache: VerifiedCache,
    revoked?: ReadonlySet<string>,
    keeper?: Keeper,
  ) {
    this.connection = connection;
    this.cache = cache;
    this.#revoked = revoked;
    this.#keeper = keeper;
  }

  /**
   * Opens an object.
   *
   * @param descriptor - Verified: from a statement, an entry, or a `Descriptor` answer.
   * @param path - Where it stands, if that is known: what is kept durably there is used.
   * @throws {FreshnessError} `ERR_REVOKED` if the reader has revoked it.
   * @see SPEC.md, V29
   */
  open(descriptor: Descriptor, path?: string): RemoteObject {
    checkRevoked(descriptor, this.#revoked);
    const kept = path === undefined ? undefined : this.#keeper?.(descriptor, path);
    return new RemoteObject(descriptor, this.connection, this.cache, kept);
  }

  /**
   * Opens the file at a path, which may still have pages of the files that were open there before.
   *
   * @throws As `open`.
   */
  openFile(descriptor: Descriptor, path: string, options: FileOptions = {}): RemoteFile {
    const object = this.open(descriptor, path);
    const { profile, pageSize } = descriptor;
    const older = this.cache.paths
      .open(path, descriptor)
      .filter((other) => other.profile === profile && other.pageSize === pageSize)
      .map((other) => new RemoteObject(other, this.connection, this.cache));
    const predecessors = older.map((old) => new Predecessor(object, old, this.cache.pages));
    return new RemoteFile(object, this.cache, { ...options, predecessors });
  }
}
