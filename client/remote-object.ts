import { nodesCost, pagesCost } from '../common/cost.ts';
import { type Descriptor, encodeDescriptor, objectId } from '../common/descriptor.ts';
import { type PagesealError, ProtocolError } from '../common/errors.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import type { ReadPages } from '../common/read-frames.ts';
import { checkProofLength, type NodeRange, type NodeRun } from '../common/tree/range-proof.ts';
import { pageCount, pagesLength, type TreeShape, treeShape } from '../common/tree/shape.ts';
import { verifyPages, verifyRange } from '../common/tree/verify-range.ts';
import { encodeServerFrame } from '../common/wire.ts';
import type { VerifiedCache } from './cache.ts';
import type { Answer, AnswerSource, Ask, Background, Channel } from './channel.ts';
import type { KeptObject } from './durable-cache.ts';
import { type Fetch, KeptReads } from './kept-reads.ts';
import { type Anchors, VerifiedNodes } from './node-cache.ts';
import type { RunMemory } from './run-memory.ts';

/** Pages of an object that are looked for where it is kept, at most: each 256 of them take a look. */
const MAX_PAGES_LOOKED_FOR = 4096;

/** How pages are asked for. */
export interface PageOptions {
  /** Where the pages are put once they are proven, if they fit; else they are in new memory. */
  readonly into?: Uint8Array | undefined;
  /** Given the pages once they are proven, before they are put where others may write; good during the call. */
  readonly onProven?: ((data: Uint8Array) => void) | undefined;
  /** What they may be in instead, proven or not yet; of no meaning unless the read resolves. */
  readonly memory?: RunMemory | undefined;
  readonly signal?: AbortSignal | undefined;
  /** If nobody waits for them. */
  readonly background?: Background | undefined;
}

/** Receives every node of a proof once it is verified. */
type Keep = (runs: readonly NodeRun[]) => void;

interface NodeOptions extends Omit<PageOptions, 'into' | 'onProven' | 'memory'> {
  readonly keep?: Keep;
}

type PagesAsk<Result> = Ask<'pages', Result>;

/** Pages that may have come before what proves them, and who sent them. */
interface EarlyPages {
  readonly data: Uint8Array;
  readonly from: AnswerSource;
  readonly isVerified: boolean;
}

/**
 * Reads pages and nodes of one object, each verified against its descriptor.
 *
 * @see SPEC.md, "Reads"
 */
export class RemoteObject {
  readonly descriptor: Descriptor;
  readonly shape: TreeShape;
  /** 32 bytes. */
  readonly id: Uint8Array;
  /** With a page's index added, the key of that page in a cache that objects share. */
  readonly firstNumber: number;
  /** What is verified of its tree and still known. */
  readonly nodes: VerifiedNodes;
  readonly #connection: Channel;
  /** Where it is kept durably, if anywhere. */
  readonly #kept: KeptObject | undefined;
  readonly #keptReads: KeptReads | undefined;
  readonly #keep: Keep = (runs) => this.nodes.keep(runs);

  /**
   * @param descriptor - From a statement or an entry that is verified.
   * @param kept - Looked into before the server is asked, and given what the server sent.
   */
  constructor(
    descriptor: Descriptor,
    connection: Channel,
    cache: VerifiedCache,
    kept?: KeptObject,
  ) {
    const { profile, pageSize, size, root } = descriptor;
    this.descriptor = descriptor;
    this.shape = treeShape(profile, pageSize, size);
    this.id = objectId(encodeDescriptor(descriptor));
    this.firstNumber = cache.objects.firstOf(this.id, Math.max(1, pageCount(this.shape)));
    this.#connection = connection;
    this.nodes = new VerifiedNodes(this.shape, root, cache.nodes, this.firstNumber);
    this.#kept = kept;
    this.#keptReads = kept && new KeptReads(this.shape, kept, this.#fetch);
  }

  /** Pages of which a read fits the server's limits wherever it starts; at least 1, which always fits. */
  get affordablePages(): number {
    const room = this.#connection.maxReadCost - this.#longestProof;
    return Math.max(1, Math.floor(room / this.shape.pageSize));
  }

