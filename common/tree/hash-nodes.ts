import { sha256 } from '../hash.ts';
import { HASH_LENGTH } from '../limits.ts';
import { pageCount, type TreeShape } from './shape.ts';

/** Reused hash inputs; grown to the largest page or node group seen, at most 1 MiB + 1. */
let scratch = new Uint8Array(HASH_LENGTH * 2 + 1);

function scratchOf(length: number): Uint8Array {
  if (scratch.length < length) scratch = new Uint8Array(length);
  return scratch.length === length ? scratch : scratch.subarray(0, length);
}

/**
 * Hashes consecutive pages.
 *
 * @param data - Whole pages; only the last may be short. While this runs, single bytes ahead of
 *   pages are overwritten to save a copy per page, and restored.
 * @param out - Receives one hash of 32 bytes per page from `at` on.
 * @see SPEC.md, "Tree profiles"
 */
export function hashLeaves(shape: TreeShape, data: Uint8Array, out: Uint8Array, at: number): void {
  if (shape.profile.prefixed) hashPrefixed(shape.pageSize, data, out, at);
  else hashPadded(shape.pageSize, data, out, at);
}

/** H(0x00 ‖ page): the prefix takes the place of the byte ahead of the page for a moment. */
function hashPrefixed(pageSize: number, data: Uint8Array, out: Uint8Array, at: number): void {
  const { buffer, byteOffset, length } = data;
  let to = at;
  for (let start = 0; start < length; start += pageSize) {
    const page = Math.min(pageSize, length - start);
    let input: Uint8Array;
    let ahead = 0;
    if (start === 0) {
      input = scratchOf(page + 1); // nothing of ours is ahead of it
      input.set(page === length ? data : data.subarray(0, page), 1);
    } else {
      input = new Uint8Array(buffer, byteOffset + start - 1, page + 1);
      ahead = input[0] ?? 0;
    }
    input[0] = 0;
    sha256(input, out, to);
    input[0] = ahead;
    to += HASH_LENGTH;
  }
}

/** H(page ‖ zeros up to a whole page). */
function hashPadded(pageSize: number, data: Uint8Array, out: Uint8Array, at: number): void {
  let to = at;
  for (let start = 0; start < data.length; start += pageSize) {
    const page = data.subarray(start, start + pageSize);
    sha256(page.length === pageSize ? page : padded(page, pageSize), out, to);
    to += HASH_LENGTH;
  }
}

/** Returns bytes with zeros after them, in scratch memory. */
function padded(bytes: Uint8Array, length: number): Uint8Array {
  const input = scratchOf(length);
  input.set(bytes);
  return input.fill(0, bytes.length);
}

/**
 * Hashes consecutive nodes of one level into their parents.
 *
 * @param nodes - The children from byte `from` on, 32 bytes each; the first is the first child of
 *   its parent, and only the last parent may have fewer than `arity` children.
 * @param count - Number of children.
 * @param out - Receives `ceil(count / arity)` hashes from `at` on; may be `nodes`, if `at <= from` or the
 *   children end before it.
 * @returns The number of parents.
 * @see SPEC.md, "Tree profiles"
 */
export function hashParents(
  shape: TreeShape,
  nodes: Uint8Array,
  from: number,
  count: number,
  out: Uint8Array,
  at: number,
): number {
  return shape.profile.prefixed
    ? hashPairs(nodes, from, count, out, at)
    : hashBlocks(shape, nodes, from, count, out, at);
}

/** The input of one node: the prefix at byte 7, and its two children from byte 8 on. */
const pairWords = new Uint32Array(18);
const pair = new Uint8Array(pairWords.buffer, 7).fill(1, 0, 1);
const PAIR_WORDS = (2 * HASH_LENGTH) / 4;

function hashPairs(
  nodes: Uint8Array,
  from: number,
  count: number,
  out: Uint8Array,
  at: number,
): number {
  const pairs = Math.floor(count / 2);
  // of one pair, as in the proof of a page, a view of its words costs more than it saves
  const words = pairs > 1 ? wordsOf(nodes, from, pairs * PAIR_WORDS) : undefined;
  for (let i = 0; i < pairs; i += 1) {
    if (words === undefined) {
      for (let j = 0; j < 2 * HASH_LENGTH; j += 1) pair[j + 1] = nodes[from + j] ?? 0;
    } else {
      for (let j = 0; j < PAIR_WORDS; j += 1) pairWords[j + 2] = words[i * PAIR_WORDS + j] ?? 0;
    }
    sha256(pair, out, at + HASH_LENGTH * i);
  }
  if (count % 2 === 0) return pairs;
  const lone = from + 2 * HASH_LENGTH * pairs;
  out.set(nodes.subarray(lone, lone + HASH_LENGTH), at + HASH_LENGTH * pairs);
  return pairs + 1;
}

/** Views nodes as words, which are copied faster than bytes; copies them if they lie askew. */
function wordsOf(nodes: Uint8Array, from: number, count: number): Uint32Array {
  const start = nodes.byteOffset + from;
  if (start % 4 === 0) return new Uint32Array(nodes.buffer, start, count);
  return new Uint32Array(nodes.slice(from, from + count * 4).buffer);
}

function hashBlocks(
  shape: TreeShape,
  nodes: Uint8Array,
  from: number,
  count: number,
  out: Uint8Array,
  at: number,
): number {
  const block = shape.arity * HASH_LENGTH;
  const end = from + count * HASH_LENGTH;
  let parents = 0;
  for (let start = from; start < end; start += block) {
    const children = nodes.subarray(start, Math.min(start + block, end));
    sha256(padded(children, block), out, at + parents * HASH_LENGTH);
    parents += 1;
  }
  return parents;
}

/**
 * Hashes nodes of one level up through some levels, each of which is put behind the one below it.
 *
 * @param nodes - The nodes from byte `from` on, and room for those above.
 * @param count - Number of nodes.
 * @returns The byte at which the highest level starts.
 */
export function hashLevels(
  shape: TreeShape,
  nodes: Uint8Array,
  from: number,
  count: number,
  levels: number,
): number {
  let start = from;
  let width = count;
  for (let j = 0; j < levels; j += 1) {
    const above = start + width * HASH_LENGTH;
    width = hashParents(shape, nodes, start, width, nodes, above);
    start = above;
  }
  return start;
}

/** Hashes the pages of a whole small object up to its root; 32 new bytes. */
export function rootOf(shape: TreeShape, data: Uint8Array): Uint8Array {
  let count = pageCount(shape);
  if (count === 0) return shape.profile.emptyRoot.slice();
  const nodes = new Uint8Array(count * HASH_LENGTH);
  hashLeaves(shape, data, nodes, 0);
  while (count > 1) count = hashParents(shape, nodes, 0, count, nodes, 0);
  return nodes.slice(0, HASH_LENGTH);
}
