import { equalBytes } from '../../common/bytes.ts';
import { TreeBuilder } from '../../common/tree/build.ts';
import { pageCount, pagesLength, type TreeShape } from '../../common/tree/shape.ts';
import { TileLayout } from '../../common/tree/tiles.ts';
import { ServeError, type StoredObject } from '../../server/index.ts';

/** Bytes that are hashed at once; whole pages of any size. */
const RUN_BYTES = 1_048_576;

/** What is wrong with an object of a store. */
export type ObjectFault = 'missing' | 'unreadable' | 'contents changed' | 'tree damaged';

/**
 * Rebuilds an object's tree from its bytes, and compares its root with what was signed and its nodes
 * with what is stored.
 *
 * @param root - From a verified descriptor.
 * @param onRun - Called after each run of pages.
 */
export async function checkObject(
  object: StoredObject,
  root: Uint8Array,
  onRun: (length: number) => Promise<void>,
): Promise<ObjectFault | undefined> {
  const { shape } = object;
  let isTreeRight = true;
  const builder = new TreeBuilder(new TileLayout(shape), (offset, tile) => {
    isTreeRight &&= isStored(object, offset, tile);
  });
  for await (const data of storedPages(object, Math.max(1, RUN_BYTES / shape.pageSize))) {
    if (!(data instanceof Uint8Array)) return data;
    builder.addPages(data);
    await onRun(data.length);
  }
  // A wrong byte makes every node above it differ, so the contents are judged first.
  if (!equalBytes(builder.finish(), root)) return 'contents changed';
  return isTreeRight ? undefined : 'tree damaged';
}

/** Reads an object's pages in runs of at most `count`, or says why that can not be done. */
export async function* storedPages(
  object: StoredObject,
  count: number,
): AsyncGenerator<Uint8Array | ObjectFault, void, undefined> {
  const total = pageCount(object.shape);
  for (let start = 0; start < total; start += count) {
    yield await readPages(object, object.shape, start, Math.min(start + count, total));
  }
}

async function readPages(
  object: StoredObject,
  shape: TreeShape,
  start: number,
  end: number,
): Promise<Uint8Array | ObjectFault> {
  const data = new Uint8Array(pagesLength(shape, start, end));
  try {
    await object.readPages({ level: 0, start, end, anchorLevel: 0 }, new Uint8Array(), data);
    return data;
  } catch (error) {
    if (!(error instanceof ServeError)) throw error;
    if (error.code === 'GONE') return 'missing';
    if (error.code !== 'CHANGED') return 'unreadable';
    return error.cause === undefined ? 'contents changed' : 'missing'; // opened, or not
  }
}

function isStored(object: StoredObject, offset: number, tile: Uint8Array): boolean {
  const stored = new Uint8Array(tile.length);
  try {
    object.readTree(offset, stored);
    return equalBytes(stored, tile);
  } catch (error) {
    if (error instanceof ServeError) return false;
    throw error;
  }
}
