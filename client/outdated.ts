import { RequestError, StaleError } from '../common/errors.ts';

const CODES: readonly string[] = [
  'ERR_REMOTE_CHANGED',
  'ERR_REMOTE_GONE',
  'ERR_REMOTE_UNKNOWN_OBJECT',
];

/** Tells whether a server says that it does not have an object any more, or not yet. */
export function isOutdated(error: unknown): error is RequestError {
  return error instanceof RequestError && CODES.includes(error.code);
}

/** Whether a file has released bytes, and what a refusal means then. */
export class Release {
  #hasReleased = false;

  /** Says that bytes leave. */
  mark<Bytes>(bytes: Bytes): Bytes {
    this.#hasReleased = true;
    return bytes;
  }

  /**
   * Says what an error means to the reader of the file.
   *
   * @returns The error, or a `StaleError` whose cause it is.
   * @see SPEC.md, V33
   */
  failure(error: unknown): unknown {
    if (!this.#hasReleased || !isOutdated(error)) return error;
    const what = 'the rest of the file can not be read at the version it was opened at';
    return new StaleError('ERR_STALE', `${what}: ${error.message}`, { cause: error });
  }

  /** Passes on what is read in order. */
  async *over<Run>(
    runs: AsyncGenerator<Run, void, undefined>,
  ): AsyncGenerator<Run, void, undefined> {
    try {
      for await (const run of runs) yield this.mark(run);
    } catch (error) {
      throw this.failure(error);
    }
  }

  /** As `over`, of things that hold no bytes yet. */
  async *overParts<Part>(
    parts: AsyncGenerator<Part, void, undefined>,
  ): AsyncGenerator<Part, void, undefined> {
    try {
      yield* parts;
    } catch (error) {
      throw this.failure(error);
    }
  }
}
