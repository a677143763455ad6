import type { Ignore, Options } from 'ignore';

/** Tests after which the matcher is made anew: it remembers the result for every path it was asked. */
const MAX_REMEMBERED = 10_000;

/**
 * What patterns leave out, in the syntax of `.gitignore`.
 *
 * @see https://git-scm.com/docs/gitignore#_pattern_format
 */
export class Exclusion {
  readonly #newMatcher: () => Ignore;
  #matcher: Ignore;
  #tests = 0;

  private constructor(newMatcher: () => Ignore) {
    this.#newMatcher = newMatcher;
    this.#matcher = newMatcher();
  }

  /**
   * Makes an exclusion; what matches patterns is loaded only if there are some.
   *
   * @returns `undefined` if there are none.
   */
  static async of(patterns: readonly string[] = []): Promise<Exclusion | undefined> {
    if (patterns.length === 0) return undefined;
    const { default: ignore } = await import('ignore');
    const options: Options = { ignorecase: false };
    return new Exclusion(() => ignore(options).add([...patterns]));
  }

  /**
   * Tells whether an entry is left out.
   *
   * @param path - Relative to the source, not empty.
   */
  excludes(path: string, isDirectory: boolean): boolean {
    if (this.#tests === MAX_REMEMBERED) {
      this.#matcher = this.#newMatcher();
      this.#tests = 0;
    }
    this.#tests += 1;
    return this.#matcher.ignores(isDirectory ? `${path}/` : path);
  }
}
