import { HASH_LENGTH } from '../../../common/limits.ts';
import { hashLeaves } from '../../../common/tree/hash-nodes.ts';
import { pageCount, pagesLength, shapeOf, type TreeShape } from '../../../common/tree/shape.ts';
import { countPresent } from '../../durable-cache.ts';
import { proveKept } from '../../kept-proof.ts';
import { CacheFiles } from './cache-files.ts';
import { DiskObject } from './disk-object.ts';
import type { KeptHeader } from './kept-header.ts';
import { KeptLayout } from './kept-layout.ts';
import { KeptPlace } from './kept-place.ts';

/** What became of the pages of one file of a cache; bytes of pages. */
export interface KeptCheck {
  /** They are those of the object that was read there last. */
  readonly provenBytes: number;
  /** They are damaged, of an older version, or beside such pages: reads will tell. */
  readonly unprovenBytes: number;
}

/**
 * Hashes all that a file of a cache keeps, up to the root of its object.
 *
 * That root is what the file says; a read rests on the signed one.
 *
 * @param header - Of the file.
 */
export async function checkKept(
  folder: string,
  name: string,
  header: KeptHeader,
  signal?: AbortSignal,
): Promise<KeptCheck> {
  const { root } = header.descriptor;
  const shape = shapeOf(header.descriptor);
  const files = new CacheFiles(folder, 0); // no room: nothing is written
  try {
    const kept = new DiskObject(shape, header, new KeptPlace(files, name));
    const step = new KeptLayout(shape).segmentPages;
    let [provenBytes, unprovenBytes] = [0, 0];
    for (let start = 0; start < pageCount(shape); start += step) {
      signal?.throwIfAborted();
      const end = Math.min(start + step, pageCount(shape));
      const found = await checkPages(shape, kept, root, start, end);
      provenBytes += found.provenBytes;
      unprovenBytes += found.unprovenBytes;
    }
    return { provenBytes, unprovenBytes };
  } finally {
    files.close();
  }
}

/** Proves pages together if all of them are there, else by halves. */
async function checkPages(
  shape: TreeShape,
  kept: DiskObject,
  root: Uint8Array,
  start: number,
  end: number,
): Promise<KeptCheck> {
  const count = countPresent(kept.present(start, end));
  if (count === 0) return { provenBytes: 0, unprovenBytes: 0 };
  const length = pagesLength(shape, start, end);
  if (count === end - start && (await areProven(shape, kept, root, start, end))) {
    return { provenBytes: length, unprovenBytes: 0 };
  }
  if (end - start === 1) return { provenBytes: 0, unprovenBytes: length };
  const middle = Math.ceil((start + end) / 2);
  const low = await checkPages(shape, kept, root, start, middle);
  const high = await checkPages(shape, kept, root, middle, end);
  return {
    provenBytes: low.provenBytes + high.provenBytes,
    unprovenBytes: low.unprovenBytes + high.unprovenBytes,
  };
}

async function areProven(
  shape: TreeShape,
  kept: DiskObject,
  root: Uint8Array,
  start: number,
  end: number,
): Promise<boolean> {
  const data = new Uint8Array(pagesLength(shape, start, end));
  await kept.readPages(start, end, data);
  const hashes = new Uint8Array((end - start) * HASH_LENGTH);
  hashLeaves(shape, data, hashes, 0);
  const anchors = { anchorLevel: shape.height, hashes: root };
  return (await proveKept(shape, kept, { level: 0, start, hashes }, anchors)) !== undefined;
}
