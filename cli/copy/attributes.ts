import { fchmodSync, futimesSync, type Stats } from 'node:fs';
import type { Mtime } from '../../common/directory.ts';

/** What is restored beside contents. */
export interface Attributes {
  /** Permission bits. */
  readonly mode: number;
  readonly mtime?: Mtime;
}

/** Times of a file as the system calls of Node carry them: microseconds are all they can. */
const TIME_PRECISION_MS = 0.002;

/** Gives an open file its permission bits and, if one is recorded, its modification time. */
export function setAttributes(fd: number, { mode, mtime }: Attributes): void {
  fchmodSync(fd, mode);
  if (mtime === undefined) return;
  const time = systemTime(mtime);
  futimesSync(fd, time, time);
}

/** Tells whether a file has these attributes already. */
export function hasAttributes(stats: Stats, { mode, mtime }: Attributes): boolean {
  const sameMode = stats.mode % 0o10000 === mode;
  if (mtime === undefined) return sameMode;
  const ms = mtime.seconds * 1000 + mtime.nanoseconds / 1e6;
  return sameMode && Math.abs(stats.mtimeMs - ms) <= TIME_PRECISION_MS;
}

/** Writes a time for `utimes`: Node takes a negative number for the present, but not a string. */
export function systemTime({ seconds, nanoseconds }: Mtime): string {
  return String(seconds + nanoseconds / 1e9);
}
