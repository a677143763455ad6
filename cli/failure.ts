/**
 * Why a command failed where no class of `common/errors.ts` fits: something local that is in the way,
 * or many failures in one sentence.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitStatus: number;
  /** What the user can do about it. */
  readonly hint: string | undefined;

  constructor(
    exitStatus: number,
    message: string,
    options: ErrorOptions & { readonly hint?: string } = {},
  ) {
    super(message, options);
    this.exitStatus = exitStatus;
    this.hint = options.hint;
  }
}
