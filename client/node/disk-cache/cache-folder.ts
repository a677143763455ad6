import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from '../state-files.ts';
import { KeptFile } from './kept-file.ts';
import { decodeHeader, type KeptHeader } from './kept-header.ts';
import { HEADER_LENGTH } from './kept-layout.ts';

/** Names of the files that are the cache's own; others in its folder are left alone. */
const NAME = /^[0-9a-f]{64}\.kept$/;
const BLOCK_LENGTH = 512;

/** One file of a cache. */
export interface KeptEntry {
  readonly name: string;
  /** Bytes that it takes on the disk. */
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly usedAt: number;
}

/** Returns the folder in which a cache's files are. */
export function filesFolder(folder: string): string {
  return join(folder, 'v1');
}

/**
 * Lists the files of a cache, the one that was used least recently first; none if there is no cache.
 *
 * @throws {Error} If the folder can not be read.
 */
export function listKept(folder: string): KeptEntry[] {
  const files = filesFolder(folder);
  const entries: KeptEntry[] = [];
  for (const name of namesIn(files)) {
    if (!NAME.test(name)) continue;
    const found = lstatSync(join(files, name), { throwIfNoEntry: false });
    if (found?.isFile() !== true) continue;
    entries.push({ name, bytes: found.blocks * BLOCK_LENGTH, usedAt: found.mtimeMs });
  }
  return entries.sort((a, b) => a.usedAt - b.usedAt);
}

/** Reads what a file of a cache is about; `undefined` if it does not say. */
export function readHeader(folder: string, name: string): KeptHeader | undefined {
  try {
    const file = new KeptFile(join(filesFolder(folder), name), false);
    try {
      const bytes = new Uint8Array(HEADER_LENGTH);
      return file.read(bytes, 0) === bytes.length ? decodeHeader(bytes) : undefined;
    } finally {
      file.close();
    }
  } catch {
    return undefined; // removed meanwhile, or not to be read
  }
}

/**
 * Removes the files that were used least recently, until the others take at most so many bytes.
 *
 * Whoever has one of them open reads on.
 *
 * @param spared - Name of a file that stays.
 * @returns The files that were removed, and what is left; bytes.
 * @throws {Error} If the folder can not be read, or a file not removed.
 */
export function pruneKept(
  folder: string,
  maxBytes: number,
  spared?: string,
): { readonly removed: readonly KeptEntry[]; readonly left: number } {
  const entries = listKept(folder);
  let left = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const removed: KeptEntry[] = [];
  for (const entry of entries) {
    if (left <= maxBytes) break;
    if (entry.name === spared) continue;
    rmSync(join(filesFolder(folder), entry.name), { force: true });
    removed.push(entry);
    left -= entry.bytes;
  }
  return { removed, left };
}

/**
 * Removes all files of a cache; what is in its folder and not its own stays.
 *
 * @returns The files that were removed.
 * @throws {Error} If the folder can not be read, or a file not removed.
 */
export function clearKept(folder: string): readonly KeptEntry[] {
  return pruneKept(folder, Number.NEGATIVE_INFINITY).removed;
}
