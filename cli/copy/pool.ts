/** Runs a bounded number of tasks at once. */
export class Pool {
  readonly #max: number;
  #running = 0;
  /** Called when a task has ended. */
  #onEnd: () => void = () => undefined;

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Starts a task once there is room for it; to be awaited before the next one is added.
   *
   * @param task - Handles its own failures: it never rejects.
   */
  async add(task: () => Promise<void>): Promise<void> {
    while (this.#running >= this.#max) await this.#end();
    this.#running += 1;
    void task().finally(() => {
      this.#running -= 1;
      this.#onEnd();
    });
  }

  /** Resolves when no task runs any more. */
  async drain(): Promise<void> {
    while (this.#running > 0) await this.#end();
  }

  #end(): Promise<void> {
    return new Promise((resolve) => {
      this.#onEnd = resolve;
    });
  }
}
