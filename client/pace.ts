/** Up to this much owed, an answer takes what any answer takes; bytes. */
const SMALL_BYTES = 65_536;
/** Taken for the rate until there is a sample: more than any link, so that it is tried. Bytes in a millisecond. */
const HOPED_RATE = 10_000_000;
/** How much a new sample counts. */
const SAMPLE_WEIGHT = 0.2;
/** How much it counts that an answer was waited for in vain. */
const LATE_WEIGHT = 0.5;

/** What is known of how fast a server answers: a time for the smallest answer, and a rate. */
export class Pace {
  /** Milliseconds. */
  #base: number | undefined;
  /** Bytes in a millisecond. */
  #rate: number | undefined;

  get isKnown(): boolean {
    return this.#base !== undefined || this.#rate !== undefined;
  }

  /**
   * Estimates how long an answer takes.
   *
   * @param load - Bytes that the server owes then, the answer included.
   * @returns Milliseconds; `undefined` if nothing is known.
   */
  expectedMs(load: number): number | undefined {
    if (!this.isKnown) return undefined;
    return (this.#base ?? 0) + load / (this.#rate ?? HOPED_RATE);
  }

  /** Learns from an answer how long it has taken, in milliseconds. */
  answered(load: number, ms: number): void {
    if (load <= SMALL_BYTES) this.#base = mixed(this.#base, ms, SAMPLE_WEIGHT);
    else {
      if (this.#base !== undefined) this.#base = Math.min(this.#base, ms / 2);
      const rate = load / (ms - (this.#base ?? 0));
      this.#rate = mixed(this.#rate, rate, SAMPLE_WEIGHT);
    }
  }

  /** Learns that an answer has not come for so long. */
  late(load: number, ms: number): void {
    if (ms <= (this.expectedMs(load) ?? 0)) return;
    if (load <= SMALL_BYTES) this.#base = mixed(this.#base, ms, LATE_WEIGHT);
    else this.#rate = mixed(this.#rate, load / ms, LATE_WEIGHT);
  }
}

function mixed(before: number | undefined, sample: number, weight: number): number {
  return before === undefined ? sample : before + weight * (sample - before);
}
