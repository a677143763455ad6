import { LeafHashes } from './leaf-hashes.ts';
import type { PageOptions, RemoteObject } from './remote-object.ts';

/**
 * How the tree of a file reaches its reader.
 *
 * - `ahead`: all leaf hashes once, before the first page (1 GiB of pages at a time, if they are of
 *   4 KiB); then every answer is pages alone.
 * - `on-demand`: the leaf hashes of the pages that are read, with a request of their own beside each
 *   request for pages.
 * - `inline`: with the pages, as the siblings that lead to what is known.
 * - `auto`: by what is read. Inline, for a start; a file that is read in scattered places has its upper
 *   levels fetched once, one that is read in order the level of its reads ahead of them.
 *
 * @see SPEC.md, "Rationale"
 */
export type ReadMode = 'auto' | 'ahead' | 'on-demand' | 'inline';

/** Every mode that can be asked for, the default first. */
export const READ_MODES: readonly ReadMode[] = ['auto', 'ahead', 'on-demand', 'inline'];

/** Reads pages of one object; as `RemoteObject.readPages`. */
export type ReadPages = (start: number, end: number, options?: PageOptions) => Promise<Uint8Array>;

/** Returns what reads the pages of an object in a mode. */
export function pageReader(object: RemoteObject, mode: ReadMode): ReadPages {
  switch (mode) {
    case 'auto':
    case 'inline':
      return (start, end, options) => object.readPages(start, end, options);
    case 'on-demand':
      return (start, end, options) => object.readPagesBeside(start, end, options);
    case 'ahead': {
      const leaves = new LeafHashes(object);
      return async (start, end, options) => {
        const hashes = await leaves.of(start, end, options?.signal);
        return object.readPagesUnder(start, end, { anchorLevel: 0, hashes }, options);
      };
    }
  }
}
