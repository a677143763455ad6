import { type BigIntStats, lstatSync, statSync } from 'node:fs';
import type { Profile } from '../common/tree/profile.ts';
import type { ContentCopies } from './content-copies.ts';
import type { Exclusion } from './exclusion.ts';
import type { HashThreads } from './hash-threads.ts';
import { Pace } from './pace.ts';
import type { PreviousVersion } from './previous-version.ts';
import type { FileHashing } from './root-of-file.ts';
import { fromSource } from './source-error.ts';
import type { VersionWriter } from './version-writer.ts';

/** How far sealing has come. */
export interface SealProgress {
  /** Entries found so far; more may be. */
  readonly found: number;
  readonly files: number;
  /** Files that were read; the others are as they were. */
  readonly filesRead: number;
  readonly directories: number;
  readonly symlinks: number;
  /** Bytes of the files so far. */
  readonly bytes: number;
  /** Bytes of the file that is read now, all of it. */
  readonly currentSize: number;
  /** Bytes of it read so far. */
  readonly currentBytes: number;
}

/** What one walk over a source is told. */
export interface SealingSettings {
  /** Absolute path of the sealed directory or file. */
  readonly source: string;
  /** Profile and page size of files. */
  readonly profile: Profile;
  readonly pageSize: number;
  /** Whether entries record modification times. */
  readonly mtime: boolean;
  readonly skipSpecial: boolean;
  readonly exclusion: Exclusion | undefined;
  /** The store's folder, left out where it is met. */
  readonly store: { readonly dev: bigint; readonly ino: bigint };
  readonly writer: VersionWriter;
  /** The version before, if what it has may be kept. */
  readonly previous: PreviousVersion | undefined;
  /** Copies contents into the store; without it, they stay in place. */
  readonly copies: ContentCopies | undefined;
  /** Threads that take part in hashing large files. */
  readonly threads: HashThreads | undefined;
  /** Whether files are read whatever their times say. */
  readonly rehash: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SealProgress) => void) | undefined;
}

/** Large enough that waking a thread of the pool for each costs little. */
const CHUNK_LENGTH = 2 * 1024 * 1024;

/** One walk over a source: its settings, its counts, and the buffers that files are read into. */
export class Sealing implements FileHashing {
  readonly settings: SealingSettings;
  readonly writer: VersionWriter;
  readonly previous: PreviousVersion | undefined;
  readonly copies: ContentCopies | undefined;
  readonly threads: HashThreads | undefined;
  readonly pace: Pace;
  /** Of one length: whole pages, of files and of directories. */
  readonly buffers: readonly [Uint8Array, Uint8Array];
  readonly counts: { -readonly [Name in keyof SealProgress]: number } = {
    found: 0,
    files: 0,
    filesRead: 0,
    directories: 0,
    symlinks: 0,
    bytes: 0,
    currentSize: 0,
    currentBytes: 0,
  };

  /** Symlinks that are not contained, which readers refuse unless told otherwise. */
  readonly escaping: { escapingSymlinks: number; firstEscaping?: string } = { escapingSymlinks: 0 };

  constructor(settings: SealingSettings) {
    this.settings = settings;
    this.writer = settings.writer;
    this.previous = settings.previous;
    this.copies = settings.copies;
    this.threads = settings.threads;
    const length = Math.max(CHUNK_LENGTH, settings.pageSize);
    this.buffers = [new Uint8Array(length), new Uint8Array(length)];
    this.pace = new Pace(settings.signal, () => settings.onProgress?.({ ...this.counts }));
  }

  /** Counts bytes of a file that were hashed, and pauses when it is time. */
  readonly onHashed = async (length: number): Promise<void> => {
    this.counts.bytes += length;
    this.counts.currentBytes += length;
    if (this.pace.due()) await this.pace.pause();
  };

  /** How contents of files are stored. */
  get contentKind(): 'copied' | 'inPlace' {
    return this.copies === undefined ? 'inPlace' : 'copied';
  }

  /** Reads the state of something in the source; a symlink is followed only as the source itself. */
  stat(path: string): BigIntStats {
    const absolute = this.absolute(path);
    const stat = path === '' ? statSync : lstatSync;
    return fromSource(absolute, () => stat(absolute, { bigint: true }));
  }

  /** Returns the absolute path of something in the source; an empty path is the source itself. */
  absolute(path: string): string {
    return path === '' ? this.settings.source : `${this.settings.source}/${path}`;
  }
}
