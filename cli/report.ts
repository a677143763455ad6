import { CommanderError } from 'commander';
import { PagesealError } from '../common/errors.ts';
import { escapeControls, quote } from '../common/escape.ts';
import { errnoOf, systemReason } from '../publisher/system-error.ts';
import { Failure } from './failure.ts';
import { hintFor } from './hints.ts';
import { Interruption, type Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/**
 * Prints why a command failed, and what to do about it if that is known.
 *
 * @param path - What it failed on, where one command works on many things.
 */
export function reportError(io: Io, error: unknown, path?: string): void {
  // Commander has printed its own; who interrupted us knows it.
  if (error instanceof CommanderError || error instanceof Interruption) return;
  print(io, 'error', `${path === undefined ? '' : `${quote(path)}: `}${describeError(error)}`);
  const hint = hintFor(error);
  if (hint !== undefined) print(io, 'hint', hint);
}

/** Prints something that deserves attention but stops nothing. */
export function reportWarning(io: Io, message: string): void {
  print(io, 'warning', message);
}

/** Prints something that helps to understand what is done. */
export function reportHint(io: Io, message: string): void {
  print(io, 'hint', message);
}

/** Prints a usage error in our form: commander's has a prefix, sentences and suggestions in brackets. */
export function reportUsage(io: Io, text: string): void {
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const message = first
    .replace(/^error: /, '')
    .replace(/ is invalid\. (.)/, (_, letter: string) => ` is invalid: ${letter.toLowerCase()}`)
    .replace(/\.$/, '');
  print(io, 'error', message);
  for (const line of rest) print(io, 'hint', line.replace(/^\((.*)\)$/, '$1').toLowerCase());
}

function print(io: Io, kind: 'error' | 'hint' | 'warning', message: string): void {
  io.stderr.write(`pageseal: ${kind}: ${escapeControls(message)}\n`);
}

/** Says in one line what went wrong, for people; not escaped. */
export function describeError(error: unknown): string {
  if (error instanceof PagesealError) return `${error.message} (${error.code})`;
  if (error instanceof UsageError || error instanceof Failure) return error.message;
  if (errnoOf(error) !== undefined) return describeSystemError(error as NodeJS.ErrnoException);
  // Everything else is a fault of this program; the stack is what a report of it needs.
  return error instanceof Error
    ? `internal fault: ${error.stack?.replaceAll(/\n\s*/g, ' | ')}`
    : `internal fault: ${String(error)}`;
}

/** Says what the system could not do to which file, as `"a.img": permission denied (EACCES)`. */
function describeSystemError(error: NodeJS.ErrnoException): string {
  const where = error.path === undefined ? '' : `${quote(error.path)}: `;
  return `${where}${systemReason(error)} (${error.code})`;
}
