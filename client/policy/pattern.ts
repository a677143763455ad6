import { isOrigin } from '../../common/statement.ts';

/**
 * Tells whether a text is a pattern: an origin, `*`, or an origin followed by `/*`.
 *
 * @see SPEC.md, "Trust policy file"
 */
export function isPattern(text: string): boolean {
  return text === '*' || isOrigin(text.endsWith('/*') ? text.slice(0, -2) : text);
}

/** Tells whether a pattern matches more than one origin. */
export function isWildcard(pattern: string): boolean {
  return pattern.endsWith('*'); // no origin has the character
}

/** Tells whether a pattern matches an origin; a wildcard stands for one or more segments. */
export function matches(pattern: string, origin: string): boolean {
  return isWildcard(pattern) ? origin.startsWith(pattern.slice(0, -1)) : origin === pattern;
}
