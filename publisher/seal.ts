import { type BigIntStats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Descriptor, type ObjectType, objectIdHex } from '../common/descriptor.ts';
import { StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import type { Note } from '../common/note.ts';
import type { Statement } from '../common/statement.ts';
import { ContentCopies } from './content-copies.ts';
import { Exclusion } from './exclusion.ts';
import { HashThreads } from './hash-threads.ts';
import { makeStatement, nextPlace } from './next-statement.ts';
import { PreviousVersion } from './previous-version.ts';
import type { FilePlace } from './scan-writer.ts';
import { sealDirectory } from './seal-directory.ts';
import { sealFile } from './seal-file.ts';
import { type ChosenOptions, chooseSealOptions, type SealOptions } from './seal-options.ts';
import { Sealing } from './sealing.ts';
import { sourceError } from './source-error.ts';
import { addStatement } from './statement-series.ts';
import { keepConfig, prepareStore, readConfig, tidyStore } from './store-folder.ts';
import { StoreLock, storeFailure } from './store-lock.ts';
import { systemReason } from './system-error.ts';
import { VersionWriter } from './version-writer.ts';

/** What `seal` published. */
export interface SealResult {
  readonly statement: Statement;
  readonly note: Note;
  /** Object id of what the statement names; hexadecimal. */
  readonly objectId: string;
  /** Different objects: equal files count once. */
  readonly objects: number;
  readonly files: number;
  /** Files that were read; the others were kept as the version before has them. */
  readonly filesRead: number;
  readonly directories: number;
  readonly symlinks: number;
  /** Of these, those that are not contained: readers refuse them unless told otherwise. */
  readonly escapingSymlinks: number;
  /** Path of the first of them. */
  readonly firstEscaping?: string;
  /** Bytes of all files. */
  readonly bytes: number;
}

/**
 * Seals a directory or a file as the next version of a store.
 *
 * The statement appears when everything it names is durable; until then, and whatever happens, the
 * store is as it was. The same tree, options, version, `issued` and `previous` give the same text.
 * A tree that others write to is not sealed as a snapshot: a file that changes while it is read is an
 * error, one that changes before or after is not noticed.
 *
 * @param source - A directory or a file; followed if it is a symlink. Files stay in place.
 * @param store - A store, an empty folder, or a folder to be made.
 * @throws {StoreError} `ERR_SOURCE_...` if something in the source can not be sealed, `ERR_STORE...`
 *   or `ERR_VERSION_EXISTS` if the store can not take the version.
 * @throws {KeyError} `ERR_KEY`, {IntegrityError} `ERR_SIGNATURE` if the statement can not be signed.
 * @throws {RangeError} If an option has an impossible value.
 */
export async function seal(
  source: string,
  store: string,
  options: SealOptions = {},
): Promise<SealResult> {
  const chosen = chooseSealOptions(options);
  options.signal?.throwIfAborted();
  try {
    return await sealLocked(resolve(source), resolve(store), chosen);
  } catch (cause) {
    throw storeFailure(store, cause);
  }
}

async function sealLocked(
  source: string,
  store: string,
  options: ChosenOptions,
): Promise<SealResult> {
  const { type, dev, ino } = identify(source);
  const identity = prepareStore(store);
  if (identity.dev === dev && identity.ino === ino) {
    throw new StoreError('ERR_STORE', `${quote(store)} is the source itself`);
  }
  const lock = new StoreLock(store);
  try {
    tidyStore(store);
    const place = await nextPlace(source, store, options);
    const copies = options.copy === true || readConfig(store)?.copies === true;
    const version = new NewVersion(store, place.version, copies, options.workers);
    try {
      const { descriptor, ...counts } = await writeObjects(
        type,
        source,
        identity,
        version,
        options,
      );
      options.signal?.throwIfAborted();
      const { statement, note } = await makeStatement(place, type, descriptor, options);
      version.writer.publish();
      keepConfig(store, { origin: place.origin, source, copies });
      addStatement(store, place.version, note);
      return { statement, note, objectId: objectIdHex(descriptor), ...counts };
    } finally {
      await version.close();
    }
  } finally {
    lock.release();
  }
}

function identify(source: string): {
  readonly type: ObjectType;
  readonly dev: bigint;
  readonly ino: bigint;
} {
  const stats = statOf(source);
  if (stats.isDirectory()) return { type: 'directory', dev: stats.dev, ino: stats.ino };
  if (stats.isFile()) return { type: 'file', dev: stats.dev, ino: stats.ino };
  throw sourceError('ERR_SOURCE_SPECIAL', source, 'is neither file nor directory');
}

/** A source that is not there was never there, for all we know; so this is no change. */
function statOf(source: string): BigIntStats {
  try {
    return statSync(source, { bigint: true });
  } catch (cause) {
    const what = `can not be read: ${systemReason(cause)}`;
    throw sourceError('ERR_SOURCE_UNREADABLE', source, what, cause);
  }
}

/** Where a single sealed file stands in a scan. */
const SOURCE_ITSELF: FilePlace = { directory: new Uint8Array(), name: new Uint8Array() };

/** What a new version is made from and written with. */
class NewVersion {
  readonly writer: VersionWriter;
  readonly previous: PreviousVersion | undefined;
  readonly copies: ContentCopies | undefined;
  readonly threads: HashThreads | undefined;

  constructor(store: string, version: number, copies: boolean, workers: number) {
    this.threads = workers > 1 ? new HashThreads(workers - 1) : undefined;
    this.writer = new VersionWriter(store, version);
    this.previous = PreviousVersion.open(store, version - 1);
    this.copies = copies ? new ContentCopies(store) : undefined;
  }

  async close(): Promise<void> {
    await this.threads?.close();
    await this.copies?.settle();
    this.previous?.close();
    this.writer.close();
  }
}

interface Written extends Omit<SealResult, 'statement' | 'note' | 'objectId'> {
  readonly descriptor: Descriptor;
}

/** Seals the source into a pack, copies and a version, which are durable afterwards. */
async function writeObjects(
  type: ObjectType,
  source: string,
  store: { readonly dev: bigint; readonly ino: bigint },
  { writer, previous, copies, threads }: NewVersion,
  options: ChosenOptions,
): Promise<Written> {
  const { exclude = [], mtime = false, skipSpecial = false, signal, onProgress } = options;
  const sealing = new Sealing({
    source,
    store,
    writer,
    previous,
    copies,
    threads,
    mtime,
    skipSpecial,
    signal,
    onProgress,
    rehash: options.rehash === true,
    profile: options.fileProfile,
    pageSize: options.filePageSize,
    exclusion: await Exclusion.of(exclude),
  });
  const descriptor =
    type === 'directory'
      ? await sealDirectory(sealing, '')
      : (await sealFile(sealing, '', SOURCE_ITSELF)).descriptor;
  await copies?.finish();
  const objects = await writer.finish(sealing.pace);
  const { files, filesRead, directories, symlinks, bytes } = sealing.counts;
  const counts = { files, filesRead, directories, symlinks, ...sealing.escaping, bytes };
  return { descriptor, objects, ...counts };
}
