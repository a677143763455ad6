import { renameSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  checkDescriptor,
  type Descriptor,
  FSVERITY,
  formatStatement,
  formatTime,
  isOrigin,
  type Note,
  type ObjectType,
  objectIdHex,
  type Profile,
  parseStatement,
  quote,
  RFC9162,
  type Statement,
  StoreError,
  textHash,
} from '../common/index.ts';
import { syncFolder } from './durable.ts';
import { Exclusion } from './exclusion.ts';
import { sealDirectory } from './seal-directory.ts';
import { sealFile } from './seal-file.ts';
import { Sealing, type SealProgress } from './sealing.ts';
import { signText } from './sign.ts';
import type { SigningKey } from './signing-key.ts';
import { fromSource, sourceError } from './source-error.ts';
import { addStatement, newestVersion, readStatement } from './statement-series.ts';
import {
  prepareStore,
  readConfig,
  temporaryPath,
  tidyStore,
  versionFolder,
  writeConfig,
} from './store-folder.ts';
import { StoreLock } from './store-lock.ts';
import { errnoOf, systemReason } from './system-error.ts';
import { VersionWriter } from './version-writer.ts';

export interface SealOptions {
  /** The name that the statement speaks for; that of the store unless given. */
  readonly origin?: string;
  /** Signs the statement; without it, the statement awaits its signatures. */
  readonly key?: SigningKey;
  /** Name of the key in the signature line; the origin unless given. */
  readonly keyName?: string;
  /** Profile of files; `rfc9162-sha256` unless given. Directories always have that one. */
  readonly profile?: Profile['name'];
  /** Page size of files, a power of two; 4,096 unless given. */
  readonly pageSize?: number;
  /** Records modification times; off unless given, since they make equal trees differ. */
  readonly mtime?: boolean;
  /** Patterns of what to leave out, in the syntax of `.gitignore`. */
  readonly exclude?: readonly string[];
  /** Leaves special files out instead of failing. */
  readonly skipSpecial?: boolean;
  /** Milliseconds since 1970, cut to the second; now unless given. */
  readonly issued?: number;
  /** Milliseconds since 1970, cut to the second; the statement never expires unless given. */
  readonly expires?: number;
  /** Gives up; nothing is published. */
  readonly signal?: AbortSignal;
  /** Called some twenty times a second. */
  readonly onProgress?: (progress: SealProgress) => void;
}

/** What `seal` published. */
export interface SealResult {
  readonly statement: Statement;
  readonly note: Note;
  /** Object id of what the statement names; hexadecimal. */
  readonly objectId: string;
  /** Different objects: equal files count once. */
  readonly objects: number;
  readonly files: number;
  readonly directories: number;
  readonly symlinks: number;
  /** Bytes of all files. */
  readonly bytes: number;
}

const DEFAULT_PAGE_SIZE = 4096;

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
  const chosen = choose(options);
  options.signal?.throwIfAborted();
  try {
    return await sealLocked(resolve(source), resolve(store), chosen);
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    const what = `store ${quote(store)} can not be written: ${systemReason(cause)}`;
    throw new StoreError('ERR_STORE', what, { cause });
  }
}

interface Chosen extends SealOptions {
  readonly fileProfile: Profile;
  readonly filePageSize: number;
  readonly issued: number;
}

function choose(options: SealOptions): Chosen {
  const fileProfile = options.profile === FSVERITY.name ? FSVERITY : RFC9162;
  const filePageSize = options.pageSize ?? DEFAULT_PAGE_SIZE;
  const issued = options.issued ?? Date.now();
  const { origin, expires } = options;
  try {
    checkDescriptor({
      ...{ profile: fileProfile, pageSize: filePageSize },
      ...{ size: 0, root: fileProfile.emptyRoot },
    });
  } catch (cause) {
    const what = `page size ${filePageSize} does not fit ${fileProfile.name}`;
    throw new RangeError(what, { cause });
  }
  if (origin !== undefined && !isOrigin(origin)) throw new RangeError(`no origin: ${origin}`);
  if (expires !== undefined && formatTime(expires) <= formatTime(issued)) {
    throw new RangeError('expires before it is issued');
  }
  return { ...options, fileProfile, filePageSize, issued };
}

