import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

/** Characters that are written at once. */
const BATCH_LENGTH = 16_384;

/**
 * Writes to standard output and waits until that is done, so that a slow reader slows us down.
 *
 * @throws The reason of `io.signal`, if nobody reads any more.
 */
export async function writeOutput(io: Io, data: Uint8Array | string): Promise<void> {
  io.signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = () => reject(io.signal.reason);
    io.signal.addEventListener('abort', abort, { once: true });
    io.stdout.write(data, () => {
      io.signal.removeEventListener('abort', abort);
      resolve();
    });
  });
  io.signal.throwIfAborted();
}

/**
 * As `writeOutput`, of text that comes in small pieces.
 *
 * @throws What `pieces` throws.
 */
export async function writePieces(io: Io, pieces: AsyncIterable<string>): Promise<void> {
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length < BATCH_LENGTH) continue;
    await writeOutput(io, text);
    text = '';
  }
  await writeOutput(io, text);
}

/** @throws {UsageError} If bytes are binary, and standard output is a terminal. */
export function refuseBinary(io: Io, data: Uint8Array, hint: string): void {
  if (io.stdout.isTTY !== true || !data.includes(0)) return;
  throw new UsageError('output is binary, and would go to a terminal', { hint });
}
