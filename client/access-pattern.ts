/** Reads that each start where another one ended, or near it. */
export interface Sequence {
  /** Byte after the furthest of them. */
  next: number;
  /** How many there were. */
  reads: number;
  /** Up to here, bytes are or will be there already: a read among them continues the sequence. */
  reach: number;
}

/** Sequences that are remembered: readers that take turns on one file. */
const MAX_SEQUENCES = 4;
/** Reads after which one that follows is expected. */
const ESTABLISHED = 3;
/** How far behind the furthest one a read may start, in bytes: kernels read ahead out of order. */
const MAX_DISORDER = 524_288;

/** Tells whether a sequence is one, rather than an accident. */
export function isEstablished({ reads }: Sequence): boolean {
  return reads >= ESTABLISHED;
}

/** Tells readers that go on from readers that jump, by the places of their reads. */
export class AccessPattern {
  /** The one that was continued last at the front. */
  readonly #sequences: Sequence[] = [];

  /**
   * Takes note of a read.
   *
   * @param start - First byte.
   * @param end - Byte after the last one.
   * @returns The sequence that it continues, or a new one, which has one read.
   */
  observe(start: number, end: number): Sequence {
    const index = this.#sequences.findIndex((sequence) => continues(sequence, start));
    const [found] = index < 0 ? [] : this.#sequences.splice(index, 1);
    const sequence = found ?? { next: start, reads: 0, reach: start };
    sequence.reads += 1;
    sequence.next = Math.max(sequence.next, end);
    sequence.reach = Math.max(sequence.reach, end);
    this.#sequences.unshift(sequence);
    if (this.#sequences.length > MAX_SEQUENCES) this.#sequences.pop();
    return sequence;
  }
}

function continues(sequence: Sequence, start: number): boolean {
  if (!isEstablished(sequence)) return start === sequence.next;
  return start >= sequence.next - MAX_DISORDER && start <= sequence.reach;
}
