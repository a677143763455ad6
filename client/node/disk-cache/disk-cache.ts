import { resolve } from 'node:path';
import { toHex, utf8 } from '../../../common/bytes.ts';
import type { Descriptor } from '../../../common/descriptor.ts';
import { digest } from '../../../common/hash.ts';
import { shapeOf } from '../../../common/tree/shape.ts';
import type { DurableCache, KeptObject, Place } from '../../durable-cache.ts';
import { CacheFiles } from './cache-files.ts';
import { DiskObject } from './disk-object.ts';
import { KeptPlace } from './kept-place.ts';

const DEFAULT_MAX_BYTES = 1024 * 1024 * 1024;

/** How a cache on the disk behaves. */
export interface DiskCacheOptions {
  /** Bytes on the disk, of all processes together; about. Default 1 GiB. */
  readonly maxBytes?: number;
  /** Told once why nothing is kept any more; reads go on. */
  readonly onFailure?: (error: Error) => void;
}

/**
 * A durable cache in a folder, which several processes may use at once, and which anything may
 * happen to: what is read from it is verified each time.
 *
 * There is one file for each place, `v1/HASH.kept`, made of holes where nothing is kept; see
 * `KeptLayout`. All processes write to the same file, each page where it belongs, without a lock and
 * without fsync(2): what is torn, lost or of another version only has to be fetched again. The files
 * used least recently are removed when there is no room; whoever has them open reads on.
 *
 * Embedded stores were measured, on 256 MiB of 4 KiB pages in memory, in MB per second of CPU time:
 *
 * | | write | read |
 * |---|---|---|
 * | pwrite(2) and pread(2) of 64 pages side by side | 2429 | 4515 |
 * | lmdb | 960 | 1469 |
 * | better-sqlite3, WAL, `synchronous=OFF` | 499 | 680 |
 * | classic-level | 237 | 1071 |
 *
 * SHA-256 of the same pages takes as long as a read from lmdb. Besides, all three are native code that
 * has to be built or fetched for each platform, and pay for transactions, logs and locks that a cache
 * does not need which is never believed.
 */
export class DiskCache implements DurableCache, Disposable {
  readonly #files: CacheFiles;

  /** @param folder - As of `cacheFolder`; made when something is to be kept. */
  constructor(folder: string, options: DiskCacheOptions = {}) {
    const { maxBytes = DEFAULT_MAX_BYTES, onFailure } = options;
    this.#files = new CacheFiles(resolve(folder), maxBytes, onFailure);
  }

  /** Pages that were found damaged or of another version, and fetched instead of handed out. */
  get refutedPages(): number {
    return this.#files.refutedPages;
  }

  open(descriptor: Descriptor, place: Place): KeptObject {
    const kept = new KeptPlace(this.#files, nameOf(place, descriptor));
    return new DiskObject(shapeOf(descriptor), { place, descriptor }, kept);
  }

  /** Keeps to the quota, and closes the files; what is read later opens them again. */
  [Symbol.dispose](): void {
    this.#files.close();
  }
}

/** Names the file of a place; what differs in profile or page size has nothing in common. */
function nameOf({ origin, path }: Place, { profile, pageSize }: Descriptor): string {
  const text = `pageseal cache\n${origin}\n${profile.name}\n${pageSize}\n${path}`;
  return `${toHex(digest(utf8(text)))}.kept`;
}
