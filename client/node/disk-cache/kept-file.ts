import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';

const { O_RDWR, O_RDONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * One file of the cache, open; every call is done when it returns.
 *
 * Errors of the file system come out as they are.
 */
export class KeptFile {
  readonly #file: number;
  readonly isWritable: boolean;

  /** @throws {Error} If it can not be opened, or is no file. */
  constructor(path: string, create: boolean) {
    [this.#file, this.isWritable] = open(path, create);
    if (fstatSync(this.#file).isFile()) return;
    closeSync(this.#file);
    throw new Error(`${JSON.stringify(path)} is no file`);
  }

  /** Reads as much as is there; what is beyond the end stays as it was. */
  read(into: Uint8Array, offset: number): number {
    let done = 0;
    while (done < into.length) {
      const length = readSync(this.#file, into, done, into.length - done, offset + done);
      if (length === 0) break;
      done += length;
    }
    return done;
  }

  write(bytes: Uint8Array, offset: number): void {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, offset + done);
    }
  }

  /** Marks it as used now. */
  touch(): void {
    const now = new Date();
    futimesSync(this.#file, now, now);
  }

  /** Tells whether another process has removed it. */
  get isRemoved(): boolean {
    return fstatSync(this.#file).nlink === 0;
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Opens a file for reading and writing, or for reading alone where that is all that can be had. */
function open(path: string, create: boolean): [number, boolean] {
  const flags = O_NOFOLLOW | O_NONBLOCK;
  try {
    return [openSync(path, O_RDWR | flags | (create ? O_CREAT : 0), 0o600), true];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') throw error;
    return [openSync(path, O_RDONLY | flags), false];
  }
}