  /**
   * Reads pages in one request, resting on the lowest nodes that are known, and keeps the nodes of
   * the proof.
   *
   * @returns The pages, verified; owned by the caller, or in what the options say.
   * @throws {RangeError} If the range is empty or outside the object.
   * @throws {ProtocolError} `ERR_DATA_LENGTH`, `ERR_PROOF_LENGTH`.
   * @throws {IntegrityError} `ERR_PROOF_MISMATCH`.
   */
  readPages(start: number, end: number, options: PageOptions = {}): Promise<Uint8Array> {
    const anchors = this.nodes.anchorsFor(0, start, end);
    return this.readPagesUnder(start, end, anchors, options, this.#keep);
  }

  /**
   * Reads pages in one request, resting on given anchors.
   *
   * @param keep - Receives every node of the proof once it is verified.
   * @returns As `readPages`.
   */
  readPagesUnder(
    start: number,
    end: number,
    anchors: Anchors,
    options: PageOptions = {},
    keep?: Keep,
  ): Promise<Uint8Array> {
    const { memory, signal } = options;
    const kept = this.#keptReads?.pages(start, end, anchors, { keep, memory, signal });
    if (kept === undefined) return this.#fetchPages(start, end, anchors, options, keep);
    return kept.then((data) =>
      data ? handOut(data, options) : this.#fetchPages(start, end, anchors, options, keep),
    );
  }

  /** Returns the pages that are kept durably, in order, if what is kept is true; none of many pages. */
  async keptPages(): Promise<readonly number[]> {
    const count = pageCount(this.shape);
    if (this.#kept === undefined || count > MAX_PAGES_LOOKED_FOR) return [];
    const present = await this.#kept.present(0, count);
    return Array.from({ length: count }, (_, page) => page).filter((page) => present[page] !== 0);
  }

  /** Reads a page that is kept durably, verified; `undefined` if it is not, or not any more. */
  async readKeptPage(page: number): Promise<Uint8Array | undefined> {
    const anchors = this.nodes.anchorsFor(0, page, page + 1);
    return this.#keptReads?.proven(page, page + 1, anchors, { keep: this.#keep });
  }

  /**
   * Keeps a page that came with another answer, where one that was read would be kept.
   *
   * @param runs - Every node that is verified with it.
   */
  keepPage(page: number, data: Uint8Array, runs: readonly NodeRun[]): void {
    this.nodes.keep(runs);
    this.#kept?.keepPages(page, page + 1, data);
    this.#kept?.keepNodes(runs);
  }

  #fetchPages(
    start: number,
    end: number,
    anchors: Anchors,
    options: PageOptions,
    keep?: Keep,
  ): Promise<Uint8Array> {
    const { anchorLevel, hashes } = anchors;
    const range = { level: 0, start, end, anchorLevel };
    const accept: PagesAsk<Uint8Array>['accept'] = ({ data, siblings }, from, isWanted) => {
      checkLength(data, pagesLength(this.shape, start, end));
      const runs = verifyPages(this.shape, range, data, siblings, hashes);
      keep?.(runs);
      this.#kept?.keepPages(start, end, data);
      this.#kept?.keepNodes(runs);
      if (!isWanted) return data;
      options.onProven?.(data);
      return options.memory?.take(data, from) ?? put(data, options.into) ?? data.slice();
    };
    return this.#requestPages(range, hashes, accept, options);
  }

  /**
   * Reads pages and, beside them, their leaf hashes: two requests that do not wait for each other.
   *
   * The leaf hashes are verified first, and kept; then the pages, against them. Who sent pages that are
   * not right is to blame even if they came first, and they are asked of others.
   *
   * @returns As `readPages`.
   * @see SPEC.md, V16 to V19
   */
  async readPagesBeside(
    start: number,
    end: number,
    options: PageOptions = {},
  ): Promise<Uint8Array> {
    const above = this.nodes.anchorsFor(0, start, end);
    if (above.anchorLevel === 0) return this.readPagesUnder(start, end, above, options);
    const kept = await this.#keptReads?.pages(start, end, above, options);
    if (kept !== undefined) return handOut(kept, options);
    const range = { level: 0, start, end, anchorLevel: 0 };
    const leaves = new Uint8Array((end - start) * HASH_LENGTH);
    let areVerified = false;
    const keep = (runs: readonly NodeRun[]) => {
      leaves.set(leavesIn(runs, start, end));
      areVerified = true;
      this.nodes.keep(runs);
    };
    const accept: PagesAsk<EarlyPages>['accept'] = ({ data, siblings }, from, isWanted) => {
      checkLength(data, pagesLength(this.shape, start, end));
      checkProofLength(this.shape, range, siblings);
      if (areVerified) verifyPages(this.shape, range, data, siblings, leaves);
      const taken = isWanted ? (options.memory?.take(data, from) ?? data.slice()) : data;
      return { data: taken, from, isVerified: areVerified };
    };
    const { signal, background } = options;
    const since = performance.now();
    const [, pages] = await Promise.all([
      this.readNodesUnder(0, start, end, above, { keep, signal, background }),
      this.#requestPages(range, leaves, accept, options),
    ]);
    const isRight = pages.isVerified || this.#verifyLate(range, pages, leaves);
    const right = isRight ? pages : await this.#requestPages(range, leaves, accept, options, since);
    this.#kept?.keepPages(start, end, right.data);
    return handOut(right.data, options);
  }

  /**
   * Verifies pages that came before their leaf hashes, and blames who sent them if they are not right.
   *
   * @returns Whether they are.
   */
  #verifyLate(range: NodeRange, { data, from }: EarlyPages, leaves: Uint8Array): boolean {
    const siblings = new Uint8Array();
    try {
      verifyPages(this.shape, range, data, siblings, leaves);
      return true;
    } catch (error) {
      from.blame({
        check: 'answer',
        error: error as PagesealError,
        frame: encodeServerFrame(1, { type: 'pages', data, siblings }),
        request: { requestId: 1, message: this.#pagesMessage(range) },
        basis: { descriptor: this.descriptor, anchors: leaves },
      });
      return false;
    }
  }

  #requestPages<Result>(
    range: NodeRange,
    anchors: Uint8Array,
    accept: PagesAsk<Result>['accept'],
    { signal, background }: PageOptions,
    since?: number,
  ): Promise<Result> {
    const message = this.#pagesMessage(range);
    const cost = this.#affordable(pagesCost(this.shape, range));
    const basis = { descriptor: this.descriptor, anchors };
    const answer = 'pages';
    const ask: PagesAsk<Result> = { message, answer, cost, background, basis, since, accept };
    return this.#connection.request(ask, signal);
  }

