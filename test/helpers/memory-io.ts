import { Readable, Writable } from 'node:stream';
import type { Io, Output } from '../../cli/io.ts';

/** Where a command in this process writes, and what it has written. */
export interface MemoryIo extends Io {
  output(): Uint8Array;
  errors(): string;
}

export interface MemoryIoOptions {
  /** Makes the streams terminals. */
  readonly isTTY?: boolean;
  /** Folder of the reader's state. */
  readonly stateHome: string;
}

/** Makes streams in memory. */
export function memoryIo(options: MemoryIoOptions): MemoryIo {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  return {
    stdin: Readable.from([]),
    stdout: collector(out, options.isTTY),
    stderr: collector(err),
    signal: new AbortController().signal,
    env: { XDG_STATE_HOME: options.stateHome, XDG_CONFIG_HOME: '/proc/none' }, // no policy there
    clock: Date.now,
    output: () => new Uint8Array(Buffer.concat(out)),
    errors: () => Buffer.concat(err).toString(),
  };
}

function collector(chunks: Buffer[], isTTY = false): Output {
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return Object.assign(stream, { isTTY });
}
