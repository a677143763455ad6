import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from 'node:fs';
import { quote } from '../../common/escape.ts';
import { readAt } from '../../publisher/read-at.ts';
import { EXIT_FAILURE } from '../exit-status.ts';
import { Failure } from '../failure.ts';

/** A local file whose bytes may be right; nothing about them is known. */
export class LocalFile {
  readonly fd: number;
  readonly stats: Stats;

  /**
   * Opens the file that stands where a copy is to go.
   *
   * @returns `undefined` if there is none, or one that can not be read, or a symlink, which is never
   *   followed: a rename replaces it.
   * @throws {Failure} If something stands there that is not to be replaced.
   */
  static open(path: string): LocalFile | undefined {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || stats.isSymbolicLink()) return undefined;
    if (!stats.isFile()) {
      const what = stats.isDirectory() ? 'a directory' : 'a special file';
      throw new Failure(EXIT_FAILURE, `${quote(path)} is ${what}, and is not replaced by a file`);
    }
    try {
      const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
      return new LocalFile(openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    } catch {
      return undefined; // then every byte is fetched
    }
  }

  constructor(fd: number) {
    this.fd = fd;
    this.stats = fstatSync(fd);
  }

  /** Bytes. */
  get size(): number {
    return this.stats.size;
  }

  /** Fills a buffer with the bytes at a position; tells whether all of them are there. */
  read(position: number, into: Uint8Array): boolean {
    return readAt(this.fd, into, position);
  }

  close(): void {
    closeSync(this.fd);
  }
}
