import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PACKS, packPath, VERSIONS } from '../common/store/layout.ts';
import { compactPacks } from './compact-packs.ts';
import { syncFolder } from './durable.ts';
import { mergeRecords } from './merge-records.ts';
import { Pace } from './pace.ts';
import { measurePacks } from './pack-usage.ts';
import { readPacks, writePacks } from './replace-index.ts';
import { newestSigned, retainedVersions } from './retained-versions.ts';
import { checkStore, numbersIn, temporaryPath, tidyStore, versionFolder } from './store-folder.ts';
import { underLock } from './store-lock.ts';
import { StoredPacks } from './stored-pack.ts';
import { sweepContents } from './sweep-contents.ts';
import { withIndexes } from './version-indexes.ts';

/** What stays, and who follows the work. */
export interface PruneOptions {
  /** Newest versions that stay readable; at least 1. */
  readonly keep: number;
  /** Gives up; every version that is still there is whole. */
  readonly signal?: AbortSignal;
  /** Called some twenty times a second with the records of objects read so far, and all of them. */
  readonly onProgress?: (records: number, total: number) => void;
}

/** What `prune` removed and kept. */
export interface PruneResult {
  /** Versions that stay readable, the newest first. */
  readonly kept: readonly number[];
  /** Versions whose objects were removed, the newest first. */
  readonly removed: readonly number[];
  readonly packsRemoved: number;
  /** Packs of which less than half was needed, and which were written anew. */
  readonly packsCompacted: number;
  readonly bytesFreed: number;
}

/**
 * Removes the objects of old versions from a store; statements stay.
 *
 * The newest signed version is kept whatever its number is, since servers announce it. Of a pack that
 * is needed for less than half of its bytes, the needed part is moved to a new pack. Ended at any
 * point, every version that is there is whole, and the next run completes.
 *
 * @throws {StoreError} `ERR_STORE` if the folder is no store, `ERR_STORE_LOCKED` if another process
 *   changes it, `ERR_STORE_DAMAGED` if an index is not what a publisher wrote; then nothing is removed.
 * @throws {RangeError} If `keep` is no whole number from 1.
 */
export async function prune(store: string, options: PruneOptions): Promise<PruneResult> {
  const { keep, signal } = options;
  if (!Number.isSafeInteger(keep) || keep < 1)
    throw new RangeError(`keep is ${keep}, want 1 or more`);
  signal?.throwIfAborted();
  checkStore(store);
  return await underLock(store, (folder) => pruneLocked(folder, options));
}

async function pruneLocked(store: string, options: PruneOptions): Promise<PruneResult> {
  const { keep, signal, onProgress } = options;
  const retained = retainedVersions(store);
  const signed = newestSigned(store);
  const kept = retained.filter((version, i) => i < keep || version === signed);
  const removed = retained.filter((version) => !kept.includes(version));
  let progress: [records: number, total: number] = [0, 1];
  const pace = new Pace(signal, () => onProgress?.(...progress));
  const usage = await measurePacks(store, kept, async (records, total) => {
    progress = [records, total];
    if (pace.due()) await pace.pause();
  });
  let bytesFreed = 0;
  for (const version of removed) bytesFreed += removeVersion(store, version);
  bytesFreed += await withIndexes(store, kept, (all) => sweepContents(store, mergeRecords(all)));
  for (const [version, packs] of usage.packs) trimPacks(store, version, packs);
  const victims = wasteful(store, usage.bytes);
  if (victims.size > 0) {
    const pack = await compactPacks(store, kept, victims, pace);
    bytesFreed -= sizeOf(join(store, packPath(pack)));
  }
  const { packs, bytes } = removePacks(store, kept);
  tidyStore(store);
  const packsCompacted = victims.size;
  return { kept, removed, packsRemoved: packs, packsCompacted, bytesFreed: bytesFreed + bytes };
}

/** Makes a list of packs exact that an interrupted process left too long. */
function trimPacks(store: string, version: number, packs: readonly number[]): void {
  const folder = versionFolder(store, version);
  if (readPacks(folder).length !== packs.length) writePacks(folder, packs);
}

/** Chooses the packs of which less than half is needed. */
function wasteful(store: string, usage: ReadonlyMap<number, number>): ReadonlySet<number> {
  const packs = new StoredPacks(store);
  try {
    const chosen = [...usage].filter(([pack, used]) => used * 2 < packs.size(pack));
    return new Set(chosen.map(([pack]) => pack));
  } finally {
    packs.close();
  }
}

/** Removes the objects of a version; it disappears at once. */
function removeVersion(store: string, version: number): number {
  const folder = versionFolder(store, version);
  const leftover = temporaryPath(folder);
  renameSync(folder, leftover);
  syncFolder(join(store, VERSIONS));
  const bytes = sizeOf(leftover);
  rmSync(leftover, { recursive: true });
  return bytes;
}

/** Removes the packs that no version refers to. */
function removePacks(
  store: string,
  kept: readonly number[],
): { readonly packs: number; readonly bytes: number } {
  const used = new Set(kept.flatMap((version) => readPacks(versionFolder(store, version))));
  const unused = numbersIn(join(store, PACKS)).filter((pack) => !used.has(pack));
  let bytes = 0;
  for (const pack of unused) {
    bytes += sizeOf(join(store, packPath(pack)));
    rmSync(join(store, packPath(pack)), { recursive: true });
  }
  return { packs: unused.length, bytes };
}

/** Bytes of the files in a folder. */
function sizeOf(folder: string): number {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  return sizes.reduce((sum, size) => sum + size, 0);
}
