import { compareUtf8 } from '../common/bytes.ts';
import { equalDescriptors } from '../common/descriptor.ts';
import type { Entry, ObjectEntry } from '../common/directory.ts';
import { IntegrityError } from '../common/errors.ts';
import { MAX_WALK_ENTRIES } from '../common/limits.ts';
import { changedPages, type PageRange } from './changed-pages.ts';
import type { ObjectOpener } from './object-opener.ts';
import { RemoteDirectory } from './remote-directory.ts';
import { checkDepth, componentsOf } from './resolve-path.ts';

/** A path that is not as it was. */
export interface Change {
  /** Components joined by `/`; empty for the root. */
  readonly path: string;
  /** Absent if the path was added. */
  readonly old?: Entry;
  /** Absent if the path was removed. */
  readonly next?: Entry;
  /**
   * Finds the pages of a file that was one before and has changed, in order; nothing for others.
   *
   * @throws As `RemoteObject.readNodes`.
   */
  readonly pages: () => AsyncGenerator<PageRange, void, undefined>;
}

/**
 * Compares two entries of one path, and everything below them.
 *
 * A path whose type has changed is one change; what was below it is removed, what is below it is added.
 *
 * @param old - Absent if the path was added.
 * @param next - Absent if the path was removed.
 */
export function diffEntries(
  opener: ObjectOpener,
  path: string,
  old: Entry | undefined,
  next: Entry | undefined,
  options: { readonly signal?: AbortSignal; readonly maxEntries?: number } = {},
): AsyncGenerator<Change, void, undefined> {
  const { signal, maxEntries = MAX_WALK_ENTRIES } = options;
  return new EntryDiff(opener, maxEntries, signal).compare(path, old, next);
}

class EntryDiff {
  readonly #opener: ObjectOpener;
  readonly #signal: AbortSignal | undefined;
  /** Entries that may still be visited. */
  #left: number;

  constructor(opener: ObjectOpener, maxEntries: number, signal: AbortSignal | undefined) {
    this.#opener = opener;
    this.#left = maxEntries;
    this.#signal = signal;
  }

  async *compare(
    path: string,
    old: Entry | undefined,
    next: Entry | undefined,
  ): AsyncGenerator<Change, void, undefined> {
    this.#visit(path);
    if (!isSame(old, next)) {
      const entries = { ...(old && { old }), ...(next && { next }) };
      yield { path, ...entries, pages: () => this.#pages(old, next) };
    }
    const [oldDirectory, nextDirectory] = [directoryOf(old), directoryOf(next)];
    if (oldDirectory === undefined && nextDirectory === undefined) return;
    if (isSameObject(oldDirectory, nextDirectory)) return;
    for await (const pair of merge(this.#entries(oldDirectory), this.#entries(nextDirectory))) {
      const name = (pair.next ?? pair.old)?.name ?? '';
      yield* this.compare(path === '' ? name : `${path}/${name}`, pair.old, pair.next);
    }
  }

  #visit(path: string): void {
    this.#left -= 1;
    if (this.#left < 0) throw new IntegrityError('ERR_WALK_BUDGET', 'comparison has no end');
    checkDepth(componentsOf(path).length);
  }

  #entries(directory: ObjectEntry | undefined): AsyncIterator<Entry> {
    if (directory === undefined) return nothing();
    const object = this.#opener.open(directory.descriptor);
    return new RemoteDirectory(object, this.#opener).entries(this.#signal);
  }

  async *#pages(
    old: Entry | undefined,
    next: Entry | undefined,
  ): AsyncGenerator<PageRange, void, undefined> {
    if (old?.type !== 'file' || next?.type !== 'file') return;
    const [before, after] = [old, next].map(({ descriptor }) => this.#opener.open(descriptor));
    if (before && after) yield* changedPages(after, before, this.#signal);
  }
}

async function* nothing(): AsyncGenerator<Entry, void, undefined> {}

interface Pair {
  readonly old?: Entry;
  readonly next?: Entry;
}

/** Joins two listings by name; each is left if the caller leaves. */
async function* merge(
  olds: AsyncIterator<Entry>,
  nexts: AsyncIterator<Entry>,
): AsyncGenerator<Pair, void, undefined> {
  try {
    let [old, next] = await Promise.all([olds.next(), nexts.next()]);
    while (!old.done || !next.done) {
      const order = orderOf(old, next);
      yield {
        ...(order <= 0 && !old.done && { old: old.value }),
        ...(order >= 0 && !next.done && { next: next.value }),
      };
      if (order <= 0) old = await olds.next();
      if (order >= 0) next = await nexts.next();
    }
  } finally {
    await Promise.all([olds.return?.(), nexts.return?.()]);
  }
}

function orderOf(old: IteratorResult<Entry>, next: IteratorResult<Entry>): number {
  if (old.done) return 1;
  return next.done ? -1 : compareUtf8(old.value.name, next.value.name);
}

function directoryOf(entry: Entry | undefined): ObjectEntry | undefined {
  return entry?.type === 'directory' ? entry : undefined;
}

/** Tells whether two entries say the same; of directories, apart from what is below them. */
function isSame(old: Entry | undefined, next: Entry | undefined): boolean {
  if (old === undefined || next === undefined) return old === next;
  const sameTime =
    old.mtime?.seconds === next.mtime?.seconds &&
    old.mtime?.nanoseconds === next.mtime?.nanoseconds;
  if (old.type !== next.type || old.mode !== next.mode || !sameTime) return false;
  if (old.type === 'symlink') return next.type === 'symlink' && old.target === next.target;
  return old.type === 'directory' || (next.type === 'file' && isSameObject(old, next));
}

function isSameObject(old: ObjectEntry | undefined, next: ObjectEntry | undefined): boolean {
  if (old === undefined || next === undefined) return old === next;
  return equalDescriptors(old.descriptor, next.descriptor);
}
