import { Readable, Writable } from 'node:stream';
import type { Io, Output } from '../../cli/io.ts';

/** Where a command in this process writes, and what it has written. */
export interface MemoryIo extends Io {
  output(): Uint8Array;
  errors(): string;
}

/** Makes streams in memory; `isTTY` makes them terminals. */
export function memoryIo(options: { readonly isTTY?: boolean } = {}): MemoryIo {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  return {
    stdin: Readable.from([]),
    stdout: collector(out, options.isTTY),
    stderr: collector(err),
    signal: new AbortController().signal,
    env: { XDG_STATE_HOME: '/proc/none' }, // nothing can be remembered there
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
