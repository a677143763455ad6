import { backOff } from './back-off.ts';

/** Decides when a lost server is tried again: one attempt at a time, each failure doubling the wait. */
export class Redial {
  readonly #attempt: (signal: AbortSignal) => Promise<boolean>;
  readonly #random: () => number;
  #failures = 0;
  /** Before it, nothing is tried; milliseconds of `performance.now()`. */
  #notBefore = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #current: AbortController | undefined;

  /**
   * @param attempt - Tries to connect, and tells whether to go on trying; must not reject.
   * @param random - Returns numbers in `[0, 1)`.
   */
  constructor(attempt: (signal: AbortSignal) => Promise<boolean>, random: () => number) {
    this.#attempt = attempt;
    this.#random = random;
  }

  /**
   * Says that a connection was lost, or an attempt failed.
   *
   * @param hasServed - Whether it had been of any use.
   * @param retryAfterMs - What the server asks for.
   */
  lost(hasServed: boolean, retryAfterMs = 0): void {
    this.#failures = hasServed ? 0 : this.#failures + 1;
    this.#notBefore = performance.now() + retryAfterMs + backOff(this.#failures, this.#random);
  }

  /** Starts an attempt when the wait after the last loss is over, unless one is set or under way. */
  want(): void {
    if (this.#timer !== undefined || this.#current !== undefined) return;
    const wait = Math.max(0, this.#notBefore - performance.now());
    this.#timer = setTimeout(() => void this.#try(), wait);
  }

  /** Ends what is under way. */
  cancel(reason: unknown): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#current?.abort(reason);
  }

  async #try(): Promise<void> {
    this.#timer = undefined;
    const stop = new AbortController();
    this.#current = stop;
    const again = await this.#attempt(stop.signal);
    this.#current = undefined;
    if (again) this.want();
  }
}
