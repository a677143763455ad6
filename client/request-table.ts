import type { Pending } from './pending.ts';

/** Slots of a new table; twice as many whenever half of them are taken. */
const FIRST_SLOTS = 64;

/**
 * The requests in flight on one connection, by their ids.
 *
 * A `Map` would leave tables behind as it is written to, each pointing to the next: one that has grown old
 * keeps all that follow, with the requests and answers in them, from being collected while they are young.
 * Random reads with many in flight show it; see `test/bench`.
 */
export class RequestTable {
  /** A request stands at its id modulo their number, which is a power of two. */
  #slots: (Pending | undefined)[] = Array.from({ length: FIRST_SLOTS });
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): Pending | undefined {
    const pending = this.#at(id);
    return pending?.requestId === id ? pending : undefined;
  }

  /** Tells whether an id may be given to a request: none stands where that one would. */
  isFree(id: number): boolean {
    return this.#at(id) === undefined;
  }

  /** Adds a request, whose id is free and stays what it is. */
  add(pending: Pending): void {
    this.#size += 1;
    if (2 * this.#size > this.#slots.length) this.#grow();
    this.#put(pending.requestId, pending);
  }

  /** Takes out a request that is in flight. */
  delete(id: number): void {
    this.#put(id, undefined);
    this.#size -= 1;
  }

  /** Returns the earliest deadline; infinity if nothing is in flight. */
  earliestDeadline(): number {
    let earliest = Infinity;
    for (const pending of this.#slots) if (pending) earliest = Math.min(earliest, pending.deadline);
    return earliest;
  }

  /** Ids that differ modulo the number of slots differ modulo twice that, too. */
  #grow(): void {
    const all = this.#slots;
    this.#slots = Array.from({ length: 2 * all.length });
    for (const pending of all) if (pending) this.#put(pending.requestId, pending);
  }

  #at(id: number): Pending | undefined {
    return this.#slots[id % this.#slots.length];
  }

  #put(id: number, pending: Pending | undefined): void {
    this.#slots[id % this.#slots.length] = pending;
  }
}
