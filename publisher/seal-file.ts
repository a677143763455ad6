import type { BigIntStats } from 'node:fs';
import type { Descriptor } from '../common/descriptor.ts';
import { type FoundFile, readFile } from './read-file.ts';
import { isUnchanged, type ScannedFile } from './scan-reader.ts';
import type { FilePlace } from './scan-writer.ts';
import type { Sealing } from './sealing.ts';

/** What the entry of a sealed file is made of. */
export interface SealedFile {
  readonly descriptor: Descriptor;
  /** As they were before and after the file was read. */
  readonly stats: BigIntStats;
}

/**
 * Seals one file and adds it to the version: as the version before has it if it did not change since,
 * else by reading it.
 *
 * @param path - Relative to the source; empty for the source itself, where a symlink is followed.
 * @param place - The same, in parts.
 * @throws {StoreError} `ERR_SOURCE_CHANGED` if the file changed meanwhile, `ERR_SOURCE_UNREADABLE`,
 *   `ERR_SOURCE_LIMIT` if it is too large for the page size.
 */
export async function sealFile(
  sealing: Sealing,
  path: string,
  place: FilePlace,
): Promise<SealedFile> {
  const { writer, previous, counts } = sealing;
  const before = previous?.scan?.find(place);
  const kept = before && keepUnchanged(sealing, path, before);
  const found = kept ?? (await readFile(sealing, path, before));
  const { record, encoded, stats, racy } = found;
  writer.scan.add(place, stats, racy, writer.add(record, encoded));
  counts.files += 1;
  return { descriptor: record.descriptor, stats };
}

/** Takes a file as it was; `undefined` if it has to be read. */
function keepUnchanged(sealing: Sealing, path: string, before: ScannedFile): FoundFile | undefined {
  const { previous, settings, counts, contentKind } = sealing;
  const { descriptor } = before.record;
  const { profile, pageSize, size } = descriptor;
  const isAsked = profile === settings.profile && pageSize === settings.pageSize;
  if (settings.rehash || !isAsked || before.racy) return undefined;
  const stats = sealing.stat(path);
  if (!isUnchanged(before, stats)) return undefined;
  const record = previous?.fileRecord(before.record.id, contentKind, path, before.record);
  if (record === undefined) return undefined;
  counts.bytes += size;
  const known = { record, stats, racy: false };
  return record === before.record ? { ...known, encoded: before.encoded } : known;
}
