import { randomBytes } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fromUtf8 } from '../common/bytes.ts';
import { StoreError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { STORE_LOCK } from '../common/store/layout.ts';
import { writeNewFile } from './durable.ts';
import { readBounded } from './read-bounded.ts';
import { errnoOf, isSystemError, systemReason } from './system-error.ts';

/** More than any lock has. */
const MAX_LENGTH = 4096;
const TOKEN = /^[0-9a-f]{1,32}$/;

/** The process that holds a lock. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, as far as the system tells: process ids are used again. */
  readonly started: string;
  /** Names this lock alone. */
  readonly token: string;
}

/**
 * The lock under which one process at a time changes a store.
 *
 * A lock is a file that appears complete, by link(2). One whose process is gone is taken over;
 * whoever removes it first takes the lock on doing so, a file named after its token, by the same
 * rules. So two takers never remove each other's locks, wherever one of them is killed.
 */
export class StoreLock {
  readonly #path: string;
  readonly #token: string;

  /**
   * Takes the lock of a store.
   *
   * @throws {StoreError} `ERR_STORE_LOCKED` if another process holds it.
   */
  constructor(store: string) {
    this.#path = join(store, STORE_LOCK);
    this.#token = randomBytes(8).toString('hex');
    const own = `${this.#path}.new-${this.#token}`;
    writeNewFile(own, Buffer.from(format(self(this.#token))));
    try {
      acquire(this.#path, own);
    } finally {
      rmSync(own, { force: true });
    }
    this.#removeDead();
  }

  /** Lets go of the lock. */
  release(): void {
    if (readHolder(this.#path)?.token === this.#token) rmSync(this.#path);
  }

  /** Removes what processes left that were killed while they were taking this lock. */
  #removeDead(): void {
    const store = dirname(this.#path);
    for (const name of readdirSync(store)) {
      if (!name.startsWith(`${basename(this.#path)}.`)) continue;
      if (!isHeld(join(store, name))) rmSync(join(store, name), { force: true });
    }
  }
}

/**
 * Changes a store under its lock.
 *
 * @param change - Given the store's absolute path.
 * @throws {StoreError} `ERR_STORE_LOCKED` if another process holds the lock, `ERR_STORE` if the system does
 *   not let the store be written.
 * @throws What `change` throws.
 */
export async function underLock<T>(
  store: string,
  change: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = resolve(store);
  try {
    const lock = new StoreLock(folder);
    try {
      return await change(folder);
    } finally {
      lock.release();
    }
  } catch (cause) {
    throw storeFailure(store, cause);
  }
}

/** Says what a failed system call on a store means; any other error stays as it is. */
export function storeFailure(store: string, cause: unknown): unknown {
  if (!isSystemError(cause)) return cause;
  const what = `store ${quote(store)} can not be written: ${systemReason(cause)}`;
  return new StoreError('ERR_STORE', what, { cause });
}

/** Links `own` to `path`; removes locks of processes that are gone. */
function acquire(path: string, own: string): void {
  while (!tryLink(own, path)) {
    const holder = readHolder(path);
    if (holder === undefined) continue; // let go of meanwhile
    if (isAlive(holder)) {
      const who = `process ${holder.pid} on ${quote(holder.host)}`;
      throw new StoreError('ERR_STORE_LOCKED', `${quote(path)} is held by ${who}`);
    }
    const removal = `${dirname(path)}/${STORE_LOCK}.${holder.token}`;
    acquire(removal, own);
    // Nobody else may remove this lock now, so it can not change between the two calls.
    if (readHolder(path)?.token === holder.token) rmSync(path);
    rmSync(removal);
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') return false;
    if (errnoOf(cause) !== 'ENOENT') throw cause;
    // Who tidied the store took our file for a leftover while it was being written.
    throw new StoreError('ERR_STORE_LOCKED', `${quote(to)} was held a moment ago`, { cause });
  }
}

/** Tells whether a lock is a living process's; one that is not complete is nobody's. */
function isHeld(path: string): boolean {
  try {
    const holder = readHolder(path);
    return holder !== undefined && isAlive(holder);
  } catch (error) {
    if (error instanceof StoreError) return false;
    throw error;
  }
}

function self(token: string): Holder {
  return { pid: process.pid, host: hostname(), started: startOf(process.pid) ?? '', token };
}

function format({ pid, host, started, token }: Holder): string {
  return `${JSON.stringify({ pid, host, started, token })}\n`;
}

/**
 * Reads who holds a lock; `undefined` if the file is gone.
 *
 * @throws {StoreError} `ERR_STORE` if it was never a lock of ours.
 */
function readHolder(path: string): Holder | undefined {
  try {
    return parseHolder(readBounded(path, MAX_LENGTH + 1));
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined;
    throw new StoreError('ERR_STORE', `${quote(path)} is no lock`, { cause });
  }
}

/** @throws {Error} If the bytes say something else. A token names files, so it has to be one of ours. */
function parseHolder(bytes: Uint8Array): Holder {
  const { pid, host, started, token } = JSON.parse(fromUtf8(bytes) ?? '') as Record<
    string,
    unknown
  >;
  const isShort = bytes.length <= MAX_LENGTH;
  const isProcess = typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0;
  const isNamed = typeof host === 'string' && typeof started === 'string';
  if (isShort && isProcess && isNamed && typeof token === 'string' && TOKEN.test(token)) {
    return { pid, host, started, token };
  }
  throw new TypeError('not what a process writes of itself');
}

function isAlive({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true; // nothing is known about processes elsewhere
  try {
    process.kill(pid, 0);
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
  const now = startOf(pid);
  return now === undefined || now === started;
}

/**
 * Returns when a process started, in the system's own unit; `undefined` if the system does not tell,
 * and an empty text for a process that has ended and waits for its parent.
 *
 * @see proc(5), `/proc/pid/stat`, fields 3 and 22
 */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? '' : fields[18];
  } catch {
    return undefined;
  }
}
