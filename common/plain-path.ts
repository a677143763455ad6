import { utf8 } from './bytes.ts';
import { MAX_DEPTH, MAX_NAME_LENGTH } from './limits.ts';

/**
 * Brings a path of a volume into its one plain form: components joined by `/`.
 *
 * @returns The path without empty and `.` components, so that `/a//b` and `./a/b` are `a/b`;
 *   `undefined` if it has a component `..`, which only a volume can resolve, a control character, or
 *   is longer than a path can be.
 */
export function plainPath(text: string): string | undefined {
  const components = text.split('/').filter((part) => part !== '' && part !== '.');
  if (components.length > MAX_DEPTH || /[\p{Cc}\p{Cs}]/u.test(text)) return undefined;
  const isName = (part: string) => part !== '..' && utf8(part).length <= MAX_NAME_LENGTH;
  return components.every(isName) ? components.join('/') : undefined;
}
