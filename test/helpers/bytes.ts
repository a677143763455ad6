import { createCipheriv, createHash } from 'node:crypto';

/** Joins byte strings into a plain `Uint8Array`. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Reads hexadecimal; spaces are for the eye. */
export function hex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));
}

/** Returns bytes that look random and are the same in every run. */
export function noise(length: number, seed = 0): Uint8Array {
  const key = createHash('sha256').update(`${seed}`).digest().subarray(0, 16);
  const cipher = createCipheriv('aes-128-ctr', key, new Uint8Array(16));
  return new Uint8Array(cipher.update(new Uint8Array(length)));
}

/** Returns a copy with one bit flipped; bit 0 is the lowest of byte 0. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice();
  const at = Math.floor(bit / 8);
  copy[at] = (copy[at] ?? 0) ^ (2 ** (bit % 8));
  return copy;
}
