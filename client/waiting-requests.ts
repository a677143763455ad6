import type { Pending } from './pending.ts';

/**
 * Requests that are not sent yet, or to be sent again: first come first served, but what nobody waits
 * for comes after all that somebody does.
 */
export class WaitingRequests {
  #wanted: Pending[] = [];
  #background: Pending[] = [];

  /** The one to be sent next. */
  get next(): Pending | undefined {
    return this.#wanted[0] ?? this.#background[0];
  }

  /** Takes the next one out. */
  shift(): void {
    (this.#wanted.length > 0 ? this.#wanted : this.#background).shift();
  }

  push(pending: Pending): void {
    const { background } = pending.ask;
    if (background === undefined || background.isWanted) {
      this.#wanted.push(pending);
      return;
    }
    background.isWaiting = true;
    this.#background.push(pending);
  }

  /** Puts requests that were sent in vain before all others, in their order. */
  putFirst(requests: readonly Pending[]): void {
    this.#wanted = [...requests, ...this.#wanted];
  }

  remove(pending: Pending): void {
    for (const queue of [this.#wanted, this.#background]) {
      const index = queue.indexOf(pending);
      if (index >= 0) queue.splice(index, 1);
    }
  }

  /** Returns all of them. */
  all(): readonly Pending[] {
    return [...this.#wanted, ...this.#background];
  }

  clear(): void {
    this.#wanted = [];
    this.#background = [];
  }
}
