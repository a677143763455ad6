import { equalBytes, toHex } from '../../common/bytes.ts';
import { HASH_LENGTH } from '../../common/limits.ts';
import { hashLeaves } from '../../common/tree/hash-nodes.ts';
import type { NodeRange } from '../../common/tree/range-proof.ts';
import { pagesLength, type TreeShape } from '../../common/tree/shape.ts';
import { nodesFromRangeProof } from '../../common/tree/verify-range.ts';
import type { Field } from '../fields.ts';

/** A node and where it stands. */
interface NodeJson {
  readonly level: number;
  readonly index: number;
  readonly hash: string;
}

/** How one page leads to its object's root, to be followed by hand. */
export interface PageProof {
  readonly page: number;
  /** First byte, and the byte after the last one. */
  readonly start: number;
  readonly end: number;
  readonly leaf: string;
  /** Level by level: the siblings that are needed there, and the node they lead to. */
  readonly levels: readonly {
    readonly siblings: readonly NodeJson[];
    readonly node: NodeJson;
  }[];
  readonly root: string;
  /** Whether the node of the highest level is the root. */
  readonly holds: boolean;
}

/** Returns the range of a proof of one page up to the root. */
export function rootRange(shape: TreeShape, page: number): NodeRange {
  return { level: 0, start: page, end: page + 1, anchorLevel: shape.height };
}

/**
 * Follows the range proof of one page up to the root.
 *
 * @param data - The page.
 * @param siblings - As long as the range proof is.
 */
export function followProof(
  shape: TreeShape,
  page: number,
  root: Uint8Array,
  data: Uint8Array,
  siblings: Uint8Array,
): PageProof {
  const leaf = new Uint8Array(HASH_LENGTH);
  hashLeaves(shape, data, leaf, 0);
  const runs = nodesFromRangeProof(shape, rootRange(shape, page), leaf, siblings);
  const levels = runs.slice(0, -1).map(({ level, start, hashes }, i) => {
    const own = Math.floor(page / shape.arity ** level);
    const nodes = split(hashes).map((hash, j) => ({ level, index: start + j, hash }));
    const above = runs[i + 1];
    const index = Math.floor(own / shape.arity);
    const at = (index - (above?.start ?? 0)) * HASH_LENGTH;
    const hash = toHex(above?.hashes.subarray(at, at + HASH_LENGTH) ?? new Uint8Array());
    const siblingNodes = nodes.filter((node) => node.index !== own);
    return { siblings: siblingNodes, node: { level: level + 1, index, hash } };
  });
  const start = page * shape.pageSize;
  const implied = runs.at(-1)?.hashes ?? new Uint8Array();
  return {
    page,
    start,
    end: start + pagesLength(shape, page, page + 1),
    leaf: toHex(leaf),
    levels,
    root: toHex(root),
    holds: equalBytes(implied, root),
  };
}

function split(hashes: Uint8Array): readonly string[] {
  return Array.from({ length: hashes.length / HASH_LENGTH }, (_, i) =>
    toHex(hashes.subarray(i * HASH_LENGTH, (i + 1) * HASH_LENGTH)),
  );
}

/** Writes a proof for people: a node is LEVEL,INDEX. */
export function proofFields(proof: PageProof): readonly Field[] {
  const { page, start, end, leaf, levels, root, holds } = proof;
  return [
    ['page', `${page}, bytes ${start}-${end - 1}`],
    ['leaf', `0,${page}  ${leaf}`],
    ...levels.flatMap(({ siblings, node }): Field[] => [
      ...siblings.map(({ level, index, hash }): Field => ['sibling', `${level},${index}  ${hash}`]),
      ['node', `${node.level},${node.index}  ${node.hash}`],
    ]),
    ['root', root],
    ['holds', holds ? 'yes' : 'no'],
  ];
}
