import type { NodeRun } from '../common/tree/range-proof.ts';
import { pageCount, type TreeShape, widthOf } from '../common/tree/shape.ts';
import { isEstablished, type Sequence } from './access-pattern.ts';
import { inBackground } from './channel.ts';
import type { RemoteObject } from './remote-object.ts';

/** Most nodes that are fetched at once: 16 KiB. */
const MAX_NODES = 512;
/** Nodes that are fetched first for a sequence, which may end soon; doubled each time. */
const FIRST_NODES = 32;
/** Reads in scattered places after which as many more are expected as make their nodes pay. */
const SCATTERED_READS = 32;
/** Reads of a sequence, not counting those that find all they want in the cache. */
const SEQUENCE_READS = 2;
/** Pages of the smallest file whose upper levels are worth a request. */
const MIN_PAGES = 4096;

/** Nodes of the level of a sequence's reads. */
interface Warmed {
  readonly level: number;
  /** Reads of them that had to ask for pages. */
  reads: number;
  /** Node after the last one that was asked for. */
  end: number;
  /** How many are asked for next. */
  count: number;
}

/**
 * Fetches the nodes of one file that its next reads will rest on, beside the reads themselves.
 *
 * No read waits for them: one that is sent before they have arrived asks for siblings up to what is known
 * then. After 32 reads in scattered places the upper levels are fetched, once; for reads in order, the level
 * of the reads, at most 512 nodes (16 KiB) at a time.
 */
export class NodeWarmer {
  readonly #object: RemoteObject;
  readonly #warmed = new WeakMap<Sequence, Warmed>();
  #scattered = 0;

  constructor(object: RemoteObject) {
    this.#object = object;
  }

  /**
   * Takes note of a read that had to ask for pages.
   *
   * @param sequence - What it is part of.
   * @param start - First page.
   * @param end - Page after the last one.
   */
  observe(sequence: Sequence, start: number, end: number): void {
    if (sequence.reads === 1) this.#observeScattered();
    else if (isEstablished(sequence)) this.#observeSequence(sequence, start, end);
  }

  #observeScattered(): void {
    this.#scattered += 1;
    const { shape } = this.#object;
    if (this.#scattered !== SCATTERED_READS || pageCount(shape) < MIN_PAGES) return;
    const level = shape.widths.findIndex((width) => width <= MAX_NODES);
    this.#fetch(level, 0, widthOf(shape, level));
  }

  #observeSequence(sequence: Sequence, start: number, end: number): void {
    const { shape } = this.#object;
    const level = levelOfReads(shape, end - start);
    const at = Math.floor(start / shape.arity ** level);
    const before = this.#warmed.get(sequence);
    const warmed =
      before?.level === level ? before : { level, reads: 0, end: at, count: FIRST_NODES };
    this.#warmed.set(sequence, warmed);
    warmed.reads += 1;
    if (warmed.reads < SEQUENCE_READS) return; // most is cached
    warmed.end = Math.max(warmed.end, at);
    const width = widthOf(shape, level);
    // half a load ahead, so that the next one is there in time
    if (warmed.end - at > warmed.count / 4 || warmed.end === width) return;
    const next = Math.min(warmed.end + warmed.count, width);
    this.#fetch(level, warmed.end, next);
    warmed.end = next;
    warmed.count = Math.min(2 * warmed.count, MAX_NODES);
  }

  /** Fetches nodes and keeps them, with those above. A failure is that of the reads which need them. */
  #fetch(level: number, start: number, end: number): void {
    if (end - start < FIRST_NODES / 2) return; // the rest of a file, or a tree that has no wide level
    const { nodes } = this.#object;
    const anchors = nodes.anchorsFor(level, start, end);
    if (anchors.anchorLevel === level) return;
    const keep = (runs: readonly NodeRun[]) => nodes.keep(runs);
    const options = { keep, background: inBackground() };
    this.#object.readNodesUnder(level, start, end, anchors, options).catch(() => undefined);
  }
}

/** Finds the level whose nodes stand above as many pages as reads have, or above fewer. */
function levelOfReads({ arity, height }: TreeShape, pages: number): number {
  let level = 0;
  while (level < height && arity ** (level + 1) <= pages) level += 1;
  return level;
}
