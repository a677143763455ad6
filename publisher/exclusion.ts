import ignore, { type Ignore } from 'ignore';

/** Tests after which the matcher is made anew: it remembers the result for every path it was asked. */
const MAX_REMEMBERED = 10_000;

/**
 * What patterns leave out, in the syntax of `.gitignore`.
 *
 * @see https://git-scm.com/docs/gitignore#_pattern_format
 */
export class Exclusion {
  readonly #patterns: readonly string[];
  #matcher: Ignore;
  #tests = 0;

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns;
    this.#matcher = matcherOf(patterns);
  }

  /**
   * Tells whether an entry is left out.
   *
   * @param path - Relative to the source, not empty.
   */
  excludes(path: string, isDirectory: boolean): boolean {
    if (this.#patterns.length === 0) return false;
    if (this.#tests === MAX_REMEMBERED) {
      this.#matcher = matcherOf(this.#patterns);
      this.#tests = 0;
    }
    this.#tests += 1;
    return this.#matcher.ignores(isDirectory ? `${path}/` : path);
  }
}

function matcherOf(patterns: readonly string[]): Ignore {
  return ignore({ ignorecase: false }).add([...patterns]);
}
