import { closeSync, fstatSync, openSync } from 'node:fs';
import { equalBytes } from '../common/bytes.ts';
import { readAt } from './read-at.ts';
import { errnoOf } from './system-error.ts';

const RUN_LENGTH = 65_536;

/** Tells whether two files have the same bytes; the second may be missing. */
export function equalFiles(path: string, other: string): boolean {
  const a = openSync(path, 'r');
  try {
    const b = openSync(other, 'r');
    try {
      return equalContents(a, b);
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

function equalContents(a: number, b: number): boolean {
  const { size } = fstatSync(a);
  if (fstatSync(b).size !== size) return false;
  for (let at = 0; at < size; at += RUN_LENGTH) {
    const one = new Uint8Array(Math.min(RUN_LENGTH, size - at));
    const two = new Uint8Array(one.length);
    if (!readAt(a, one, at)) return false;
    if (!readAt(b, two, at)) return false;
    if (!equalBytes(one, two)) return false;
  }
  return true;
}
