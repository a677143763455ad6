import type { CacheFiles } from './cache-files.ts';
import type { KeptFile } from './kept-file.ts';

/** One file of a cache, which may be closed and removed at any time. */
export class KeptPlace {
  readonly #files: CacheFiles;
  readonly name: string;
  /** Whether there was no room for it. */
  #isFull = false;

  constructor(files: CacheFiles, name: string) {
    this.#files = files;
    this.name = name;
  }

  /** Reads with the file, if there is one; what fails is not there. */
  read(work: (file: KeptFile) => void): void {
    try {
      const file = this.#files.file(this.name, false);
      if (file !== undefined) work(file);
    } catch {
      // as if it were not there
    }
  }

  /** Writes to the file, if there is room and it can be written. */
  write(length: number, work: (file: KeptFile) => void): void {
    if (this.#isFull) return;
    this.#files.attempt(() => {
      this.#isFull = !this.#files.hasRoom(this.name, length);
      if (this.#isFull) return;
      const file = this.#files.file(this.name, true);
      if (file?.isWritable !== true) throw new Error('the folder of the cache is read-only');
      work(file);
    });
  }

  refuted(count: number): void {
    this.#files.refuted(count);
  }
}
