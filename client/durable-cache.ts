import type { Descriptor } from '../common/descriptor.ts';
import type { NodeRun } from '../common/tree/range-proof.ts';

/** Where a file or directory stands; what is kept of it serves its later versions, too. */
export interface Place {
  readonly origin: string;
  /** Components joined by `/`; empty for the root. */
  readonly path: string;
}

/**
 * Keeps pages and nodes beyond the life of a client; a browser may have another than Node.
 *
 * It is believed no more than a server: whatever comes out of it is hashed and compared with what is
 * signed, each time. So it may lose, mix up or damage what it was given, at any moment.
 *
 * Nothing here throws: what can not be kept is not there later.
 */
export interface DurableCache {
  /**
   * Returns what is kept at a place.
   *
   * @param descriptor - Of what is to be read there now; that of what is kept may be another.
   */
  open(descriptor: Descriptor, place: Place): KeptObject;
}

/** What is kept at one place: pages and nodes of one object or of several, each where it stands. */
export interface KeptObject {
  /** Tells which of some pages may be kept: one byte each, not 0 if so. */
  present(start: number, end: number): Uint8Array | Promise<Uint8Array>;
  /**
   * Reads pages side by side into `data`, as far as they are kept; between them is anything.
   *
   * @param data - As long as the pages are.
   */
  readPages(start: number, end: number, data: Uint8Array): void | Promise<void>;
  /** Returns nodes of one level, 32 bytes each, or 32 zeros for one that is not kept. */
  readNodes(level: number, start: number, end: number): Uint8Array | Promise<Uint8Array>;
  /** Keeps whole pages, which are verified; not retained. */
  keepPages(start: number, end: number, data: Uint8Array): void;
  /** Keeps nodes; not retained. */
  keepNodes(runs: readonly NodeRun[]): void;
  /** Told how many pages turned out not to be the object's; others are about to take their place. */
  refuted(count: number): void;
}

/** Counts the pages that may be kept, as `KeptObject.present` tells them. */
export function countPresent(present: Uint8Array): number {
  return present.reduce((sum, byte) => sum + (byte === 0 ? 0 : 1), 0);
}
