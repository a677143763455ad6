import {
  chmodSync,
  closeSync,
  constants,
  copyFile,
  copyFileSync,
  fsync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CONTENTS, contentPath } from '../common/store/layout.ts';
import { syncFolder } from './durable.ts';
import { equalFiles } from './equal-files.ts';
import { temporaryPath } from './store-folder.ts';

/** Copies that wait for the disk at once: together they cost little more than one. */
const MAX_WAITING = 64;
/** Files up to this size are copied in place, as the thread pool would cost more than it saves. */
const MAX_IN_PLACE = 1024 * 1024;

const copyInPool = promisify(copyFile);
const syncInPool = promisify(fsync);

/** A copy that has no name yet. */
export interface Copy {
  /** Open to be read. */
  readonly file: number;
  readonly path: string;
}

/**
 * Copies files of the source into a store, by reflink where the file system can.
 *
 * Only for who holds the store's lock.
 *
 * @see common/store/layout.ts
 */
export class ContentCopies {
  readonly #store: string;
  readonly #temporary: string;
  readonly #folders = new Set<string>();
  /** Copies that are neither kept nor discarded. */
  readonly #open = new Set<Copy>();
  readonly #waiting = new Set<Promise<void>>();
  /** Of files that this process makes. */
  readonly #mode = 0o644 & ~process.umask();
  #made = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(store: string) {
    this.#store = store;
    this.#temporary = temporaryPath(join(store, CONTENTS, 'copy'));
  }

  /**
   * Copies a file.
   *
   * @param file - The open file; `path` names it where a system can not copy what is open.
   */
  async copy(file: number, path: string, size: bigint): Promise<Copy> {
    this.#made += 1;
    const to = `${this.#temporary}-${this.#made}`;
    // By its descriptor: its path might name something else by now.
    const from = process.platform === 'linux' ? `/proc/self/fd/${file}` : path;
    if (size <= MAX_IN_PLACE) copyFileSync(from, to, constants.COPYFILE_FICLONE);
    else await copyInPool(from, to, constants.COPYFILE_FICLONE);
    chmodSync(to, this.#mode); // it has the mode of the original, which may keep us from reading it
    const copy = { file: openSync(to, 'r'), path: to };
    this.#open.add(copy);
    return copy;
  }

  /** Gives a copy its name once it is durable, unless those bytes have that name already. */
  async keep(copy: Copy, id: Uint8Array): Promise<void> {
    const path = join(this.#store, contentPath(id));
    const folder = dirname(path);
    if (!this.#folders.has(folder)) mkdirSync(folder, { recursive: true });
    this.#folders.add(folder);
    if (await equalFiles(copy.path, path)) {
      this.discard(copy);
      return;
    }
    while (this.#waiting.size >= MAX_WAITING) await Promise.race(this.#waiting);
    if (this.#failure) throw this.#failure.error;
    this.#open.delete(copy);
    const named: Promise<void> = this.#name(copy, path)
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#waiting.delete(named));
    this.#waiting.add(named);
  }

  async #name(copy: Copy, path: string): Promise<void> {
    try {
      await syncInPool(copy.file);
    } finally {
      closeSync(copy.file);
    }
    renameSync(copy.path, path); // of equal copies, whichever
  }

  /** Removes a copy that was not kept. */
  discard(copy: Copy): void {
    if (!this.#open.delete(copy)) return;
    closeSync(copy.file);
    rmSync(copy.path);
  }

  /** Waits until all copies are named, and their names durable. */
  async finish(): Promise<void> {
    await this.settle();
    if (this.#failure) throw this.#failure.error;
    for (const folder of this.#folders) syncFolder(folder);
    syncFolder(join(this.#store, CONTENTS));
  }

  /** Waits until nothing is under way any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#waiting);
  }
}
