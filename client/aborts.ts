/** Things that end when a signal aborts, with one listener per signal however many they are. */
export class Aborts<Thing> {
  readonly #onAbort: (thing: Thing, reason: unknown) => void;
  readonly #watched = new Map<
    AbortSignal,
    { readonly things: Set<Thing>; readonly listener: () => void }
  >();

  /** @param onAbort - Called for each watched thing when its signal aborts. */
  constructor(onAbort: (thing: Thing, reason: unknown) => void) {
    this.#onAbort = onAbort;
  }

  /** Watches a signal on behalf of a thing, until the returned function is called. */
  watch(signal: AbortSignal, thing: Thing): () => void {
    let entry = this.#watched.get(signal);
    if (entry === undefined) {
      const things = new Set<Thing>();
      const listener = () => {
        for (const each of things) this.#onAbort(each, signal.reason);
      };
      entry = { things, listener };
      this.#watched.set(signal, entry);
      signal.addEventListener('abort', listener);
    }
    const { things, listener } = entry;
    things.add(thing);
    return () => {
      things.delete(thing);
      if (things.size > 0) return;
      signal.removeEventListener('abort', listener);
      if (this.#watched.get(signal)?.things === things) this.#watched.delete(signal);
    };
  }
}
