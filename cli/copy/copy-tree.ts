import { join } from 'node:path';
import type { Found, Volume } from '../../client/node/index.ts';
import { quote } from '../../common/escape.ts';
import { EXIT_FAILURE } from '../exit-status.ts';
import { Failure } from '../failure.ts';
import { copyFile } from './copy-file.ts';
import type { CopyReport } from './copy-report.ts';
import { copySymlink } from './copy-symlink.ts';
import { isPartName } from './part-name.ts';
import { Pool } from './pool.ts';
import { TargetFolder } from './target-folder.ts';

/** Each small file costs a round trip, so many are under way. */
const FILES_AT_ONCE = 16;
/** Files from this size on go one after the other: the trees of their older copies take memory. */
const LARGE_BYTES = 67_108_864;

/**
 * Copies a directory of a volume and everything below it.
 *
 * What stands for one file alone is reported, and the rest is copied.
 *
 * @param from - The directory.
 * @param target - The folder that gets what is in it; made if it does not exist.
 * @throws What concerns everything: a server that is not honest, a lost connection, a full disk.
 */
export async function copyTree(
  volume: Volume,
  from: Found,
  target: string,
  report: CopyReport,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const all = AbortSignal.any([signal, stop.signal]);
  const copy = new TreeCopy(volume, TargetFolder.top(target, from.entry), report, all, stop);
  await copy.run(from.path);
}

class TreeCopy {
  readonly #volume: Volume;
  readonly #report: CopyReport;
  readonly #signal: AbortSignal;
  readonly #stop: AbortController;
  readonly #pool = new Pool(FILES_AT_ONCE);
  /** The last of the large files. */
  #large: Promise<void> = Promise.resolve();
  /** Folders on the way to where the walk is; `undefined` for those that could not be made. */
  readonly #folders: (TargetFolder | undefined)[];

  constructor(
    volume: Volume,
    top: TargetFolder,
    report: CopyReport,
    signal: AbortSignal,
    stop: AbortController,
  ) {
    this.#volume = volume;
    this.#report = report;
    this.#signal = signal;
    this.#stop = stop;
    this.#folders = [top];
  }

  async run(path: string): Promise<void> {
    const depth = path === '' ? 0 : path.split('/').length;
    let failed: { readonly error: unknown } | undefined;
    try {
      await this.#walk(path, depth);
    } catch (error) {
      failed = { error };
    }
    // A file in flight may know better what has ended the connection: its own page, and so its path.
    await this.#pool.drain();
    if (failed) this.#stop.abort(failed.error);
    this.#signal.throwIfAborted();
    this.#leave(0);
  }

  async #walk(path: string, depth: number): Promise<void> {
    for await (const found of this.#volume.walk(path, { signal: this.#signal })) {
      this.#signal.throwIfAborted();
      this.#leave(found.path.split('/').length - depth);
      const folder = this.#folders.at(-1);
      if (folder === undefined) this.#skip(found);
      else await this.#copy(found, folder);
    }
  }

  /** Leaves the folders that the walk has left. */
  #leave(depth: number): void {
    while (this.#folders.length > depth) this.#release(this.#folders.pop());
  }

  #skip({ entry }: Found): void {
    if (entry.type === 'directory') this.#folders.push(undefined);
  }

  async #copy(found: Found, folder: TargetFolder): Promise<void> {
    const { entry, path } = found;
    if (entry.type === 'file') {
      folder.hold();
      this.#report.found(entry.descriptor.size);
      await this.#pool.add(() => this.#copyFile(found, folder));
      this.#signal.throwIfAborted();
    } else if (entry.type === 'symlink') {
      this.#attempt(path, () => {
        checkName(entry.name);
        copySymlink(join(folder.path, entry.name), this.#volume.target(found), entry.mtime);
        this.#report.symlinks += 1;
      });
    } else {
      let made: TargetFolder | undefined;
      this.#attempt(path, () => {
        checkName(entry.name);
        made = folder.enter(entry.name, entry);
        this.#report.directories += 1;
      });
      this.#folders.push(made);
    }
  }

  async #copyFile({ path, entry }: Found, folder: TargetFolder): Promise<void> {
    try {
      checkName(entry.name);
      const file = this.#volume.file(entry, path);
      const options = { attributes: entry, signal: this.#signal, onRun: this.#report.onRun };
      const copy = () => copyFile(file, join(folder.path, entry.name), options);
      if (file.size < LARGE_BYTES) await copy();
      else {
        this.#large = this.#large.then(copy, copy);
        await this.#large;
      }
      this.#report.files += 1;
    } catch (error) {
      this.#fail(path, error);
    }
    this.#release(folder);
  }

  #release(folder: TargetFolder | undefined): void {
    if (folder !== undefined) this.#attempt(folder.path, () => folder.release());
  }

  #attempt(path: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(path, error);
    }
  }

  /** Reports a failure, or ends everything because of it. */
  #fail(path: string, error: unknown): void {
    if (this.#signal.aborted) return;
    try {
      this.#report.failed(path, error);
    } catch (fatal) {
      this.#stop.abort(fatal);
    }
  }
}

/** @throws {Failure} If the name would meet that of a file in progress. */
function checkName(name: string): void {
  if (!isPartName(name)) return;
  throw new Failure(EXIT_FAILURE, `${quote(name)} is a name of files in progress`);
}
