import { constants, readSync } from 'node:fs';

/** How data is opened: not blocking, so that a pipe that took a file's place can not stop us. */
export const READ_FLAGS: number = constants.O_RDONLY | constants.O_NONBLOCK;

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
