import { chmodSync, closeSync, constants, lstatSync, mkdirSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../common/escape.ts';
import { errnoOf } from '../../publisher/system-error.ts';
import { EXIT_FAILURE } from '../exit-status.ts';
import { Failure } from '../failure.ts';
import { type Attributes, setAttributes } from './attributes.ts';

const OWNER_ALL = 0o700;

/**
 * A directory that a tree is copied into.
 *
 * It gets its attributes when everything in it is done: writing would change its time, and its mode
 * may forbid writing.
 */
export class TargetFolder {
  readonly path: string;
  readonly #attributes: Attributes | undefined;
  readonly #onDone: () => void;
  #holds = 1;

  /**
   * Makes the folder that a copy starts with, or takes the one that is there.
   *
   * @param path - The user's own word: a symlink to a directory is followed.
   * @param attributes - For a new folder; one that is there keeps its own.
   * @throws {Failure} If something else has its name.
   */
  static top(path: string, attributes: Attributes): TargetFolder {
    try {
      mkdirSync(path, OWNER_ALL);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      if (!statSync(path).isDirectory()) {
        const hint = 'with -r, -o names a directory; without it, a file';
        const what = `${quote(path)} is a file, where the directory has to be`;
        throw new Failure(EXIT_FAILURE, what, { hint });
      }
      return new TargetFolder(path, undefined, () => undefined);
    }
    return new TargetFolder(path, attributes, () => undefined);
  }

  private constructor(path: string, attributes: Attributes | undefined, onDone: () => void) {
    this.path = path;
    this.#attributes = attributes;
    this.#onDone = onDone;
  }

  /**
   * Makes a folder in this one, or enters the one that is there.
   *
   * @throws {Failure} If something else has its name; a symlink there is never followed.
   */
  enter(name: string, attributes: Attributes): TargetFolder {
    const path = join(this.path, name);
    try {
      mkdirSync(path, OWNER_ALL);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
      const stats = lstatSync(path);
      if (!stats.isDirectory()) {
        const what = stats.isSymbolicLink() ? 'a symlink' : 'no directory';
        throw new Failure(EXIT_FAILURE, `${quote(path)} is ${what}, where a directory has to be`);
      }
      if ((stats.mode & OWNER_ALL) !== OWNER_ALL) chmodSync(path, stats.mode | OWNER_ALL);
    }
    this.hold();
    return new TargetFolder(path, attributes, () => this.release());
  }

  /** Says that something in the folder is not done yet; it is held once from the start. */
  hold(): void {
    this.#holds += 1;
  }

  /** Says that something is done; with the last of it, so is the folder. */
  release(): void {
    this.#holds -= 1;
    if (this.#holds > 0) return;
    if (this.#attributes !== undefined) this.#restore(this.#attributes);
    this.#onDone();
  }

  #restore(attributes: Attributes): void {
    const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
    const fd = openSync(this.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      setAttributes(fd, attributes);
    } finally {
      closeSync(fd);
    }
  }
}
