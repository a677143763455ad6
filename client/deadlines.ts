import type { Pending } from './pending.ts';

/** Places that are left empty, beyond as many as there are requests, before these move up. */
const MIN_EMPTY = 64;

/**
 * Requests that are not settled, in the order of their deadlines: each has as long as all others.
 *
 * One timer serves all of them. They stand in an array rather than a `Set`, for the reason that
 * `RequestTable` gives.
 */
export class Deadlines {
  readonly #ms: number;
  readonly #expire: (late: readonly Pending[]) => void;
  /** Each request at its `place`. */
  #queue: (Pending | undefined)[] = [];
  #empty = 0;
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
    this.#append(pending);
    this.#setTimer(this.#ms);
  }

  delete(pending: Pending): void {
    if (!this.has(pending)) return;
    this.#queue[pending.place] = undefined;
    this.#empty += 1;
    if (this.#queue.length < 2 * this.#empty - MIN_EMPTY) this.#moveUp();
  }

  has(pending: Pending): boolean {
    return this.#queue[pending.place] === pending;
  }

  /** Returns all of them. */
  all(): readonly Pending[] {
    return this.#queue.filter((pending) => pending !== undefined);
  }

  #moveUp(): void {
    const open = this.all();
    this.#queue = [];
    this.#empty = 0;
    for (const pending of open) this.#append(pending);
  }

  #append(pending: Pending): void {
    pending.place = this.#queue.push(pending) - 1;
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
    const open = this.all();
    const late = open.filter(({ deadline }) => deadline <= now);
    const next = open[late.length];
    if (next) this.#setTimer(next.deadline - now);
    this.#expire(late);
  }
}
