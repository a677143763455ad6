import { closeSync, fstatSync, openSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { equalBytes } from '../common/bytes.ts';
import { readAt } from './read-at.ts';
import { errnoOf } from './system-error.ts';

/** Bytes that are compared before others get their turn. */
const RUN_LENGTH = 1_048_576;

/** Tells whether two files have the same bytes; the second may be missing. */
export async function equalFiles(path: string, other: string): Promise<boolean> {
  const a = openSync(path, 'r');
  try {
    const b = openSync(other, 'r');
    try {
      return await equalContents(a, b);
    } finally {
      closeSync(b);
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  } finally {
    closeSync(a);
  }
}

async function equalContents(a: number, b: number): Promise<boolean> {
  const { size } = fstatSync(a);
  if (fstatSync(b).size !== size) return false;
  const [one, two] = [0, 1].map(() => new Uint8Array(Math.min(RUN_LENGTH, size))) as [
    Uint8Array,
    Uint8Array,
  ];
  for (let at = 0; at < size; at += RUN_LENGTH) {
    const length = Math.min(RUN_LENGTH, size - at);
    const [x, y] = [one.subarray(0, length), two.subarray(0, length)];
    if (!(readAt(a, x, at) && readAt(b, y, at) && equalBytes(x, y))) return false;
    if (at + length < size) await setImmediate();
  }
  return true;
}
