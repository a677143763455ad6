import { isOutdated } from './outdated.ts';
import type { Volume } from './volume.ts';

/** How long to wait for a newer version, unless the caller says it. */
const DEFAULT_WAIT_MS = 10_000;

/** How `readLive` waits. */
export interface LiveOptions {
  /** How long to wait for versions that can be read, in milliseconds; 0 not to wait. Default 10,000. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads from a volume, or from a newer version of it if the server has this one no longer.
 *
 * Where the server answers `CHANGED`, `GONE` or `UNKNOWN_OBJECT`, the next version that is accepted is
 * waited for, and everything is read again from there. A file that has released bytes fails with
 * `ERR_STALE` instead, so what was read is of one version.
 *
 * @param read - Resolves its paths in the volume it is given, which it does not close.
 * @throws {RequestError} The refusal, if no version can be read in time.
 * @throws What `read` throws, or `Volume.next`.
 * @example
 * const start = await readLive(volume, async (newest) => (await newest.open('log')).read(0, 100));
 */
export async function readLive<Result>(
  volume: Volume,
  read: (volume: Volume) => Promise<Result>,
  options: LiveOptions = {},
): Promise<Result> {
  const { waitMs = DEFAULT_WAIT_MS, signal } = options;
  let deadline: AbortSignal | undefined;
  for (let current = volume; ; ) {
    try {
      return await read(current);
    } catch (error) {
      if (!isOutdated(error) || waitMs === 0) throw error;
      deadline ??= AbortSignal.timeout(waitMs);
      const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
      const next = await current.next({ signal: either }).catch((cause: unknown) => {
        throw deadline?.aborted === true && signal?.aborted !== true ? error : cause;
      });
      current = next;
    }
  }
}
