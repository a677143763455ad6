import { setImmediate } from 'node:timers/promises';

const INTERVAL_MS = 50;

/**
 * Lets a long synchronous job breathe: signals, cancellation and progress get their turn.
 *
 * Sealing calls the file system synchronously, since each asynchronous call costs some 50 µs more.
 */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  readonly #report: () => void;
  #next = 0;

  /** @param report - Called at every pause. */
  constructor(signal: AbortSignal | undefined, report: () => void) {
    this.#signal = signal;
    this.#report = report;
  }

  /** Tells whether it is time for a pause. */
  due(): boolean {
    return performance.now() >= this.#next;
  }

  /** Rejects with the signal's reason if it is aborted. */
  async pause(): Promise<void> {
    this.#report();
    await setImmediate();
    this.#signal?.throwIfAborted();
    this.#next = performance.now() + INTERVAL_MS;
  }
}
