import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const FIRST_LENGTH = 4096;

/**
 * Reads a file that others may have made, from its start.
 *
 * @param most - Bytes; what is behind them is not read. A caller that refuses longer files asks for
 *   one more than it accepts.
 */
export function readBounded(path: string, most: number): Uint8Array {
  const file = openSync(path, 'r');
  try {
    return readBoundedFrom(file, most);
  } finally {
    closeSync(file);
  }
}

/** As `readBounded`, of an open file; a pipe is read to its end. */
export function readBoundedFrom(file: number, most: number): Uint8Array {
  let bytes = new Uint8Array(Math.min(most, fstatSync(file).size + 1));
  let length = 0;
  while (length < most) {
    if (length === bytes.length) bytes = longer(bytes, most);
    const count = readSync(file, bytes, length, bytes.length - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.slice(0, length);
}

function longer(bytes: Uint8Array, most: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(Math.min(most, Math.max(FIRST_LENGTH, 2 * bytes.length)));
  grown.set(bytes);
  return grown;
}
