import { readSync } from 'node:fs';

/** Fills `into` from a position of a file on; tells whether the file had that much. */
export function readAt(file: number, into: Uint8Array, position: number): boolean {
  let done = 0;
  while (done < into.length) {
    const count = readSync(file, into, done, into.length - done, position + done);
    if (count === 0) return false;
    done += count;
  }
  return true;
}
