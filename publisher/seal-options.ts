import { checkDescriptor } from '../common/descriptor.ts';
import { formatTime, isOrigin } from '../common/statement.ts';
import { FSVERITY, type Profile, RFC9162 } from '../common/tree/profile.ts';
import { defaultWorkers } from './hash-threads.ts';
import type { SealProgress } from './sealing.ts';
import type { SigningKey } from './signing-key.ts';

/** What is sealed how, and for whom. */
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
  /**
   * Keeps copies of contents in the store, by reflink where the file system can. The store does so from
   * then on, told or not.
   */
  readonly copy?: boolean;
  /** Reads all files again; otherwise those that, by their size, times and inode, did not change are not. */
  readonly rehash?: boolean;
  /**
   * Threads that hash large files, 1 to 6; 1 is the caller's own. Unless given, as many as the machine
   * runs at once, at most 4. The result does not depend on it.
   */
  readonly workers?: number;
  /** Milliseconds since 1970, cut to the second; now unless given. */
  readonly issued?: number;
  /** Milliseconds since 1970, cut to the second; the statement never expires unless given. */
  readonly expires?: number;
  /** Gives up; nothing is published. */
  readonly signal?: AbortSignal;
  /** Called some twenty times a second. */
  readonly onProgress?: (progress: SealProgress) => void;
}

const DEFAULT_PAGE_SIZE = 4096;
/** Each adds some 15 MiB: with these, sealing stays below 200 MiB. */
const MAX_WORKERS = 6;

/** Options with their defaults. */
export interface ChosenOptions extends SealOptions {
  readonly fileProfile: Profile;
  readonly filePageSize: number;
  readonly workers: number;
  readonly issued: number;
}

/**
 * Checks what can be known about options before anything is read, and fills in the defaults.
 *
 * @throws {RangeError} If one has an impossible value.
 */
export function chooseSealOptions(options: SealOptions): ChosenOptions {
  const fileProfile = options.profile === FSVERITY.name ? FSVERITY : RFC9162;
  const filePageSize = options.pageSize ?? DEFAULT_PAGE_SIZE;
  const issued = options.issued ?? Date.now();
  const { origin, expires, workers = defaultWorkers() } = options;
  try {
    checkDescriptor({
      profile: fileProfile,
      pageSize: filePageSize,
      size: 0,
      root: fileProfile.emptyRoot,
    });
  } catch (cause) {
    const what = `page size ${filePageSize} does not fit ${fileProfile.name}`;
    throw new RangeError(what, { cause });
  }
  if (!Number.isInteger(workers) || workers < 1 || workers > MAX_WORKERS) {
    throw new RangeError(`${workers} workers, want 1 to ${MAX_WORKERS}`);
  }
  if (origin !== undefined && !isOrigin(origin)) throw new RangeError(`no origin: ${origin}`);
  if (expires !== undefined && formatTime(expires) <= formatTime(issued)) {
    throw new RangeError('expires before it is issued');
  }
  return { ...options, fileProfile, filePageSize, workers, issued };
}
