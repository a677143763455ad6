import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { StoreError } from '../common/errors.ts';
import type { HashedTiles } from '../common/tree/build.ts';
import type { HashAnswer, HashJob, SystemFailure } from './hash-job.ts';

// Of sources, the built entry is run: a thread of Node 20 can not start with TypeScript.
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? '../dist/publisher/hash-thread.js' : 'hash-thread.js',
  import.meta.url,
);

/** Digests leave garbage: a small nursery takes it as well, and keeps threads small. */
const LIMITS = { maxYoungGenerationSizeMb: 4 };

/** Smaller files are done before it helps to share them. */
const MIN_SIZE = 8 * 1024 * 1024;
/** Bytes in whose time a thread starts and gets up to speed: some 200 ms of a processor. */
const MIN_TOTAL = 256 * 1024 * 1024;

const MAX_DEFAULT_WORKERS = 4;

/** Returns how many threads hash large files unless somebody says otherwise, the caller's own included. */
export function defaultWorkers(): number {
  return Math.min(availableParallelism(), MAX_DEFAULT_WORKERS);
}

/** Jobs of a thread: one that it does, and one that it need not wait for. */
const JOBS_PER_THREAD = 2;

interface Waiting {
  readonly resolve: (hashed: HashedTiles | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** A thread, and who waits for its answers, in the order of the jobs. */
interface Thread {
  readonly worker: Worker;
  readonly waiting: Waiting[];
}

/**
 * Threads beside the caller's that read and hash parts of open files; they start with the first job.
 *
 * What a thread reads goes into its own memory, and only hashes come back.
 */
export class HashThreads {
  readonly #count: number;
  #threads: readonly Thread[] = [];
  #failure: StoreError | undefined;
  #closed = false;
  #total = 0;

  /** @param count - At least 1. */
  constructor(count: number) {
    this.#count = count;
  }

  /** Jobs that keep all threads busy. */
  get capacity(): number {
    return this.#count * JOBS_PER_THREAD;
  }

  /** Tells whether threads pay for the next file: who had much to hash will have more. */
  payFor(size: number): boolean {
    this.#total += size;
    return size >= MIN_SIZE && this.#total >= MIN_TOTAL;
  }

  /**
   * Hashes tiles of a file.
   *
   * @returns `undefined` if the file ends within them.
   * @throws {StoreError} `ERR_STORE` if a thread ended.
   * @throws {Error} Of the system, if the file can not be read.
   */
  hash(job: HashJob): Promise<HashedTiles | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      const { worker, waiting } = this.#leastBusy();
      waiting.push({ resolve, reject });
      return worker.postMessage(job);
    });
  }

  /** Ends the threads, whatever they do. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()));
  }

  #leastBusy(): Thread {
    if (this.#threads.length === 0) {
      this.#threads = Array.from({ length: this.#count }, () => this.#start());
    }
    return this.#threads.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a));
  }

  #start(): Thread {
    // Without this process's own options: what it preloads is not for its threads.
    const worker = new Worker(ENTRY, { execArgv: [], resourceLimits: LIMITS });
    const waiting: Waiting[] = [];
    worker.on('message', (answer: HashAnswer) => settle(waiting.shift(), answer));
    worker.on('error', (cause) => this.#fail(String(cause), cause));
    worker.on('exit', (status) => this.#fail(`exit status ${status}`));
    return { worker, waiting };
  }

  /** Rejects what is under way and what may still come; the first reason counts. */
  #fail(reason: string, cause?: unknown): void {
    if (this.#closed) return;
    this.#failure ??= new StoreError('ERR_STORE', `a hashing thread ended: ${reason}`, { cause });
    for (const { waiting } of this.#threads) {
      for (const { reject } of waiting.splice(0)) reject(this.#failure);
    }
  }
}

function settle(waiting: Waiting | undefined, answer: HashAnswer): void {
  if ('failure' in answer) waiting?.reject(systemError(answer.failure));
  else waiting?.resolve('hashed' in answer ? answer.hashed : undefined);
}

function systemError({ message, ...rest }: SystemFailure): Error {
  return Object.assign(new Error(message), rest);
}
