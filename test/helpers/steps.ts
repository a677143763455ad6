import { concat } from '../../common/bytes.ts';
import { HASH_LENGTH, PAGE_INDEX_LENGTH } from '../../common/limits.ts';
import { rangeProofLength } from '../../common/tree/range-proof.ts';
import type { ServerMessage } from '../../common/wire.ts';
import type { MemoryObject } from './memory-volume.ts';

/** An answer to a `Walk`. */
export type Steps = Extract<ServerMessage, { type: 'steps' }>;

/** Makes the answer to a `Walk` of pages and their proofs; each belongs to its object, whatever was asked. */
export function stepsTo(...places: readonly (readonly [MemoryObject, number])[]): Steps {
  const indices = new DataView(new ArrayBuffer(places.length * PAGE_INDEX_LENGTH));
  for (const [i, [, page]] of places.entries()) indices.setUint32(i * PAGE_INDEX_LENGTH, page);
  return {
    type: 'steps',
    pages: new Uint8Array(indices.buffer),
    siblings: concat(...places.map(([object, page]) => proofOf(object, page))),
    data: concat(...places.map(([object, page]) => object.page(page))),
  };
}

/** Returns the siblings of a page up to the root; any of a page that the object does not have. */
function proofOf(object: MemoryObject, page: number): Uint8Array {
  const { shape } = object;
  if (page >= (shape.widths[0] ?? 0)) return new Uint8Array();
  const range = { level: 0, start: page, end: page + 1, anchorLevel: shape.height };
  const siblings = new Uint8Array(rangeProofLength(shape, range) * HASH_LENGTH);
  object.readPages(range, siblings, new Uint8Array(object.page(page).length));
  return siblings;
}
