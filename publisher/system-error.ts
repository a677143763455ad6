import { getSystemErrorMap } from 'node:util';

/** Returns the code of a failed system call, such as `ENOENT`; `undefined` for any other error. */
export function errnoOf(error: unknown): string | undefined {
  return isSystemError(error) ? error.code : undefined;
}

/** Says why a system call failed, in the system's words and without the path: `permission denied`. */
export function systemReason(error: unknown): string {
  if (!isSystemError(error)) return String(error);
  return getSystemErrorMap().get(error.errno ?? 0)?.[1] ?? error.message;
}

/** Tells whether an error is that of a system call. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
