import type { Entry } from '../common/directory.ts';
import { IntegrityError, PathError } from '../common/errors.ts';
import { MAX_WALK_ENTRIES } from '../common/limits.ts';
import type { Statement } from '../common/statement.ts';
import type { AcceptedStatement } from './accept.ts';
import type { Acceptor } from './acceptor.ts';
import { type Change, diffEntries } from './diff-entries.ts';
import type { Follower } from './follower.ts';
import type { ObjectOpener } from './object-opener.ts';
import { fetchOlder } from './older-version.ts';
import { rootOf } from './proof-bundle.ts';
import { type ProofRange, Prover } from './prove.ts';
import { RemoteDirectory } from './remote-directory.ts';
import { type FileOptions, RemoteFile } from './remote-file.ts';
import {
  checkContained,
  checkDepth,
  componentsOf,
  type Found,
  quotePath,
  resolvePath,
} from './resolve-path.ts';
import type { Verdict } from './verdict.ts';

/** Which symlinks are handed out: those that stay in the volume, or all, as they are. */
export type SymlinkPolicy = 'contained' | 'verbatim';

/** What a volume hands out, and who tells whether it still may. */
export interface VolumeOptions {
  readonly symlinks: SymlinkPolicy;
  readonly acceptor: Acceptor;
  /** Knows of newer versions. */
  readonly follower: Follower<Volume>;
  /** Whether closing the volume closes the connection. */
  readonly isOwner: boolean;
  /** Whether it was asked for though there are newer ones: then its age is not checked. */
  readonly isOlder?: boolean;
}