  #pagesMessage({ start, end, anchorLevel }: NodeRange): ReadPages {
    const count = end - start;
    return { type: 'readPages', object: this.id, first: start, count, anchorLevel };
  }

  /**
   * Reads nodes of one level, in as many requests as they need, and keeps none of them.
   *
   * @returns The nodes, verified; 32 bytes each.
   * @throws As `readPages`.
   */
  async readNodes(
    level: number,
    start: number,
    end: number,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const found = new Uint8Array((end - start) * HASH_LENGTH);
    const { maxReadCost } = this.#connection;
    const room = Math.min(maxReadCost / 2, maxReadCost - this.#longestProof);
    const most = Math.max(1, Math.floor(room / HASH_LENGTH));
    const parts: Promise<void>[] = [];
    for (let from = start; from < end; from += most) {
      const run = this.#readNodeRun(level, from, Math.min(from + most, end), signal);
      parts.push(run.then((hashes) => found.set(hashes, (from - start) * HASH_LENGTH)));
    }
    await Promise.all(parts);
    return found;
  }

  async #readNodeRun(
    level: number,
    start: number,
    end: number,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    const anchors = this.nodes.anchorsFor(level, start, end);
    if (anchors.anchorLevel === level) return anchors.hashes;
    return this.readNodesUnder(level, start, end, anchors, { signal });
  }

  /**
   * Reads nodes of one level in one request, resting on given anchors.
   *
   * @param level - Below that of the anchors.
   * @returns As `readNodes`.
   */
  readNodesUnder(
    level: number,
    start: number,
    end: number,
    anchors: Anchors,
    options: NodeOptions = {},
  ): Promise<Uint8Array> {
    const kept = this.#keptReads?.nodes(level, start, end, anchors, options);
    if (kept === undefined) return this.#fetchNodes(level, start, end, anchors, options);
    return kept.then((nodes) => nodes ?? this.#fetchNodes(level, start, end, anchors, options));
  }

  async #fetchNodes(
    level: number,
    start: number,
    end: number,
    anchors: Anchors,
    options: NodeOptions,
  ): Promise<Uint8Array> {
    const { anchorLevel, hashes } = anchors;
    const range = { level, start, end, anchorLevel };
    const accept = ({ nodes, siblings }: Answer<'nodes'>) => {
      checkLength(nodes, (end - start) * HASH_LENGTH);
      const runs = verifyRange(this.shape, range, nodes, siblings, hashes);
      options.keep?.(runs);
      this.#kept?.keepNodes(runs);
      return nodes.slice();
    };
    const bounds = { level, first: start, count: end - start, anchorLevel };
    const message = { type: 'readNodes', object: this.id, ...bounds } as const;
    const cost = this.#affordable(nodesCost(this.shape, range));
    const basis = { descriptor: this.descriptor, anchors: hashes };
    const { background, signal } = options;
    const ask = { message, answer: 'nodes', cost, background, basis, accept } as const;
    return this.#connection.request(ask, signal);
  }

  /** How what is not kept is fetched. */
  get #fetch(): Fetch {
    return {
      pages: (start, end, anchors, signal) => this.#fetchPages(start, end, anchors, { signal }),
      nodes: (level, start, end, anchors, signal) =>
        this.#fetchNodes(level, start, end, anchors, { signal }),
    };
  }

  /** Bytes of siblings on both sides of every level. */
  get #longestProof(): number {
    return 2 * (this.shape.arity - 1) * this.shape.height * HASH_LENGTH;
  }

  /** @throws {ProtocolError} `ERR_WELCOME` if not even one page fits the server's limits. */
  #affordable(cost: number): number {
    if (cost <= this.#connection.maxReadCost) return cost;
    throw new ProtocolError('ERR_WELCOME', `server's max_frame_bytes is too small for a read`);
  }
}

