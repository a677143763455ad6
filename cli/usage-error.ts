/** Arguments that do not fit together or name nothing usable; exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** What the user can do about it. */
  readonly hint: string | undefined;

  constructor(message: string, options: ErrorOptions & { readonly hint?: string } = {}) {
    super(message, options);
    this.hint = options.hint;
  }
}
