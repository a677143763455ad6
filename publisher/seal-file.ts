import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Descriptor } from '../common/descriptor.ts';
import { MAX_PAGE_COUNT, MAX_SIZE } from '../common/limits.ts';
import { TreeBuilder } from '../common/tree/build.ts';
import { rootOf } from '../common/tree/hash-nodes.ts';
import { type TreeShape, treeShape } from '../common/tree/shape.ts';
import { TileLayout } from '../common/tree/tiles.ts';
import type { Sealing } from './sealing.ts';
import { fromSource, sourceError } from './source-error.ts';
import { SourceReader } from './source-reader.ts';

export interface SealedFile {
  readonly descriptor: Descriptor;
  /** As they were before and after the file was read. */
  readonly stats: BigIntStats;
}

/** Longer than the steps in which file systems tell time: 1 to 10 ms on Linux. */
const TIME_STEP_MS = 20;

// Not blocking, so that a pipe that took a file's place can not stop us.
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Reads one file, builds its tree, and adds it to the version.
 *
 * @param path - Relative to the source; empty for the source itself, where a symlink is followed.
 * @throws {StoreError} `ERR_SOURCE_CHANGED` if the file changed meanwhile, `ERR_SOURCE_UNREADABLE`,
 *   `ERR_SOURCE_LIMIT` if it is too large for the page size.
 */
export async function sealFile(sealing: Sealing, path: string): Promise<SealedFile> {
  const absolute = sealing.absolute(path);
  const flags = path === '' ? OPEN_FLAGS : OPEN_FLAGS | constants.O_NOFOLLOW;
  const file = fromSource(absolute, () => openSync(absolute, flags));
  try {
    const stats = await settledStats(absolute, file);
    if (!stats.isFile()) throw changed(absolute);
    const shape = shapeOf(sealing, absolute, stats);
    sealing.counts.currentSize = shape.size;
    sealing.counts.currentBytes = 0;
    const { root, treeOffset } = await readTree(sealing, absolute, file, shape);
    const after = fromSource(absolute, () => fstatSync(file, { bigint: true }));
    if (!sameFile(stats, after)) throw changed(absolute);
    const { profile, pageSize, size } = shape;
    const descriptor = { profile, pageSize, size, root };
    sealing.writer.addFile(descriptor, path, treeOffset);
    sealing.counts.files += 1;
    return { descriptor, stats };
  } finally {
    closeSync(file);
  }
}

/**
 * Reads a file's state so that a later change shows in it.
 *
 * Times move in steps of some milliseconds: a file that was changed in this step can be changed once
 * more without a trace, so the step is waited out.
 */
async function settledStats(absolute: string, file: number): Promise<BigIntStats> {
  const stats = fromSource(absolute, () => fstatSync(file, { bigint: true }));
  const ageMs = Date.now() - Number(stats.ctimeMs);
  if (ageMs < 0 || ageMs > TIME_STEP_MS) return stats;
  await setTimeout(TIME_STEP_MS);
  return fromSource(absolute, () => fstatSync(file, { bigint: true }));
}

function shapeOf(sealing: Sealing, absolute: string, { size }: BigIntStats): TreeShape {
  const { profile, pageSize } = sealing.settings;
  if (size > MAX_SIZE || Math.ceil(Number(size) / pageSize) > MAX_PAGE_COUNT) {
    const what = `has ${size} bytes, too many for pages of ${pageSize}`;
    throw sourceError('ERR_SOURCE_LIMIT', absolute, what);
  }
  return treeShape(profile, pageSize, Number(size));
}

/** Reads the whole file once, and writes its tree if it has more than one page. */
async function readTree(
  sealing: Sealing,
  absolute: string,
  file: number,
  shape: TreeShape,
): Promise<{ readonly root: Uint8Array; readonly treeOffset: number }> {
  const { buffers, pace, counts } = sealing;
  const { pack } = sealing.writer;
  const layout = new TileLayout(shape);
  const treeOffset = pack.reserveTree(layout.length);
  const builder = new TreeBuilder(layout, (at, tile) => pack.writeTile(treeOffset + at, tile));
  const reader = new SourceReader(absolute, file, buffers, shape.size);
  let root: Uint8Array | undefined;
  try {
    for (let data = await reader.next(); data !== undefined; data = await reader.next()) {
      if (shape.height === 0) root = rootOf(shape, data);
      else builder.addPages(data);
      counts.bytes += data.length;
      counts.currentBytes += data.length;
      if (pace.due()) await pace.pause();
    }
  } finally {
    await reader.settle();
  }
  return { root: root ?? builder.finish(), treeOffset };
}

function sameFile(a: BigIntStats, b: BigIntStats): boolean {
  const sameTimes = a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
  return sameTimes && a.size === b.size && a.ino === b.ino && a.dev === b.dev;
}

function changed(absolute: string): Error {
  return sourceError('ERR_SOURCE_CHANGED', absolute, 'changed while it was being sealed');
}
