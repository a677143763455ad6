import { DirectoryPages } from './directory-pages.ts';
import { NodeCache } from './node-cache.ts';
import { ObjectNumbers } from './object-numbers.ts';
import { PageCache } from './page-cache.ts';
import { PathHistory } from './path-history.ts';

/** How much verified data a client keeps in memory; bytes. */
export interface CacheSizes {
  /** Pages of files. Default 24 MiB. */
  readonly pageBytes?: number;
  /** Tree nodes that later reads rest on. Default 24 MiB. */
  readonly nodeBytes?: number;
}

const DEFAULT_PAGE_BYTES = 24 * 1024 * 1024;
const DEFAULT_NODE_BYTES = 24 * 1024 * 1024;
const MAX_DIRECTORY_BYTES = 8 * 1024 * 1024;

/** What a client has verified and still holds; everything in it reached a signed root. */
export class VerifiedCache {
  readonly objects: ObjectNumbers = new ObjectNumbers();
  readonly paths: PathHistory = new PathHistory();
  readonly nodes: NodeCache;
  /** Pages of files, by object and page index. */
  readonly pages: PageCache;
  readonly directories: DirectoryPages = new DirectoryPages(MAX_DIRECTORY_BYTES);

  constructor(sizes: CacheSizes = {}) {
    // a cache of no bytes is one in which nothing fits
    this.nodes = new NodeCache(Math.max(1, sizes.nodeBytes ?? DEFAULT_NODE_BYTES));
    this.pages = new PageCache(Math.max(1, sizes.pageBytes ?? DEFAULT_PAGE_BYTES));
  }
}
