import type { Io } from './io.ts';

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