/** Returns the entry at a path, if there is one. */
async function entryAt(
  volume: Volume,
  path: string,
  signal?: AbortSignal,
): Promise<Found | undefined> {
  try {
    return await volume.stat(path, signal ? { signal } : {});
  } catch (error) {
    const codes = ['ERR_NOT_FOUND', 'ERR_NOT_DIRECTORY'];
    if (error instanceof PathError && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/**
 * The directory tree or single file that a statement names, at one version for ever.
 *
 * Paths are components joined by `/`; empty ones and `.` are left out, and `..` leads to the parent.
 * Symlinks on the way are followed if they are contained. All methods throw what `RemoteFile.read`
 * does, and `PathError` where the proven tree has no such path.
 */
export class Volume implements AsyncDisposable {
  readonly #accepted: AcceptedStatement;
  readonly #opener: ObjectOpener;
  readonly #options: VolumeOptions;
  readonly #root: Entry;
  #verdict: Verdict;

  constructor(accepted: AcceptedStatement, opener: ObjectOpener, options: VolumeOptions) {
    this.#accepted = accepted;
    this.#verdict = accepted.verdict;
    this.#opener = opener;
    this.#options = options;
    this.#root = rootOf(accepted);
  }

  /** What the publisher signed. */
  get statement(): Statement {
    return this.#accepted.statement;
  }

  /** What was found when it was accepted, and what was audited since. */
  get verdict(): Verdict {
    return this.#verdict;
  }

  /** The signed note, as it was received. */
  get note(): Uint8Array {
    return this.#accepted.note;
  }

  /** Hash of the statement's text, 32 bytes. */
  get textHash(): Uint8Array {
    return this.#accepted.textHash;
  }

  /** The root's own entry, whose name is empty. */
  get root(): Entry {
    return this.#root;
  }

  /** Returns the entry at a path; a symlink at its end is not followed. */
  stat(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<Found> {
    return this.#resolve(path, false, options.signal);
  }

  /** Returns the entry at a path; a symlink at its end is followed. */
  resolve(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<Found> {
    return this.#resolve(path, true, options.signal);
  }

  /**
   * Opens the file at a path.
   *
   * @throws {PathError} `ERR_NOT_FILE` if it is a directory.
   */
  async open(
    path = '',
    options: FileOptions & { readonly signal?: AbortSignal } = {},
  ): Promise<RemoteFile> {
    const { entry } = await this.#resolve(path, true, options.signal);
    return this.file(entry, path, options);
  }

  /**
   * Opens the file of an entry.
   *
   * @param path - Where it stands, if that is known: what is cached of older files at this path is used.
   * @throws {PathError} `ERR_NOT_FILE` if it is none.
   */
  file(entry: Entry, path?: string, options: FileOptions = {}): RemoteFile {
    if (entry.type !== 'file') {
      throw new PathError('ERR_NOT_FILE', `${quotePath(path ?? entry.name)} is no file`);
    }
    if (path !== undefined) return this.#opener.openFile(entry.descriptor, path, options);
    return new RemoteFile(this.#opener.open(entry.descriptor), this.#opener.cache, options);
  }

  /**
   * Lists the directory at a path, in the order of the names' bytes.
   *
   * @throws {PathError} `ERR_NOT_DIRECTORY` if it is none.
   */
  async *readdir(
    path = '',
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<Entry, void, undefined> {
    const { entry } = await this.#resolve(path, true, options.signal);
    yield* this.#directory(entry, path).entries(options.signal);
  }

  /**
   * Returns the target of a symlink.
   *
   * @throws {PathError} `ERR_NOT_SYMLINK` if it is none.
   * @throws {IntegrityError} `ERR_SYMLINK` if it leads out of the volume, unless verbatim symlinks
   *   were asked for.
   */
  async readlink(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<string> {
    const found = await this.#resolve(path, false, options.signal);
    return this.target(found);
  }

  /** As `readlink`, of an entry that was found before. */
  target({ path, entry }: Found): string {
    if (entry.type !== 'symlink') {
      throw new PathError('ERR_NOT_SYMLINK', `${quotePath(path)} is no symlink`);
    }
    if (this.#options.symlinks === 'contained') {
      checkContained(entry, path);
    }
    return entry.target;
  }

  /**
   * Walks the tree below a path, each directory before what is in it; symlinks are not followed.
   *
   * @throws {IntegrityError} `ERR_DEPTH` or `ERR_WALK_BUDGET` if the tree has no reasonable end.
   * @throws {PathError} `ERR_NOT_DIRECTORY` if the path leads to a file.
   * @see SPEC.md, V23
   */
  async *walk(
    path = '',
    options: { readonly signal?: AbortSignal; readonly maxEntries?: number } = {},
  ): AsyncGenerator<Found, void, undefined> {
    const { signal, maxEntries = MAX_WALK_ENTRIES } = options;
    const start = await this.#resolve(path, true, signal);
    const startDepth = componentsOf(start.path).length;
    const stack = [
      { path: start.path, entries: this.#directory(start.entry, path).entries(signal) },
    ];
    let visited = 0;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const { value: entry, done } = await top.entries.next();
      if (done || entry === undefined) {
        stack.pop();
        continue;
      }
      visited += 1;
      if (visited > maxEntries) {
        throw new IntegrityError('ERR_WALK_BUDGET', `walk passed ${maxEntries} entries`);
      }
      checkDepth(startDepth + stack.length);
      const found = { path: top.path === '' ? entry.name : `${top.path}/${entry.name}`, entry };
      yield found;
      if (entry.type === 'directory') {
        const entries = this.#directory(entry, found.path).entries(signal);
        stack.push({ path: found.path, entries });
      }
    }
  }

  /**
   * Proves bytes of a file to anyone who trusts the publisher's keys.
   *
   * @param path - Components that are names, none of them `..`.
   * @param options.start - First byte. Default 0.
   * @param options.end - Byte after the last one. Default: the end of the file.
   * @returns A bundle for `verifyProof`, at most 64 MiB.
   * @throws {RangeError} If the path or range is impossible, or the bundle would be too long.
   * @throws {PathError} `ERR_NOT_FILE` if there is a directory.
   * @see SPEC.md, "Bundles"
   */
  async prove(
    path: string,
    options: ProofRange & { readonly signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    return this.#prover(options.signal).bytes(path, options);
  }

  /**
   * As `prove`, that there is nothing at a path.
   *
   * @returns `undefined` if there is something.
   */
  async proveAbsence(
    path: string,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<Uint8Array | undefined> {
    return this.#prover(options.signal).absence(path);
  }

  #prover(signal: AbortSignal | undefined): Prover {
    this.#recheck();
    return new Prover({ note: this.note, root: this.#root, opener: this.#opener, signal });
  }

  /**
   * Follows the server: yields each newer version that it announces, once its statement is accepted.
   *
   * Who takes long for one version gets the newest after it. The volumes share this one's connection,
   * which they do not close, and its cache; this one stays at its version.
   *
   * @throws {IntegrityError | FreshnessError | PolicyError} If a statement is refused; one that no
   *   honest server sends also ends the connection.
   * @throws {RequestError} If the server ends the watch.
   * @throws {TransportError} `ERR_CONNECTION` if it stays away for longer than the deadline.
   * @see SPEC.md, "Following"
   */
  async *watch(
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<Volume, void, undefined> {
    const { follower } = this.#options;
    const release = follower.hold();
    try {
      for (let { version } = this.statement; ; ) {
        const next = await follower.next(version, options.signal);
        version = next.statement.version;
        yield next;
      }
    } finally {
      release();
    }
  }

  /** Waits for a version newer than this one; throws as `watch`. */
  next(options: { readonly signal?: AbortSignal } = {}): Promise<Volume> {
    return this.#options.follower.next(this.statement.version, options.signal);
  }

  /**
   * Opens an older version, on the same connection, which it does not close.
   *
   * @throws {RangeError} If it is newer than this one.
   * @throws {RequestError} `ERR_REMOTE_GONE` if the server says that it does not keep it; of its objects
   *   the server says so when they are read.
   * @throws {IntegrityError | ProtocolError} If what the server sends is not the statement of that
   *   version.
   */
  async at(version: number, options: { readonly signal?: AbortSignal } = {}): Promise<Volume> {
    const own = this.statement.version;
    if (version > own) throw new RangeError(`version ${version} is newer than ${own}`);
    const { acceptor } = this.#options;
    const { connection } = this.#opener;
    const accepted =
      version === own
        ? this.#accepted
        : await fetchOlder(version, connection, acceptor.trust, options.signal);
    const isOlder = version < own || this.#options.isOlder === true;
    return new Volume(accepted, this.#opener, { ...this.#options, isOwner: false, isOlder });
  }

  /**
   * Finds what is not as in an older version of the same volume, in the order of the paths.
   *
   * Directories and files that are the same object are not looked into.
   *
   * @param path - Looked up in both versions; a symlink at its end is not followed.
   * @throws {PathError} If neither version has it.
   * @throws {IntegrityError} `ERR_DEPTH` or `ERR_WALK_BUDGET` if the trees have no reasonable end.
   */
  async *diff(
    older: Volume,
    path = '',
    options: { readonly signal?: AbortSignal; readonly maxEntries?: number } = {},
  ): AsyncGenerator<Change, void, undefined> {
    const [old, next] = await Promise.all([
      entryAt(older, path, options.signal),
      entryAt(this, path, options.signal),
    ]);
    const found = next ?? old;
    if (found === undefined) {
      throw new PathError('ERR_NOT_FOUND', `neither version has ${quotePath(path)}`);
    }
    yield* diffEntries(this.#opener, found.path, old?.entry, next?.entry, options);
  }

  /** Closes the connection, if the volume owns it; what was read before stays good. */
  close(): void {
    if (this.#options.isOwner) this.#opener.connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #directory(entry: Entry, path: string): RemoteDirectory {
    if (entry.type !== 'directory') {
      throw new PathError('ERR_NOT_DIRECTORY', `${quotePath(path)} is no directory`);
    }
    return new RemoteDirectory(this.#opener.open(entry.descriptor, path), this.#opener, path);
  }

  /** Checks again what time can change. */
  #recheck(): void {
    const { acceptor, isOlder } = this.#options;
    if (!isOlder) this.#verdict = acceptor.recheck(this.#verdict);
  }

  async #resolve(path: string, followLast: boolean, signal?: AbortSignal): Promise<Found> {
    this.#recheck();
    return resolvePath(this.#root, path, followLast, (found, name, next) =>
      this.#directory(found.entry, found.path).lookup(name, { signal, next }),
    );
  }
}
