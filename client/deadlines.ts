import type { Pending } from './pending.ts';

/**
 * Requests that are not settled, in the order of their deadlines: each has as long as all others.
 *
 * One timer serves all of them.
 */
export class Deadlines {
  readonly #ms: number;
  readonly #expire: (late: readonly Pending[]) => void;
  readonly #open = new Set<Pending>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param ms - How long a request has, in milliseconds.
   * @param expire - Given the requests whose deadline is over; takes each of them out.
   */
  constructor(ms: number, expire: (late: readonly Pending[]) => void) {
    this.#ms = ms;
    this.#expire = expire;
  }

  /** Returns the deadline of what is asked now; milliseconds of `performance.now()`. */
  next(): number {
    return performance.now() + this.#ms;
  }

  /** Adds a request whose deadline is not before that of any other. */
  add(pending: Pending): void {
    this.#open.add(pending);
    this.#setTimer(this.#ms);
  }

  delete(pending: Pending): void {
    this.#open.delete(pending);
  }

  has(pending: Pending): boolean {
    return this.#open.has(pending);
  }

  /** Returns all of them. */
  all(): readonly Pending[] {
    return [...this.#open];
  }

  /** Lets no deadline end any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #setTimer(delay: number): void {
    this.#timer ??= setTimeout(() => this.#check(), delay);
  }

  #check(): void {
    this.#timer = undefined;
    const now = performance.now(); // a machine may have slept, and timers be early
    const late: Pending[] = [];
    for (const pending of this.#open) {
      const left = pending.deadline - now;
      if (left > 0) {
        this.#setTimer(left);
        break;
      }
      late.push(pending);
    }
    this.#expire(late);
  }
}
