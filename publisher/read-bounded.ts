import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Reads a file that others may have made, from its start.
 *
 * @param most - Bytes; what is behind them is not read. A caller that refuses longer files asks for
 *   one more than it accepts.
 */
export function readBounded(path: string, most: number): Uint8Array {
  const bytes = new Uint8Array(most);
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (let read = -1; read !== 0 && length < most; length += read) {
      read = readSync(file, bytes, length, most - length, null);
    }
    return bytes.slice(0, length);
  } finally {
    closeSync(file);
  }
}
