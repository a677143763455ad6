import { InvalidArgumentError } from 'commander';
import { counted } from './counted.ts';
import { UsageError } from './usage-error.ts';

/** Bytes of a file as HTTP writes them: inclusive, or the last `suffix` ones. */
export type ByteRange =
  | { readonly first: number; readonly last: number }
  | { readonly suffix: number };

const RANGE = /^([0-9]{1,16})-([0-9]{0,16})$/;
const SUFFIX = /^-([0-9]{1,16})$/;

/** Parses `START-END`, `START-` or `-SUFFIX`. */
export function parseByteRange(text: string): ByteRange {
  const suffix = Number(SUFFIX.exec(text)?.[1] ?? 0);
  if (suffix > 0) return { suffix };
  const [, start = '', end = ''] = RANGE.exec(text) ?? [];
  const first = Number(start);
  const last = end === '' ? Number.MAX_SAFE_INTEGER : Number(end);
  if (start !== '' && first <= last && last <= Number.MAX_SAFE_INTEGER) return { first, last };
  throw new InvalidArgumentError('want START-END, START- or -SUFFIX, as in HTTP');
}

/**
 * Finds the bytes `[start, end)` that a range means in a file of a known size.
 *
 * @throws {UsageError} If the range starts behind the file's end.
 */
export function bytesOf(
  range: ByteRange,
  size: number,
): { readonly start: number; readonly end: number } {
  if ('suffix' in range) return { start: Math.max(0, size - range.suffix), end: size };
  if (range.first < size) return { start: range.first, end: Math.min(range.last + 1, size) };
  throw new UsageError(`range starts at ${range.first}, the file has ${counted(size, 'byte')}`);
}
