import { setImmediate } from 'node:timers/promises';

const INTERVAL_MS = 50;

/** Gives signals and progress their turn in work that hardly ever waits. */
export class Breather {
  #next = performance.now() + INTERVAL_MS;

  /** Returns at once, or after a turn of the event loop if the last is `INTERVAL_MS` ago. */
  async breathe(signal: AbortSignal): Promise<void> {
    if (performance.now() < this.#next) return;
    await setImmediate();
    signal.throwIfAborted();
    this.#next = performance.now() + INTERVAL_MS;
  }
}
