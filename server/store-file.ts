import { closeSync, constants, fstatSync, openSync, read, readSync, statSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import type { RemoteCode } from '../common/errors.ts';
import { type MaybePromise, ServeError } from './volume.ts';

/** A read that took longer came from a disk, not from memory. */
const SLOW_READ_MS = 2;
/** Reads that go to the thread pool after a slow one, before one is tried in place again. */
const COLD_READS = 64;

/** What it means if a file is not as it was. */
export interface FileFaults {
  /** It is gone, or no regular file. */
  readonly onMissing: RemoteCode;
  /** It ends too early. */
  readonly onShort: RemoteCode;
}

/** Of files in place: they are no longer what was sealed. */
export const IN_PLACE: FileFaults = { onMissing: 'CHANGED', onShort: 'CHANGED' };
/** Of the store's own: a version that is no longer retained may have been their last. */
export const STORED: FileFaults = { onMissing: 'GONE', onShort: 'STORAGE' };

/**
 * An open file that is read at positions.
 *
 * A hot read takes a microsecond in place and fifty through the thread pool; a cold one in place stops
 * every other client. So reads happen in place until one is slow; see `test/bench`.
 */
export class StoreFile {
  readonly #fd: number;
  readonly #onShort: RemoteCode;
  #coldReads = 0;
  #pending = 0;
  #cutShort = false;
  #retired = false;

  /** @throws {ServeError} `onMissing` or `onShort` if they apply, else `STORAGE`. */
  constructor(path: string, { onMissing, onShort }: FileFaults) {
    this.#onShort = onShort;
    try {
      this.#fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (cause) {
      throw new ServeError(isGone(cause) ? onMissing : 'STORAGE', 'file can not be opened', {
        cause,
      });
    }
    if (fstatSync(this.#fd).isFile()) return;
    closeSync(this.#fd);
    throw new ServeError(onMissing, 'file is no regular file any more');
  }

  get size(): number {
    return fstatSync(this.#fd).size;
  }

  /** Tells whether a path names this file and no other. */
  isAt(path: string): boolean {
    const named = statSync(path, { bigint: true, throwIfNoEntry: false });
    const own = fstatSync(this.#fd, { bigint: true });
    return named?.ino === own.ino && named.dev === own.dev;
  }

  /** Whether a read has found that the file ends too early. */
  get cutShort(): boolean {
    return this.#cutShort;
  }

  /** Fills `into` from `position` on; at once if the file is hot. */
  read(into: Uint8Array, position: number): MaybePromise<void> {
    if (this.#coldReads > 0) {
      const cold = this.#readCold(into, position);
      // whoever waits is told; but if another part of the answer fails first, nobody waits any more
      cold.catch(() => undefined);
      return cold;
    }
    const start = performance.now();
    this.readNow(into, position);
    if (performance.now() - start > SLOW_READ_MS) this.#coldReads = COLD_READS;
    return undefined;
  }

  /** Fills `into` from `position` on, however long that takes. */
  readNow(into: Uint8Array, position: number): void {
    let filled = 0;
    while (filled < into.length) {
      const count = this.#readNowOnce(into, filled, position + filled);
      if (count === 0) throw this.#short();
      filled += count;
    }
  }

  /** Closes the file once no read is under way. */
  retire(): void {
    this.#retired = true;
    if (this.#pending === 0) closeSync(this.#fd);
  }

  async #readCold(into: Uint8Array, position: number): Promise<void> {
    this.#coldReads -= 1;
    this.#pending += 1;
    try {
      let filled = 0;
      while (filled < into.length) {
        const count = await this.#readOnce(into, filled, position + filled);
        if (count === 0) throw this.#short();
        filled += count;
      }
    } finally {
      this.#pending -= 1;
      if (this.#retired && this.#pending === 0) closeSync(this.#fd);
    }
  }

  #readOnce(into: Uint8Array, at: number, position: number): Promise<number> {
    return new Promise((resolve, reject) => {
      read(this.#fd, into, at, into.length - at, position, (cause, count) => {
        if (cause) reject(new ServeError('STORAGE', 'read failed', { cause }));
        else resolve(count);
      });
    });
  }

  #readNowOnce(into: Uint8Array, at: number, position: number): number {
    try {
      return readSync(this.#fd, into, at, into.length - at, position);
    } catch (cause) {
      throw new ServeError('STORAGE', 'read failed', { cause });
    }
  }

  #short(): ServeError {
    this.#cutShort = true;
    return new ServeError(this.#onShort, 'file is shorter than it was');
  }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}

/** Keeps a bounded number of files open. */
export class OpenFiles {
  readonly #files: LRUCache<string, StoreFile>;

  readonly #faults: FileFaults;

  constructor(max: number, faults: FileFaults) {
    this.#faults = faults;
    this.#files = new LRUCache({ max, dispose: (file) => file.retire() });
  }

  /** Returns the open file; it is good for reads started before control returns to the event loop. */
  open(path: string): StoreFile {
    let file = this.#files.get(path);
    if (file === undefined || file.cutShort) {
      file = new StoreFile(path, this.#faults);
      this.#files.set(path, file);
    }
    return file;
  }

  /** Drops a file, so that the next read opens what the path names then. */
  forget(path: string): void {
    this.#files.delete(path);
  }

  /** Drops all files; each is closed once no read of it is under way. */
  close(): void {
    this.#files.clear();
  }
}
