/** Runs that are asked for ahead of the one that is used, on any link. */
const MIN_RUNS = 12;
/** Most bytes ahead, unless the fewest runs have more: three quarters of what servers grant by default. */
const MAX_BYTES = 12 * 1024 * 1024;
/** Runs that are asked for at once on a short link, so that their requests share a packet. */
const BATCH = 6;
/** What is ahead, in parts of what the link holds: more than 1, or a rate that the window bounds would stay. */
const GAIN = 2;
/** No rate is taken over less: clocks of browsers are coarse. Milliseconds. */
const MIN_INTERVAL = 1;

/**
 * How far a stream asks ahead: as far as the link is long.
 *
 * What fills a link is its rate times its delay. The delay is the least time that an answer took, as later
 * ones wait for each other; the rate is that of the use, so a slow user is not read ahead for.
 */
export class StreamWindow {
  readonly #maxRuns: number;
  #runs = MIN_RUNS;
  /** Milliseconds. */
  #delay = Number.POSITIVE_INFINITY;
  /** When the rate was last looked at, and the runs that were used since. */
  #since: number | undefined;
  #used = 0;

  /** @param runLength - Bytes. */
  constructor(runLength: number) {
    this.#maxRuns = Math.max(MIN_RUNS, Math.floor(MAX_BYTES / runLength));
  }

  /**
   * Tells how many runs to ask for now; on a short link 0 unless they are worth a packet. On a long one, what
   * is not asked for at once is missing in the end.
   *
   * @param ahead - Runs that are asked for and not used yet.
   */
  room(ahead: number): number {
    const room = Math.max(0, this.#runs - ahead);
    return this.#runs === MIN_RUNS && room < BATCH ? 0 : room;
  }

  /** Learns that an answer has taken so many milliseconds. */
  answered(ms: number): void {
    this.#delay = Math.min(this.#delay, ms);
  }

  /** Learns that a run is used, at a time in milliseconds of any clock that does not go back. */
  used(now: number): void {
    this.#since ??= now;
    this.#used += 1;
    if (this.#used <= this.#runs) return;
    const rate = (this.#used - 1) / Math.max(MIN_INTERVAL, now - this.#since);
    const fill = Math.ceil(GAIN * rate * this.#delay);
    this.#runs = Math.max(MIN_RUNS, Math.min(this.#maxRuns, fill));
    this.#since = now;
    this.#used = 1;
  }
}
