/** Least time that a silent server is given to answer a `Ping`; milliseconds. */
const MIN_GRACE_MS = 1000;
/** Shortest time between two looks; milliseconds. */
const MIN_PERIOD_MS = 10;

/** What is to be done about a connection. */
export type Judgement = 'wait' | 'probe' | 'giveUp';

/**
 * Tells a silent connection from a dead one.
 *
 * Time is counted in looks, which are a period apart or more. So a machine that slept, or a program that
 * was busy, sees one late look, not a long silence: whatever has arrived meanwhile is read before the next.
 *
 * @see SPEC.md, V15
 */
export class Liveness {
  /** Time between two looks, in milliseconds: a sixth of the deadline. */
  readonly periodMs: number;
  readonly #grace: number;
  readonly #idle: number;
  #heard = 0;
  #quiet = 0;
  #probedAt: number | undefined;

  constructor(deadlineMs: number) {
    this.periodMs = Math.max(MIN_PERIOD_MS, deadlineMs / 6);
    this.#grace = Math.ceil(MIN_GRACE_MS / this.periodMs);
    this.#idle = Math.ceil(deadlineMs / this.periodMs);
  }

  /**
   * Looks at a connection.
   *
   * @param heard - Frames that have arrived on it.
   * @param owes - Whether it has to answer anything; if not, it is probed after a deadline of silence.
   */
  look(heard: number, owes: boolean): Judgement {
    if (heard !== this.#heard) {
      this.#heard = heard;
      this.#quiet = 0;
      this.#probedAt = undefined;
      return 'wait';
    }
    this.#quiet += 1;
    if (this.#probedAt !== undefined) {
      return this.#quiet - this.#probedAt >= this.#grace ? 'giveUp' : 'wait';
    }
    if (this.#quiet < (owes ? 1 : this.#idle)) return 'wait';
    this.#probedAt = this.#quiet;
    return 'probe';
  }
}
