import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Descriptor, encodeDescriptor, objectId } from '../common/descriptor.ts';
import { MAX_PAGE_COUNT, MAX_SIZE } from '../common/limits.ts';
import type { Content } from '../common/store/layout.ts';
import type { TileSink } from '../common/tree/build.ts';
import { type TreeShape, treeShape } from '../common/tree/shape.ts';
import { TileLayout } from '../common/tree/tiles.ts';
import type { Copy } from './content-copies.ts';
import type { NewRecord } from './pack-writer.ts';
import { READ_FLAGS } from './read-at.ts';
import { rootOfFile } from './root-of-file.ts';
import { isRacy } from './scan-format.ts';
import type { ScannedFile } from './scan-reader.ts';
import type { Sealing } from './sealing.ts';
import { changedSource, fromSource, sourceError } from './source-error.ts';

/** Where a file's object is, and what the file was like when it was read. */
export interface FoundFile {
  readonly record: NewRecord;
  /** The record as it is written, if that is known. */
  readonly encoded?: Uint8Array;
  readonly stats: BigIntStats;
  /** Whether it could have changed since without a trace in its times. */
  readonly racy: boolean;
}

/** Longer than the steps in which file systems tell time: 1 to 10 ms on Linux. */
const TIME_STEP_MS = 20;

/**
 * Reads a file, or the copy that is made of it, and builds its tree; what the version before has of it
 * is kept.
 *
 * @param path - Relative to the source; empty for the source itself, where a symlink is followed.
 * @param before - What is known of this path.
 * @throws {StoreError} `ERR_SOURCE_CHANGED` if the file changed meanwhile, `ERR_SOURCE_UNREADABLE`,
 *   `ERR_SOURCE_LIMIT` if it is too large for the page size.
 */
export async function readFile(
  sealing: Sealing,
  path: string,
  before: ScannedFile | undefined,
): Promise<FoundFile> {
  const absolute = sealing.absolute(path);
  const flags = path === '' ? READ_FLAGS : READ_FLAGS | constants.O_NOFOLLOW;
  const file = fromSource(absolute, () => openSync(absolute, flags));
  let copy: Copy | undefined;
  try {
    const stats = await settledStats(absolute, file);
    if (!stats.isFile()) throw changedSource(absolute);
    const racy = isRacy(stats, Date.now());
    const shape = shapeOf(sealing, absolute, stats);
    copy = await sealing.copies?.copy(file, absolute, stats.size);
    const tree = await readTree(sealing, absolute, copy?.file ?? file, shape);
    const after = fromSource(absolute, () => fstatSync(file, { bigint: true }));
    if (!sameFile(stats, after)) throw changedSource(absolute);
    if (copy) await sealing.copies?.keep(copy, tree.id);
    sealing.counts.filesRead += 1;
    return { record: recordOf(sealing, path, tree, before), stats, racy };
  } finally {
    if (copy) sealing.copies?.discard(copy);
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

/** A tree that was written to the new pack. */
interface NewTree {
  readonly descriptor: Descriptor;
  /** Object id. */
  readonly id: Uint8Array;
  readonly offset: number;
}

/** Reads the whole file once, and writes its tree if it has more than one page. */
async function readTree(
  sealing: Sealing,
  absolute: string,
  file: number,
  shape: TreeShape,
): Promise<NewTree> {
  const { counts, writer } = sealing;
  const layout = new TileLayout(shape);
  const offset = writer.pack.reserveTree(layout.length);
  counts.currentSize = shape.size;
  counts.currentBytes = 0;
  const sink: TileSink = (at, tile) => writer.pack.writeTile(offset + at, tile);
  const root = await rootOfFile(absolute, file, layout, sink, sealing);
  const { profile, pageSize, size } = shape;
  const descriptor = { profile, pageSize, size, root };
  return { descriptor, id: objectId(encodeDescriptor(descriptor)), offset };
}

/** Makes the record of a file; of a tree that the version before has, nothing stays in the new pack. */
function recordOf(
  { previous, writer, contentKind }: Sealing,
  path: string,
  { descriptor, id, offset }: NewTree,
  before: ScannedFile | undefined,
): NewRecord {
  const known = previous?.fileRecord(id, contentKind, path, before?.record);
  if (known !== undefined) {
    writer.pack.dropTree(offset);
    return known;
  }
  const content: Content =
    contentKind === 'copied' ? { kind: 'copied' } : writer.pack.addPath(path);
  return writer.pack.record(descriptor, content, offset);
}

function sameFile(a: BigIntStats, b: BigIntStats): boolean {
  const sameTimes = a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
  return sameTimes && a.size === b.size && a.ino === b.ino && a.dev === b.dev;
}
