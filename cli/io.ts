import type { Readable, Writable } from 'node:stream';

/** Where a command writes; `isTTY` is set for terminals. */
export type Output = Writable & { readonly isTTY?: boolean };

/**
 * Everything that a command reaches outside its arguments and files.
 *
 * Data goes to `stdout` alone; errors, hints, warnings and progress go to `stderr`.
 */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted by SIGINT and SIGTERM, and when nobody reads `stdout` any more. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Why `Io.signal` is aborted; ends the program without a message. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly exitStatus: number;

  constructor(message: string, exitStatus: number) {
    super(message);
    this.exitStatus = exitStatus;
  }
}

/** Prints one JSON object as one line. */
export function printJson(io: Io, value: Readonly<Record<string, unknown>>): void {
  io.stdout.write(`${JSON.stringify(value)}\n`);
}
