import { connect, originOf, type Volume } from '../client/node/index.ts';
import type { Io } from './io.ts';
import { type ReaderOptions, readTrustedKeys } from './reader-options.ts';
import { UsageError } from './usage-error.ts';

/**
 * Connects to a server and opens the volume that its newest statement names.
 *
 * @returns The volume; the caller closes it.
 * @throws {UsageError} If the URL or the options make no sense.
 * @throws {KeyError} `ERR_KEY` if a trusted key can not be used.
 * @throws As `connect`.
 */
export function openVolume(url: string, options: ReaderOptions, io: Io): Promise<Volume> {
  const origin = askedOrigin(url, options.origin);
  const keys = readTrustedKeys(options, origin);
  const { threshold, deadline, symlinks } = options;
  return connect(url, {
    keys,
    threshold,
    origin,
    signal: io.signal,
    now: io.clock,
    ...(symlinks === undefined ? {} : { symlinks }),
    deadlineMs: deadline * 1000,
  });
}

/**
 * Tells which origin a URL asks for.
 *
 * @throws {UsageError} If it asks for none.
 */
export function askedOrigin(url: string, origin: string | undefined): string {
  try {
    return originOf(url, origin);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const hint = 'the URL is ws://HOST:PORT/ORIGIN, or wss:// with TLS';
    throw new UsageError(error.message, { hint });
  }
}
