import type { BigIntStats } from 'node:fs';
import { RECORD_LENGTH } from '../common/store/layout.ts';

/**
 * The format of `scan`, which lets the next seal skip files that did not change.
 *
 * After the start come groups: a directory, then its files, names ascending by bytes. Groups stand in
 * the order in which directories are sealed: what is below a directory comes before it. So the next
 * seal reads the file once, front to back, beside its own walk. Then follow a zero byte and the SHA-256
 * of everything before that hash.
 *
 * - group: 1 (u8), length of the path (u16), path relative to the source
 * - file: 2 (u8), length of the name (u8), racy (u8), mtime and ctime in nanoseconds (i64), inode (u64),
 *   record of `index`, name; the name is empty for the source itself
 *
 * It is a cache: where it is missing or damaged, everything is read again.
 */
export const SCAN_START: Uint8Array = Buffer.from('pageseal.scan/1\n');
export const END_TAG = 0;
export const GROUP_TAG = 1;
export const FILE_TAG = 2;
/** Bytes of a group before its path. */
export const GROUP_HEAD = 3;
/** Bytes of a file before its name. */
export const FILE_HEAD: number = 27 + RECORD_LENGTH;
/** Where a file's record starts. */
export const RECORD_AT = 27;

/**
 * How much older than the moment before it was read a file's times must be to be trusted, in
 * milliseconds.
 *
 * Times move in steps, of 2 s on FAT and 1 s on some others: a file that is changed again in the step
 * of its last change keeps its times. A third second is for clocks that differ a little.
 */
const SAFE_AGE_MS = 3000n;

/**
 * Tells whether a file could change without a trace in its times.
 *
 * @param now - Milliseconds since 1970, before the file was read.
 */
export function isRacy({ mtimeMs, ctimeMs }: BigIntStats, now: number): boolean {
  const safe = BigInt(now) - SAFE_AGE_MS;
  return mtimeMs >= safe || ctimeMs >= safe;
}

/**
 * Orders directories as they are sealed: what is below a directory comes before it.
 *
 * @param a - UTF-8, components joined by `/`; empty for the source itself. So is `b`.
 */
export function compareSealed(a: Uint8Array, b: Uint8Array): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const [x, y] = [rank(a[at]), rank(b[at])];
  return x === y ? 0 : x - y;
}

const SLASH = 0x2f;

/** The end of a component comes before its continuations, and what is below it before itself. */
function rank(byte: number | undefined): number {
  if (byte === undefined) return -1;
  return byte === SLASH ? -2 : byte;
}
