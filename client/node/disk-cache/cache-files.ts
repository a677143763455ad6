import { join } from 'node:path';
import { makeFolder } from '../durable-folder.ts';
import { filesFolder, pruneKept } from './cache-folder.ts';
import { KeptFile } from './kept-file.ts';

/** Files that are open at once. */
const MAX_OPEN = 64;
/** Bytes that are written, at most, before the folder is measured again. */
const MAX_ALLOWANCE = 16 * 1024 * 1024;

/** What the files of one cache have in common, within this process. */
export class CacheFiles {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #onFailure: ((error: Error) => void) | undefined;
  /** Open files by name, the one used last at the end. */
  readonly #open = new Map<string, KeptFile>();
  #failed = false;
  #hasWritten = false;
  /** Bytes that may be written before the folder is measured again. */
  #allowance = 0;
  #refuted = 0;

  constructor(folder: string, maxBytes: number, onFailure?: (error: Error) => void) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#onFailure = onFailure;
  }

  /** Pages that `refuted` was told of. */
  get refutedPages(): number {
    return this.#refuted;
  }

  /** Keeps to the quota, and closes the files. */
  close(): void {
    if (this.#hasWritten && !this.#failed) this.attempt(() => this.#prune(this.#maxBytes));
    for (const name of this.#open.keys()) this.#close(name);
  }

  /**
   * Returns an open file, good until the next call; `undefined` if there is none.
   *
   * @param create - Whether one is made.
   */
  file(name: string, create: boolean): KeptFile | undefined {
    const known = this.#open.get(name);
    if (known !== undefined) {
      this.#open.delete(name);
      this.#open.set(name, known);
      return known;
    }
    if (create) makeFolder(filesFolder(this.#folder));
    const file = openFile(join(filesFolder(this.#folder), name), create);
    if (file === undefined) return undefined;
    const [oldest] = this.#open.keys();
    if (this.#open.size >= MAX_OPEN && oldest !== undefined) this.#close(oldest);
    this.#open.set(name, file);
    if (file.isWritable && this.#maxBytes > 0) file.touch();
    return file;
  }

  /** Tells whether so many bytes may be written to a file, and removes others if they may not. */
  hasRoom(name: string, length: number): boolean {
    if (this.#failed) return false;
    if (this.#allowance < length) this.#makeRoom(name);
    if (this.#allowance < length) return false;
    this.#allowance -= length;
    this.#hasWritten = true;
    return true;
  }

  refuted(count: number): void {
    this.#refuted += count;
  }

  /** Runs what may fail for reasons of the file system; then nothing is kept any more. */
  attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!this.#failed) this.#onFailure?.(error as Error);
      this.#failed = true;
    }
  }

  #makeRoom(name: string): void {
    const step = Math.min(MAX_ALLOWANCE, this.#maxBytes / 8);
    const left = this.#prune(this.#maxBytes - step, name);
    this.#allowance = Math.max(0, Math.min(step, this.#maxBytes - left));
    for (const [other, file] of this.#open) if (file.isRemoved) this.#close(other);
  }

  #prune(maxBytes: number, spared?: string): number {
    return pruneKept(this.#folder, maxBytes, spared).left;
  }

  #close(name: string): void {
    this.#open.get(name)?.close();
    this.#open.delete(name);
  }
}

function openFile(path: string, create: boolean): KeptFile | undefined {
  try {
    return new KeptFile(path, create);
  } catch (error) {
    if (!create && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
