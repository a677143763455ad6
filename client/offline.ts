import { TransportError } from '../common/errors.ts';
import { FRAME_OVERHEAD, MAX_FRAME_LENGTH } from '../common/limits.ts';
import type { Acceptor } from './acceptor.ts';
import type { Channel, WatchListener } from './channel.ts';

/** Stands in for servers that are not to be asked: nothing can be had from it. */
export class OfflineChannel implements Channel {
  readonly maxReadCost: number = MAX_FRAME_LENGTH - FRAME_OVERHEAD;

  /** @throws {TransportError} `ERR_CONNECTION`. */
  async request(): Promise<never> {
    throw offline();
  }

  watch(listener: WatchListener): () => void {
    queueMicrotask(() => listener.ended(offline()));
    return () => undefined;
  }

  report(): void {
    // nobody sent what failed
  }

  close(): void {
    // nothing is open
  }
}

/**
 * Returns the note of the version that was accepted last.
 *
 * @throws {TransportError} `ERR_CONNECTION` if none is remembered.
 * @throws {PolicyError} `ERR_STATE` or `ERR_POLICY_VERSION`, of the memory.
 * @see SPEC.md, "Durable caches"
 */
export async function recallNote(acceptor: Acceptor): Promise<Uint8Array> {
  const remembered = await acceptor.recall();
  if (remembered !== undefined) return remembered.note;
  const { origin } = acceptor.trust;
  throw new TransportError(
    'ERR_CONNECTION',
    `offline, and no version of "${origin}" is remembered`,
  );
}

function offline(): TransportError {
  return new TransportError('ERR_CONNECTION', 'offline, and this is not in the cache');
}
