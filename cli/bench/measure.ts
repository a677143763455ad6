import { mapInOrder } from '../../client/in-order.ts';
import type { ReadMode, RemoteFile } from '../../client/node/index.ts';
import type { Cost, Meter } from './meter.ts';
import type { Read } from './workload.ts';

/** What the reads of a workload have cost in one mode. */
export interface Measured extends Cost {
  readonly mode: ReadMode;
  readonly reads: number;
  /** Bytes that were read, all of them verified. */
  readonly readBytes: number;
  readonly ms: number;
}

/**
 * Makes the reads of a workload, so many at once.
 *
 * @param file - Just opened, of a client that keeps no pages.
 * @throws As `RemoteFile.read`.
 */
export async function measure(
  file: RemoteFile,
  reads: readonly Read[],
  meter: Meter,
  options: { readonly inFlight: number; readonly signal: AbortSignal },
): Promise<Measured> {
  const { inFlight, signal } = options;
  meter.start(file.object.shape);
  const begun = performance.now();
  const lengths = await mapInOrder(reads, inFlight, async ({ position, length }) => {
    const bytes = await file.read(position, length, { signal });
    return bytes.length;
  });
  const ms = performance.now() - begun;
  const readBytes = lengths.reduce((sum, length) => sum + length, 0);
  return { mode: file.mode, reads: reads.length, readBytes, ms, ...meter.cost };
}
