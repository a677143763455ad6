/** What a reader remembers of an origin: the highest version it has accepted. */
export interface RememberedVersion {
  readonly version: number;
  /** Hash of that version's text, 32 bytes. */
  readonly textHash: Uint8Array;
  /** That version's note, as it was received. */
  readonly note: Uint8Array;
}

/**
 * Where versions are remembered between connections.
 *
 * @see SPEC.md, V7 to V9
 */
export interface VersionMemory {
  /** Returns what is remembered; `undefined` on first contact with an origin. */
  recall(origin: string): Promise<RememberedVersion | undefined>;
  /** Remembers a higher version; resolves once that is as durable as this memory can make it. */
  remember(origin: string, version: RememberedVersion): Promise<void>;
}

/** Remembers versions for as long as it lives itself. */
export class TransientVersions implements VersionMemory {
  readonly #versions = new Map<string, RememberedVersion>();

  recall(origin: string): Promise<RememberedVersion | undefined> {
    return Promise.resolve(this.#versions.get(origin));
  }

  remember(origin: string, version: RememberedVersion): Promise<void> {
    const known = this.#versions.get(origin);
    if (known === undefined || known.version < version.version) this.#versions.set(origin, version);
    return Promise.resolve();
  }
}
