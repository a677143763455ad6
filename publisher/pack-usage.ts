import { StoreError } from '../common/errors.ts';
import type { ObjectRecord } from '../common/store/layout.ts';
import { shapeOf } from '../common/tree/shape.ts';
import { TileLayout } from '../common/tree/tiles.ts';
import { mergeRecords } from './merge-records.ts';
import { readPacks } from './replace-index.ts';
import { versionFolder } from './store-folder.ts';
import { withIndexes } from './version-indexes.ts';

/** Returns the layout of the tree that is stored for an object. */
export function layoutOf({ descriptor }: Pick<ObjectRecord, 'descriptor'>): TileLayout {
  return new TileLayout(shapeOf(descriptor));
}

/** What versions need of the packs of a store. */
export interface PackUsage {
  /** Bytes that are needed of each pack that is. */
  readonly bytes: ReadonlyMap<number, number>;
  /** The packs that each version refers to, ascending. */
  readonly packs: ReadonlyMap<number, readonly number[]>;
}

/**
 * Adds up what versions need of each pack.
 *
 * @param onObject - Called for each different object with the records read so far, and all.
 * @throws {StoreError} `ERR_STORE_DAMAGED` if an index is not what a publisher wrote, or refers to a
 *   pack that its version does not list.
 */
export async function measurePacks(
  store: string,
  versions: readonly number[],
  onObject: (records: number, total: number) => Promise<void>,
): Promise<PackUsage> {
  const bytes = new Map<number, number>();
  const used = versions.map(() => new Set<number>());
  await withIndexes(store, versions, async (indexes) => {
    const total = indexes.reduce((sum, { count }) => sum + count, 0);
    let records = 0;
    for (const shared of mergeRecords(indexes)) {
      for (const { record, holders } of shared) {
        records += holders.length;
        if (record.pack === 0) continue;
        bytes.set(record.pack, (bytes.get(record.pack) ?? 0) + packedBytes(record));
        for (const holder of holders) used[holder]?.add(record.pack);
      }
      await onObject(records, total);
    }
  });
  const packs = new Map(versions.map((version, i) => [version, sorted(used[i])]));
  for (const [version, numbers] of packs) checkListed(store, version, numbers);
  return { bytes, packs };
}

function sorted(numbers: Iterable<number> = []): readonly number[] {
  return [...numbers].sort((a, b) => a - b);
}

function checkListed(store: string, version: number, packs: readonly number[]): void {
  const listed = readPacks(versionFolder(store, version));
  if (packs.every((pack) => listed.includes(pack))) return;
  throw new StoreError('ERR_STORE_DAMAGED', `version ${version} does not list all of its packs`);
}

/** Bytes that an object takes in its pack. */
function packedBytes(record: ObjectRecord): number {
  const { descriptor, content } = record;
  const tree = descriptor.size > descriptor.pageSize ? layoutOf(record).length : 0;
  if (content.kind === 'directory') return tree + descriptor.size;
  return content.kind === 'inPlace' ? tree + content.pathLength : tree;
}
