import { createHash } from 'node:crypto';

/** SHA-256 of the parts, one after the other. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The largest power of two smaller than n, for n > 1. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** MTH(D[n]) of RFC 9162 section 2.1.1. */
export function mth(d: readonly Uint8Array[]): Uint8Array {
  const [d0, ...more] = d;
  if (d0 === undefined) return sha256();
  if (more.length === 0) return sha256(LEAF, d0);
  const k = split(d.length);
  return sha256(NODE, mth(d.slice(0, k)), mth(d.slice(k)));
}

/** PATH(m, D[n]) of RFC 9162 section 2.1.3.1. */
export function path(m: number, d: readonly Uint8Array[]): Uint8Array[] {
  if (d.length <= 1) return [];
  const k = split(d.length);
  return m < k
    ? [...path(m, d.slice(0, k)), mth(d.slice(k))]
    : [...path(m - k, d.slice(k)), mth(d.slice(0, k))];
}

/** Cuts data into pages. */
export function pagesOf(data: Uint8Array, pageSize: number): Uint8Array[] {
  const count = Math.ceil(data.length / pageSize);
  return Array.from({ length: count }, (_, i) => data.subarray(i * pageSize, (i + 1) * pageSize));
}

/** A node's place. */
export interface ReferenceNode {
  readonly level: number;
  readonly index: number;
}

/** A tree that is defined from its root down, and remembers the nodes it has computed. */
export class ReferenceTree {
  readonly #pages: readonly Uint8Array[];
  readonly #pageSize: number;
  readonly #binary: boolean;
  readonly #nodes = new Map<string, Uint8Array>();
  readonly arity: number;

  constructor(profile: 'rfc9162-sha256' | 'fsverity-sha256', pageSize: number, data: Uint8Array) {
    this.#pages = pagesOf(data, pageSize);
    this.#pageSize = pageSize;
    this.#binary = profile === 'rfc9162-sha256';
    this.arity = this.#binary ? 2 : pageSize / 32;
  }

  /** Nodes of a level, by the definition: every `arity ** level` pages, and what is left over. */
  width(level: number): number {
    return Math.ceil(this.#pages.length / this.arity ** level);
  }

  /** The lowest level of at most one node. */
  get height(): number {
    let level = 0;
    while (this.width(level) > 1) level += 1;
    return level;
  }

  get root(): Uint8Array {
    if (this.#pages.length > 0) return this.node(this.height, 0);
    return this.#binary ? mth([]) : new Uint8Array(32);
  }

  node(level: number, index: number): Uint8Array {
    const key = `${level} ${index}`;
    let node = this.#nodes.get(key);
    if (node === undefined) {
      node = this.#binary ? this.#subtree(level, index) : this.#block(level, index);
      this.#nodes.set(key, node);
    }
    return node;
  }

  /** The nodes [start, end) of a level, side by side. */
  nodes(level: number, start: number, end: number): Uint8Array {
    const found = [];
    for (let index = start; index < end; index += 1) found.push(this.node(level, index));
    return new Uint8Array(Buffer.concat(found));
  }

  /** RFC 9162: a node of level l is the MTH of the at most 2^l leaves below it. */
  #subtree(level: number, index: number): Uint8Array {
    return mth(this.#pages.slice(index * 2 ** level, (index + 1) * 2 ** level));
  }

  /** Fs-verity: the hash of a page, or of the block of its children, padded with zeros. */
  #block(level: number, index: number): Uint8Array {
    const children = this.children(level, index).map((child) =>
      this.node(child.level, child.index),
    );
    const content =
      level === 0 ? (this.#pages[index] ?? new Uint8Array()) : Buffer.concat(children);
    return sha256(content, new Uint8Array(this.#pageSize - content.length));
  }

  children(level: number, index: number): ReferenceNode[] {
    if (level === 0) return [];
    const first = index * this.arity;
    const end = Math.min(first + this.arity, this.width(level - 1));
    return Array.from({ length: end - first }, (_, i) => ({ level: level - 1, index: first + i }));
  }

  /**
   * The range proof of the nodes [start, end) of `level`, found from the anchors down: of each
   * anchor above the range, the topmost nodes that have nothing of the range below them.
   */
  rangeProof(level: number, start: number, end: number, anchorLevel: number): ReferenceNode[] {
    const proof: ReferenceNode[] = [];
    const isAbove = (node: ReferenceNode) => {
      const span = this.arity ** (node.level - level);
      return node.index * span < end && (node.index + 1) * span > start;
    };
    const descend = (node: ReferenceNode) => {
      if (!isAbove(node)) proof.push(node);
      else if (node.level > level) this.children(node.level, node.index).forEach(descend);
    };
    for (let index = 0; index < this.width(anchorLevel); index += 1) {
      const anchor = { level: anchorLevel, index };
      if (isAbove(anchor)) descend(anchor);
    }
    return proof.sort((a, b) => a.level - b.level || a.index - b.index);
  }
}
