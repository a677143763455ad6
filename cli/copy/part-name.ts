import { createHash } from 'node:crypto';
import { cutUtf8 } from '../../common/bytes.ts';

const SUFFIX = '.pageseal-part';
const PART_NAME = /^\..*\.[0-9a-f]{16}\.pageseal-part$/s;
/** Leaves room for the rest of a name of 255 bytes. */
const MAX_STEM_LENGTH = 200;

/**
 * Names the file in which a copy grows, beside its target.
 *
 * The name is the same for the next run, which goes on where this one was interrupted, and another one
 * for other contents: two runs that copy different versions never write to the same file.
 *
 * @param id - Of the object, or whatever else says what is copied.
 */
export function partName(name: string, id: Uint8Array | string): string {
  const hash = createHash('sha256').update(`${name}\0`).update(id).digest('hex');
  return `.${cutUtf8(name, MAX_STEM_LENGTH)}.${hash.slice(0, 16)}${SUFFIX}`;
}

/** Tells whether a name could be that of a part file. */
export function isPartName(name: string): boolean {
  return PART_NAME.test(name);
}
