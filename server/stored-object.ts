import { compareBytes, equalBytes } from '../common/bytes.ts';
import { type Descriptor, encodeDescriptor } from '../common/descriptor.ts';
import { FIRST_NAME_END, firstName } from '../common/directory.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { hashLeaves } from '../common/tree/hash-nodes.ts';
import type { NodeRange } from '../common/tree/range-proof.ts';
import { pageCount, pagesLength, type TreeShape } from '../common/tree/shape.ts';
import type { StoreFile } from './store-file.ts';
import type { StoredTree } from './stored-tree.ts';
import { type MaybePromise, type ServedObject, ServeError } from './volume.ts';

/** Where an object's bytes are read. */
export interface ObjectBytes {
  /** Opens the file that holds them; good for reads started before the next turn of the loop. */
  open(): StoreFile;
  /** Byte at which the object starts. */
  readonly offset: number;
  /** Whether pages are compared with their leaf hashes before they are sent. */
  readonly checked: boolean;
  /** Called when bytes were found to be wrong. */
  readonly distrust: () => void;
  /** Looks for the object once more, after a file of the store was gone. */
  readonly findAgain: () => StoredObject | undefined;
}

/** An object of a store on a local file system. */
export class StoredObject implements ServedObject {
  readonly shape: TreeShape;
  readonly descriptor: Uint8Array;
  readonly isDirectory: boolean;
  readonly #tree: StoredTree;
  readonly #bytes: ObjectBytes;

  constructor(
    descriptor: Descriptor,
    shape: TreeShape,
    isDirectory: boolean,
    tree: StoredTree,
    bytes: ObjectBytes,
  ) {
    this.descriptor = encodeDescriptor(descriptor);
    this.shape = shape;
    this.isDirectory = isDirectory;
    this.#tree = tree;
    this.#bytes = bytes;
  }

  readPages(range: NodeRange, siblings: Uint8Array, data: Uint8Array): MaybePromise<void> {
    try {
      return this.#readPages(range, siblings, data);
    } catch (error) {
      return this.#moved(error).readPages(range, siblings, data);
    }
  }

  readNodes(range: NodeRange, siblings: Uint8Array, nodes: Uint8Array): MaybePromise<void> {
    try {
      return this.#readNodes(range, siblings, nodes);
    } catch (error) {
      return this.#moved(error).readNodes(range, siblings, nodes);
    }
  }

  /** Returns the object where it is now: a pack may have been replaced a moment ago. */
  #moved(error: unknown): StoredObject {
    const isGone = error instanceof ServeError && error.code === 'GONE';
    const moved = isGone ? this.#bytes.findAgain() : undefined;
    if (moved === undefined || moved === this) throw error;
    return moved;
  }

  #readPages(range: NodeRange, siblings: Uint8Array, data: Uint8Array): MaybePromise<void> {
    const { start, end } = range;
    const wishes = this.#tree.proofWishes(range, siblings);
    const leaves = new Uint8Array(this.#bytes.checked ? (end - start) * HASH_LENGTH : 0);
    if (this.#bytes.checked) {
      wishes.push({ level: 0, start, count: end - start, out: leaves, at: 0 });
    }
    const position = this.#bytes.offset + start * this.shape.pageSize;
    const file = this.#bytes.open();
    this.#tree.open(); // if that fails, all is tried again, and nothing may be filling `data` yet
    const read = file.read(data, position);
    const granted = this.#tree.grant(wishes);
    if (read === undefined && granted === undefined) return this.#check(data, leaves);
    return Promise.all([read, granted]).then(() => this.#check(data, leaves));
  }

  #readNodes(range: NodeRange, siblings: Uint8Array, nodes: Uint8Array): MaybePromise<void> {
    const { level, start, end } = range;
    const wishes = this.#tree.proofWishes(range, siblings);
    wishes.push({ level, start, count: end - start, out: nodes, at: 0 });
    return this.#tree.grant(wishes);
  }

  /**
   * Reads the tree as it is stored; for tools that check or repair it.
   *
   * @param offset - Byte of the stored tree, as `TileLayout` lays it out.
   * @throws {ServeError} `STORAGE` if there are fewer bytes than `out` has.
   */
  readTree(offset: number, out: Uint8Array): void {
    this.#tree.readNow(offset, out);
  }

  async pageOf(name: Uint8Array): Promise<number> {
    try {
      return await this.#pageOf(name);
    } catch (error) {
      return this.#moved(error).pageOf(name);
    }
  }

  async #pageOf(name: Uint8Array): Promise<number> {
    let low = 0; // the page on which the name stands is in [low, high)
    let high = pageCount(this.shape);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const length = pagesLength(this.shape, middle, middle + 1);
      const start = new Uint8Array(Math.min(length, FIRST_NAME_END));
      await this.#bytes.open().read(start, this.#bytes.offset + middle * this.shape.pageSize);
      if (compareBytes(firstName(start), name) <= 0) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Compares what was read in place with the leaf hashes that were sealed. */
  #check(data: Uint8Array, leaves: Uint8Array): void {
    if (leaves.length === 0) return;
    const found = new Uint8Array(leaves.length);
    hashLeaves(this.shape, data, found, 0);
    if (equalBytes(found, leaves)) return;
    this.#bytes.distrust();
    throw new ServeError('CHANGED', 'file is not what was sealed');
  }
}