/** Hands out proven pages that are in memory of their own. */
function handOut(data: Uint8Array, { into, onProven }: PageOptions): Uint8Array {
  onProven?.(data);
  return put(data, into) ?? data;
}

/** Puts proven bytes where they are wanted; `undefined` if that is nowhere, or too short by now. */
export function put(data: Uint8Array, into: Uint8Array | undefined): Uint8Array | undefined {
  if (into === undefined || into.length < data.length) return undefined;
  into.set(data);
  return into.length === data.length ? into : into.subarray(0, data.length);
}

/** Returns the leaf hashes of pages from the runs of their proof, the lowest of which has siblings, too. */
function leavesIn(runs: readonly NodeRun[], start: number, end: number): Uint8Array {
  const lowest = runs[0];
  const from = (start - (lowest?.start ?? 0)) * HASH_LENGTH;
  return (lowest?.hashes ?? new Uint8Array()).subarray(from, from + (end - start) * HASH_LENGTH);
}

/**
 * Checks the length of an answer's data or nodes, in bytes.
 *
 * @throws {ProtocolError} `ERR_DATA_LENGTH` if it is another.
 * @see SPEC.md, V16
 */
export function checkLength(bytes: Uint8Array, want: number): void {
  if (bytes.length === want) return;
  throw new ProtocolError('ERR_DATA_LENGTH', `answer has ${bytes.length} bytes, want ${want}`);
}
