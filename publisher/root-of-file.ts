import { type TileSink, TreeBuilder } from '../common/tree/build.ts';
import { rootOf } from '../common/tree/hash-nodes.ts';
import type { TileLayout } from '../common/tree/tiles.ts';
import { hashSideBySide } from './hash-side-by-side.ts';
import type { HashThreads } from './hash-threads.ts';
import { SourceReader } from './source-reader.ts';

/** What files are hashed with. */
export interface FileHashing {
  /** Of one length, whole pages. */
  readonly buffers: readonly [Uint8Array, Uint8Array];
  /** Threads that take part in hashing large files. */
  readonly threads: HashThreads | undefined;
  /** Called with the length of each part that was hashed; its failure ends the work. */
  readonly onHashed: (length: number) => Promise<void>;
}

/**
 * Reads an open file once, from its start to its expected end, and builds its tree.
 *
 * @param path - For messages.
 * @returns The root, 32 new bytes.
 * @throws {StoreError} `ERR_SOURCE_CHANGED` if the file ends earlier or later, or as `fromSource`;
 *   `ERR_STORE` if a hashing thread ended.
 */
export async function rootOfFile(
  path: string,
  file: number,
  layout: TileLayout,
  sink: TileSink,
  { buffers, threads, onHashed }: FileHashing,
): Promise<Uint8Array> {
  const { shape } = layout;
  if (threads?.payFor(shape.size) && layout.tilesOf(0) > 1) {
    const [buffer] = buffers;
    return await hashSideBySide(path, file, layout, sink, { threads, buffer, onHashed });
  }
  const builder = new TreeBuilder(layout, sink);
  const reader = new SourceReader(path, file, buffers, shape.size);
  let root: Uint8Array | undefined;
  try {
    for (let data = await reader.next(); data !== undefined; data = await reader.next()) {
      if (shape.height === 0) root = rootOf(shape, data);
      else builder.addPages(data);
      await onHashed(data.length);
    }
  } finally {
    await reader.settle();
  }
  return root ?? builder.finish();
}
