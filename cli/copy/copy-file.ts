import { basename, dirname, join } from 'node:path';
import type { ComparedSegment, LocalCopy, RemoteFile } from '../../client/node/index.ts';
import { RequestError, StaleError } from '../../common/errors.ts';
import { Breather } from '../breather.ts';
import { type Attributes, hasAttributes, setAttributes } from './attributes.ts';
import { LocalFile } from './local-file.ts';
import { PartFile } from './part-file.ts';
import { partName } from './part-name.ts';

/** What a copy gets beside its bytes, and who follows it. */
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
      if (this.#part === undefined && this.#old === undefined) await this.#fetchAll();
      else await this.#copyChanged();
      await this.#finish();
    } catch (error) {
      // The next seal of this file is another object, whose copy could not use what there is.
      const cause = error instanceof StaleError ? error.cause : error;
      if (cause instanceof RequestError && cause.code === 'ERR_REMOTE_CHANGED')
        this.#part?.discard();
      else this.#part?.close();
      throw error;
    }
    this.#part?.close();
  }

  /** Streams the whole file into a new part file. */
  async #fetchAll(): Promise<void> {
    const { signal } = this.#options;
    const part = PartFile.create(this.#partPath);
    this.#part = part;
    let position = 0;
    for await (const data of this.#file.pages({ reuse: true, signal })) {
      await part.write(data, position);
      position += data.length;
      await this.#took(data.length, true);
    }
  }

  /** Compares what is there with the file, and replaces the target if anything is not right. */
  async #copyChanged(): Promise<void> {
    const { signal } = this.#options;
    const { size } = this.#file;
    const wrongSize = this.#old?.size !== size;
    if (wrongSize) await this.#startPart(0);
    for await (const segment of this.#file.compare(this.#local(), { signal })) {
      if (segment.isEqual && this.#part === undefined) {
        const { pageSize } = this.#file.object.shape;
        await this.#took(Math.min(segment.end * pageSize, size) - segment.start * pageSize, false);
        continue;
      }
      const part = this.#part ?? (await this.#startPart(segment.start));
      await this.#copySegment(segment, part, (length, fetched) => this.#took(length, fetched));
    }
  }

  /** What there is of the file, first of all what an interrupted run has left. */
  #local(): LocalCopy {
    const { signal } = this.#options;
    const leftOver = this.#part?.leftOver ?? 0;
    return {
      size: Math.max(leftOver, this.#old?.size ?? 0),
      read: async (position, into) => {
        await this.#breather.breathe(signal);
        const mine = Math.max(0, Math.min(into.length, leftOver - position));
        const [left, old] = [into.subarray(0, mine), into.subarray(mine)];
        const isLeft = mine === 0 || this.#part?.read(position, left) === true;
        return isLeft && (old.length === 0 || this.#old?.read(position + mine, old) === true);
      },
    };
  }

  /** Starts a part file with the pages `[0, end)`, which the target was just found to have. */
  async #startPart(end: number): Promise<PartFile> {
    const part = this.#part ?? PartFile.create(this.#partPath);
    this.#part = part;
    if (end === 0) return part;
    const { signal } = this.#options;
    // Read and verified again: the target may have changed since.
    for await (const segment of this.#file.compare(this.#local(), { end, signal })) {
      await this.#copySegment(segment, part, () => this.#breather.breathe(signal));
    }
    return part;
  }

  async #copySegment(
    segment: ComparedSegment,
    part: PartFile,
    onRun: (length: number, fetched: boolean) => Promise<void>,
  ): Promise<void> {
    const { pageSize } = this.#file.object.shape;
    for await (const { start, data, fetched } of segment.runs()) {
      const position = start * pageSize;
      const isThere = !fetched && part.holds(position, data.length);
      if (!isThere) await part.write(data, position);
      await onRun(data.length, fetched);
    }
  }

  async #took(length: number, fetched: boolean): Promise<void> {
    this.#options.onRun(length, fetched);
    await this.#breather.breathe(this.#options.signal);
  }

  async #finish(): Promise<void> {
    const { attributes } = this.#options;
    if (this.#part) await this.#part.replace(this.#target, this.#file.size, attributes);
    else if (this.#old && !hasAttributes(this.#old.stats, attributes)) {
      setAttributes(this.#old.fd, attributes);
    }
  }
}