async function sealLocked(source: string, store: string, options: Chosen): Promise<SealResult> {
  const { type, dev, ino } = identify(source);
  const identity = prepareStore(store);
  if (identity.dev === dev && identity.ino === ino) {
    throw new StoreError('ERR_STORE', `${quote(store)} is the source itself`);
  }
  const lock = new StoreLock(store);
  try {
    tidyStore(store);
    const place = nextPlace(source, store, options);
    const folder = versionFolder(store, place.version);
    const temporary = temporaryPath(folder);
    try {
      const writer = new VersionWriter(temporary);
      const { exclude = [], mtime = false, skipSpecial = false, signal, onProgress } = options;
      const sealing = new Sealing({
        ...{ source, store: identity, writer, mtime, skipSpecial, signal, onProgress },
        ...{ profile: options.fileProfile, pageSize: options.filePageSize },
        exclusion: new Exclusion(exclude),
      });
      const { descriptor, objects } = await writeObjects(sealing, type);
      options.signal?.throwIfAborted();
      const { statement, note } = makeStatement(place, type, descriptor, options);
      publishFolder(temporary, folder, place.version);
      if (place.version === 1) writeConfig(store, { origin: place.origin, source });
      addStatement(store, place.version, note);
      const { files, directories, symlinks, bytes } = sealing.counts;
      const id = objectIdHex(descriptor);
      return { statement, note, objectId: id, objects, files, directories, symlinks, bytes };
    } finally {
      rmSync(temporary, { recursive: true, force: true });
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
  const stats = fromSource(source, () => statSync(source, { bigint: true }));
  if (stats.isDirectory()) return { type: 'directory', dev: stats.dev, ino: stats.ino };
  if (stats.isFile()) return { type: 'file', dev: stats.dev, ino: stats.ino };
  throw sourceError('ERR_SOURCE_SPECIAL', source, 'is neither file nor directory');
}

/** Where in the series a statement is to stand. */
interface Place {
  readonly origin: string;
  readonly version: number;
  readonly previous?: Uint8Array;
}

/** @throws {StoreError} `ERR_STORE` if the series can not be continued in this way. */
function nextPlace(source: string, store: string, { origin, issued }: Chosen): Place {
  const newest = newestVersion(store);
  if (newest === 0) {
    if (origin === undefined) throw new StoreError('ERR_STORE', 'a new store needs an origin');
    return { origin, version: 1 };
  }
  const { note, statement } = readStatement(store, newest);
  if (origin !== undefined && origin !== statement.origin) {
    const what = `store is of origin ${statement.origin}, not ${origin}`;
    throw new StoreError('ERR_STORE', what);
  }
  const sealed = readConfig(store)?.source;
  if (sealed !== source) {
    const what = `store is of source ${quote(sealed ?? '')}, not ${quote(source)}`;
    throw new StoreError('ERR_STORE', what);
  }
  if (formatTime(issued) < formatTime(statement.issued)) {
    const what = `version ${newest} was issued at ${formatTime(statement.issued)}`;
    throw new StoreError('ERR_STORE', `${what}, which is after ${formatTime(issued)}`);
  }
  return { origin: statement.origin, version: newest + 1, previous: textHash(note.text) };
}

/** Gives the finished folder of a version its name, durably. */
function publishFolder(temporary: string, folder: string, version: number): void {
  try {
    renameSync(temporary, folder);
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOTEMPTY' && errnoOf(cause) !== 'EEXIST') throw cause;
    throw new StoreError('ERR_VERSION_EXISTS', `store has objects of version ${version}`, {
      cause,
    });
  }
  syncFolder(dirname(folder));
}

async function writeObjects(
  sealing: Sealing,
  type: ObjectType,
): Promise<{ readonly descriptor: Descriptor; readonly objects: number }> {
  try {
    const descriptor =
      type === 'directory'
        ? await sealDirectory(sealing, '')
        : (await sealFile(sealing, '')).descriptor;
    return { descriptor, objects: sealing.writer.finish() };
  } finally {
    sealing.writer.close();
  }
}

function makeStatement(
  place: Place,
  type: ObjectType,
  descriptor: Descriptor,
  { issued, expires, key, keyName }: Chosen,
): { readonly statement: Statement; readonly note: Note } {
  const text = formatStatement({
    ...place,
    ...{ type, descriptor, issued, extensions: [] },
    ...(expires === undefined ? {} : { expires }),
  });
  const statement = parseStatement(text);
  const signatures = key === undefined ? [] : [signText(text, key, keyName ?? place.origin)];
  return { statement, note: { text, signatures } };
}
