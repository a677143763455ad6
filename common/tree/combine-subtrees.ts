import { type HashedTiles, type TileSink, TreeBuilder } from './build.ts';
import { runLength, type SubtreeHasher, type TileRun } from './subtree.ts';
import type { TileLayout } from './tiles.ts';

/** Runs of tiles that may be under way, or wait for one before them. */
const MAX_AHEAD = 32;

/**
 * Builds the tree of an object from runs of tiles, several of which are hashed at once.
 *
 * @param hashers - Each is given one run after the other; one that hashes several at once can stand
 *   here several times.
 * @param tilesPerRun - At least 1.
 * @param onHashed - Called with the bytes under tiles that were added; its failure ends the work.
 * @returns The root, 32 bytes owned by the caller.
 * @throws What a hasher or `onHashed` throws, once nothing is under way any more.
 */
export async function combineSubtrees(
  layout: TileLayout,
  sink: TileSink,
  hashers: readonly SubtreeHasher[],
  tilesPerRun: number,
  onHashed: (length: number) => Promise<void>,
): Promise<Uint8Array> {
  const combination = new Combination(layout, sink, tilesPerRun, onHashed);
  const lanes = hashers.map((hasher) => combination.drive(hasher));
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
  return combination.finish();
}

class Combination {
  readonly #layout: TileLayout;
  readonly #builder: TreeBuilder;
  readonly #tilesPerRun: number;
  readonly #onHashed: (length: number) => Promise<void>;
  /** What was hashed before a run ahead of it, by number of the run. */
  readonly #early = new Map<number, HashedTiles>();
  readonly #runs: number;
  #next = 0;
  #added = 0;
  #failed = false;
  /** Hashers that are too far ahead. */
  #waiting: (() => void)[] = [];

  constructor(
    layout: TileLayout,
    sink: TileSink,
    tilesPerRun: number,
    onHashed: (length: number) => Promise<void>,
  ) {
    this.#layout = layout;
    this.#builder = new TreeBuilder(layout, sink);
    this.#tilesPerRun = tilesPerRun;
    this.#onHashed = onHashed;
    this.#runs = Math.ceil(layout.tilesOf(0) / tilesPerRun);
  }

  /** Has a hasher take part until there is nothing left to do. */
  async drive(hash: SubtreeHasher): Promise<void> {
    try {
      while (this.#next < this.#runs && !this.#failed) {
        if (this.#next - this.#added >= MAX_AHEAD) {
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
          continue;
        }
        const index = this.#next;
        this.#next += 1;
        this.#early.set(index, await hash(this.#run(index)));
        const length = this.#addReady();
        if (length > 0) await this.#onHashed(length);
      }
    } catch (error) {
      this.#failed = true;
      throw error;
    } finally {
      this.#wake();
    }
  }

  finish(): Uint8Array {
    return this.#builder.finish();
  }

  #run(index: number): TileRun {
    const first = index * this.#tilesPerRun;
    const count = Math.min(this.#tilesPerRun, this.#layout.tilesOf(0) - first);
    return { first, count };
  }

  /** Adds the runs whose turn it is; returns the bytes under them. */
  #addReady(): number {
    let length = 0;
    for (let hashed = this.#take(); hashed !== undefined; hashed = this.#take()) {
      this.#builder.addTiles(hashed);
      length += runLength(this.#layout, this.#run(this.#added));
      this.#added += 1;
    }
    if (length > 0) this.#wake();
    return length;
  }

  #take(): HashedTiles | undefined {
    const hashed = this.#early.get(this.#added);
    this.#early.delete(this.#added);
    return hashed;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
