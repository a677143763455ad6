import { setImmediate } from 'node:timers/promises';
import type { HashedTiles, TileSink } from '../common/tree/build.ts';
import { combineSubtrees } from '../common/tree/combine-subtrees.ts';
import { hashTiles, type SubtreeHasher, type TileRun } from '../common/tree/subtree.ts';
import type { TileLayout } from '../common/tree/tiles.ts';
import type { HashThreads } from './hash-threads.ts';
import { readAt } from './read-at.ts';
import { changedSource, fromSource, sourceFailure } from './source-error.ts';

/** Most bytes that a thread is given at a time, unless one tile has more. */
const MAX_RUN_LENGTH = 4 * 1024 * 1024;
/** Runs for each that wants one, at least, so that all are done at about the same time. */
const MIN_RUNS_EACH = 4;

/** What a large file is hashed with. */
export interface SideBySide {
  readonly threads: HashThreads;
  /** What this thread reads into; whole pages. */
  readonly buffer: Uint8Array;
  /** Called with the length of each part that was hashed; its failure ends the work. */
  readonly onHashed: (length: number) => Promise<void>;
}

/**
 * Builds the tree of an open file, parts of which this thread and others read and hash at once.
 *
 * @returns The root, 32 new bytes.
 * @throws {StoreError} As `rootOfFile`.
 */
export async function hashSideBySide(
  path: string,
  file: number,
  layout: TileLayout,
  sink: TileSink,
  { threads, buffer, onHashed }: SideBySide,
): Promise<Uint8Array> {
  const { profile, pageSize, size } = layout.shape;
  const readHere = async (into: Uint8Array, position: number) => {
    await setImmediate(); // for what the other threads have to say
    if (!fromSource(path, () => readAt(file, into, position))) throw changedSource(path);
  };
  const here = (run: TileRun) => hashTiles(layout, run, buffer, readHere);
  const elsewhere = async (run: TileRun): Promise<HashedTiles> => {
    const job = { file, profile: profile.number, pageSize, size, run };
    const hashed = await threads.hash(job).catch((cause: unknown) => {
      throw sourceFailure(path, cause);
    });
    if (hashed === undefined) throw changedSource(path);
    return hashed;
  };
  const others = Array.from({ length: threads.capacity }, (): SubtreeHasher => elsewhere);
  const hashers = [...others, here];
  const runLength = Math.min(MAX_RUN_LENGTH, size / (MIN_RUNS_EACH * hashers.length));
  const tilesPerRun = Math.max(1, Math.floor(runLength / (layout.tileWidth * pageSize)));
  const root = await combineSubtrees(layout, sink, hashers, tilesPerRun, onHashed);
  if (fromSource(path, () => readAt(file, new Uint8Array(1), size))) throw changedSource(path);
  return root;
}
