import { PolicyError } from '../common/errors.ts';

/** What a reader remembers of an origin: the highest version it has accepted. */
export interface RememberedVersion {
  readonly version: number;
  /** Hash of that version's text, 32 bytes. */
  readonly textHash: Uint8Array;
  /** That version's note, as it was received. */
  readonly note: Uint8Array;
}

/**
 * Where versions are remembered between connections; several clients may share one.
 *
 * A series, a whole number from 0, is what a reader raises to forget the versions of an origin.
 *
 * @see SPEC.md, "Version memory"
 */
export interface VersionMemory {
  /**
   * Returns what is remembered; `undefined` on first contact with an origin.
   *
   * @throws {PolicyError} `ERR_POLICY_VERSION` if a higher series of the origin is remembered.
   */
  recall(origin: string, series: number): Promise<RememberedVersion | undefined>;
  /**
   * Remembers a version, unless a higher one, or another text of this one, is remembered.
   *
   * @returns What is remembered by now, once that is as durable as this memory can make it.
   * @throws {PolicyError} `ERR_POLICY_VERSION` as `recall`.
   */
  remember(origin: string, series: number, version: RememberedVersion): Promise<RememberedVersion>;
  /**
   * Keeps two notes that contradict each other, for those who can.
   *
   * @param notes - Two texts of one version of the origin.
   * @returns Where they are kept.
   */
  keepEvidence?(origin: string, version: number, notes: readonly Uint8Array[]): Promise<string>;
}

/** Remembers versions for as long as it lives itself. */
export class TransientVersions implements VersionMemory {
  readonly #origins = new Map<
    string,
    { readonly series: number; readonly version: RememberedVersion }
  >();

  async recall(origin: string, series = 0): Promise<RememberedVersion | undefined> {
    return this.#find(origin, series);
  }

  async remember(
    origin: string,
    series: number,
    version: RememberedVersion,
  ): Promise<RememberedVersion> {
    const known = this.#find(origin, series);
    if (known !== undefined && known.version >= version.version) return known;
    this.#origins.set(origin, { series, version });
    return version;
  }

  #find(origin: string, series: number): RememberedVersion | undefined {
    const known = this.#origins.get(origin);
    if (known === undefined) return undefined;
    checkNotLowered(origin, series, known.series);
    return known.series === series ? known.version : undefined;
  }
}

/**
 * Checks that a reader's series has not been lowered.
 *
 * @throws {PolicyError} `ERR_POLICY_VERSION` if it has.
 */
export function checkNotLowered(origin: string, series: number, highest: number): void {
  if (series >= highest) return;
  const what = `series of "${origin}" is ${series}, used before: ${highest}`;
  throw new PolicyError('ERR_POLICY_VERSION', what);
}
