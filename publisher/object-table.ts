import { HASH_LENGTH } from '../common/limits.ts';

const CHUNK = 65_536;
const FIRST_SLOTS = 1024;

/** Numbers objects in the order in which they are met; some 50 bytes of memory for each. */
export class ObjectTable {
  /** Number of objects. */
  count = 0;
  readonly #ids: Uint8Array[] = [];
  readonly #states: Uint8Array[] = [];
  /** Numbers plus one, each at a place that its id gives; 0 where there is none. */
  #slots = new Uint32Array(FIRST_SLOTS);

  /**
   * Returns the number of an object, which is the table's count if it is new.
   *
   * @param id - 32 bytes; copied.
   */
  add(id: Uint8Array): number {
    if ((this.count + 1) * 4 > this.#slots.length * 3) this.#grow();
    const slot = this.#slotOf(id);
    const known = this.#slots[slot] ?? 0;
    if (known > 0) return known - 1;
    const number = this.count;
    if (number % CHUNK === 0) {
      this.#ids.push(new Uint8Array(CHUNK * HASH_LENGTH));
      this.#states.push(new Uint8Array(CHUNK));
    }
    this.#ids[Math.floor(number / CHUNK)]?.set(id, (number % CHUNK) * HASH_LENGTH);
    this.#slots[slot] = number + 1;
    this.count += 1;
    return number;
  }

  /** Returns the number of an object; `undefined` if it was never added. */
  find(id: Uint8Array): number | undefined {
    const known = this.#slots[this.#slotOf(id)] ?? 0;
    return known > 0 ? known - 1 : undefined;
  }

  /** What was noted of an object: 0 to 255, 0 at first. */
  state(number: number): number {
    return this.#states[Math.floor(number / CHUNK)]?.[number % CHUNK] ?? 0;
  }

  setState(number: number, state: number): void {
    this.#states[Math.floor(number / CHUNK)]?.fill(state, number % CHUNK, (number % CHUNK) + 1);
  }

  /** Finds where an id stands, or the free place where it would. */
  #slotOf(id: Uint8Array): number {
    const view = new DataView(id.buffer, id.byteOffset, HASH_LENGTH);
    const length = this.#slots.length;
    for (let slot = view.getUint32(0) % length; ; slot = (slot + 1) % length) {
      const known = this.#slots[slot] ?? 0;
      if (known === 0 || this.#is(known - 1, id)) return slot;
    }
  }

  #is(number: number, id: Uint8Array): boolean {
    const chunk = this.#ids[Math.floor(number / CHUNK)];
    const at = (number % CHUNK) * HASH_LENGTH;
    for (let i = 0; i < HASH_LENGTH; i += 1) if (chunk?.[at + i] !== id[i]) return false;
    return true;
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let number = 0; number < this.count; number += 1) {
      const at = (number % CHUNK) * HASH_LENGTH;
      const id = this.#ids[Math.floor(number / CHUNK)]?.subarray(at, at + HASH_LENGTH);
      if (id !== undefined) this.#slots[this.#slotOf(id)] = number + 1;
    }
  }
}
