/** Arguments that do not fit together or name nothing usable; exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
