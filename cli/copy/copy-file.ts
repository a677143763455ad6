import { basename, dirname, join } from 'node:path';
import type { RemoteFile } from '../../client/node/index.ts';
import { RequestError } from '../../common/errors.ts';
import { Breather } from '../breather.ts';
import { type Attributes, hasAttributes, setAttributes } from './attributes.ts';
import { LocalFile } from './local-file.ts';
import { PartFile } from './part-file.ts';
import { partName } from './part-name.ts';

export interface CopyFileOptions {
  readonly attributes: Attributes;
  readonly signal: AbortSignal;
  /** Told of each run of bytes that is verified. */
  readonly onRun: (length: number, fetched: boolean) => void;
}

/**
 * Copies a file out of a volume.
 *
 * Every byte is verified before it is written; the target is replaced when all of them are. What the
 * target or an interrupted run holds of it is hashed, and not fetched where it is right; a target
 * that is right as it is stays untouched.
 *
 * @throws {Failure} If something stands at the target that is not to be replaced.
 * @throws As `RemoteFile.runs`; what was verified stays for the next run.
 */
export async function copyFile(
  file: RemoteFile,
  target: string,
  options: CopyFileOptions,
): Promise<void> {
  const old = LocalFile.open(target);
  try {
    await new FileCopy(file, target, old, options).run();
  } finally {
    old?.close();
  }
}

class FileCopy {
  readonly #file: RemoteFile;
  readonly #target: string;
  readonly #old: LocalFile | undefined;
  readonly #options: CopyFileOptions;
  readonly #partPath: string;
  readonly #breather = new Breather();
  /** Absent while everything so far is as it should be in the target. */
  #part: PartFile | undefined;

  constructor(
    file: RemoteFile,
    target: string,
    old: LocalFile | undefined,
    options: CopyFileOptions,
  ) {
    this.#file = file;
    this.#target = target;
    this.#old = old;
    this.#options = options;
    this.#partPath = join(dirname(target), partName(basename(target), file.object.id));
    this.#part = PartFile.reopen(this.#partPath);
  }

  async run(): Promise<void> {
    try {
      await this.#copyRuns();
      if (this.#part === undefined && this.#old?.stats.size !== this.#file.size) {
        await this.#startPart(this.#file.object.shape.widths[0] ?? 0);
      }
      await this.#finish();
    } catch (error) {
      // The next seal of this file is another object, whose copy could not use what there is.
      const changed = error instanceof RequestError && error.code === 'ERR_REMOTE_CHANGED';
      if (changed) this.#part?.discard();
      else this.#part?.close();
      throw error;
    }
    this.#part?.close();
  }

  async #copyRuns(): Promise<void> {
    const { signal, onRun } = this.#options;
    const { pageSize } = this.#file.object.shape;
    const local = (position: number, length: number) =>
      this.#part?.holds(position, length)
        ? this.#part.read(position, length)
        : this.#old?.read(position, length);
    for await (const { start, data, fetched } of this.#file.runs({ local, reuse: true, signal })) {
      const position = start * pageSize;
      if (fetched && this.#part === undefined) await this.#startPart(start);
      const isThere = !fetched && this.#part?.holds(position, data.length);
      if (this.#part && !isThere) await this.#part.write(data, position);
      onRun(data.length, fetched);
      await this.#breather.breathe(signal);
    }
  }

  /** Starts a part file with the pages `[0, end)`, which the target was just found to have. */
  async #startPart(end: number): Promise<void> {
    const part = PartFile.create(this.#partPath);
    this.#part = part;
    if (end === 0) return;
    const { signal } = this.#options;
    // Read and verified again: the target may have changed since.
    const local = (position: number, length: number) => this.#old?.read(position, length);
    const { pageSize } = this.#file.object.shape;
    for await (const { start, data } of this.#file.runs({ end, local, signal })) {
      await part.write(data, start * pageSize);
      await this.#breather.breathe(signal);
    }
  }

  async #finish(): Promise<void> {
    const { attributes } = this.#options;
    if (this.#part) await this.#part.replace(this.#target, this.#file.size, attributes);
    else if (this.#old && !hasAttributes(this.#old.stats, attributes)) {
      setAttributes(this.#old.fd, attributes);
    }
  }
}
