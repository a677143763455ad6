import {
  constants,
  existsSync,
  fsync,
  ftruncateSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  write,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { quote } from '../../common/escape.ts';
import { EXIT_FAILURE } from '../exit-status.ts';
import { Failure } from '../failure.ts';
import { type Attributes, setAttributes } from './attributes.ts';
import { LocalFile } from './local-file.ts';

const writeAt = promisify(write);
const flush = promisify(fsync);
const OWNER_ONLY = 0o600;
const OTHERS_WRITE = 0o022;

/** A file that grows beside its target until it can replace it. */
export class PartFile {
  /** Bytes that an interrupted run has left; nothing is known about them. */
  readonly leftOver: number;
  readonly #path: string;
  readonly #file: LocalFile;
  #length: number;

  /** Opens what an interrupted run has left; `undefined` if there is nothing that can be used. */
  static reopen(path: string): PartFile | undefined {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) return undefined;
    const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
    const file = new LocalFile(openSync(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK));
    const { nlink, uid, mode } = file.stats;
    // A hard link would change another file, and what others may write could change once verified.
    const ours = nlink === 1 && uid === process.getuid?.() && (mode & OTHERS_WRITE) === 0;
    if (file.stats.isFile() && ours) return new PartFile(path, file);
    file.close();
    return undefined;
  }

  /** Creates a new one; whatever has its name goes. */
  static create(path: string): PartFile {
    rmSync(path, { force: true });
    const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
    if (!existsSync(dirname(path))) {
      throw new Failure(EXIT_FAILURE, `there is no directory ${quote(dirname(path))}`);
    }
    return new PartFile(path, new LocalFile(openSync(path, flags, OWNER_ONLY)));
  }

  private constructor(path: string, file: LocalFile) {
    this.#path = path;
    this.#file = file;
    this.leftOver = file.stats.size;
    this.#length = this.leftOver;
  }

  /** Tells whether an interrupted run has left something there. */
  holds(position: number, length: number): boolean {
    return position + length <= this.leftOver;
  }

  /** As `LocalFile.read`. */
  read(position: number, into: Uint8Array): boolean {
    return this.#file.read(position, into);
  }

  /** @param data - Verified. */
  async write(data: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < data.length) {
      const left = data.length - done;
      const { bytesWritten } = await writeAt(this.#file.fd, data, done, left, position + done);
      done += bytesWritten;
    }
    this.#length = Math.max(this.#length, position + data.length);
  }

  /** Puts the file in its target's place, complete and on the disk. */
  async replace(target: string, size: number, attributes: Attributes): Promise<void> {
    if (this.#length > size) ftruncateSync(this.#file.fd, size);
    setAttributes(this.#file.fd, attributes);
    await flush(this.#file.fd);
    renameSync(this.#path, target);
  }

  /** Closes the file; what is in it stays for the next run. */
  close(): void {
    this.#file.close();
    if (this.#length === 0) rmSync(this.#path, { force: true });
  }

  /** Closes the file and removes it. */
  discard(): void {
    this.#length = 0;
    this.close();
  }
}
