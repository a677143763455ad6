import { closeSync, fstatSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DIRECTORIES, PATHS, packPath, TREES } from '../common/store/layout.ts';
import { readAt } from './read-at.ts';
import { errnoOf } from './system-error.ts';

/** A file of a pack. */
export type PackPart = typeof DIRECTORIES | typeof TREES | typeof PATHS;

const PARTS: readonly PackPart[] = [DIRECTORIES, TREES, PATHS];
/** Packs kept open at once; each takes three files. */
const MAX_OPEN = 64;

/** The packs of a store, opened as they are read. */
export class StoredPacks {
  readonly #store: string;
  /** The least recently opened first. */
  readonly #open = new Map<number, ReadonlyMap<PackPart, number>>();

  constructor(store: string) {
    this.#store = store;
  }

  /** Fills `into` from a part of a pack; tells whether it is there and has that much. */
  read(pack: number, part: PackPart, position: number, into: Uint8Array): boolean {
    const file = this.#files(pack).get(part);
    return file !== undefined && readAt(file, into, position);
  }

  /** Tells whether a pack has all its files. */
  isComplete(pack: number): boolean {
    return this.#files(pack).size === PARTS.length;
  }

  /** Bytes of a pack's three files, as far as they are there. */
  size(pack: number): number {
    const files = [...this.#files(pack).values()];
    return files.reduce((sum, file) => sum + fstatSync(file).size, 0);
  }

  close(): void {
    for (const pack of this.#open.keys()) this.#close(pack);
  }

  #files(pack: number): ReadonlyMap<PackPart, number> {
    const known = this.#open.get(pack);
    if (known !== undefined) return known;
    const [oldest] = this.#open.keys();
    if (this.#open.size === MAX_OPEN && oldest !== undefined) this.#close(oldest);
    const files = new Map<PackPart, number>();
    for (const part of PARTS) {
      const file = openIfThere(join(this.#store, packPath(pack), part));
      if (file !== undefined) files.set(part, file);
    }
    this.#open.set(pack, files);
    return files;
  }

  #close(pack: number): void {
    for (const file of this.#open.get(pack)?.values() ?? []) closeSync(file);
    this.#open.delete(pack);
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
