import { type Command, InvalidArgumentError } from 'commander';
import { cacheFolder, DiskCache } from '../client/node/index.ts';
import type { Io } from './io.ts';
import { sizeIn } from './parse-options.ts';
import { reportWarning } from './report.ts';
import { UsageError } from './usage-error.ts';

/** Whether a command keeps what it reads. */
export interface CacheOptions {
  readonly cache?: true;
  /** Bytes. */
  readonly cacheSize?: number;
  readonly offline?: true;
}

/** Adds the options of commands that can keep what they read, and read what they have kept. */
export function addCacheOptions(command: Command): Command {
  return command
    .option('--cache', 'keep what is read, and ask only for what is not kept')
    .option('--cache-size <size>', 'as --cache; most bytes, with K, M, G or T (1G)', parseCacheSize)
    .option('--offline', 'as --cache, and ask no server: last accepted version');
}

/**
 * Opens the reader's cache, if it is asked for.
 *
 * @returns The cache; the caller closes it.
 */
export function openCache(options: CacheOptions, io: Io): DiskCache | undefined {
  const { cache, cacheSize, offline } = options;
  if (cache === undefined && cacheSize === undefined && offline === undefined) return undefined;
  return new DiskCache(cacheFolder(io.env), {
    ...(cacheSize === undefined ? {} : { maxBytes: cacheSize }),
    onFailure: ({ message }) => reportWarning(io, `nothing is kept in the cache: ${message}`),
  });
}

/** @throws {UsageError} If a file that is read by its digest is to be read offline. */
export function refuseOffline({ offline }: CacheOptions): void {
  if (offline === undefined) return;
  throw new UsageError('a file that is read by a digest is not kept: --offline can not read it');
}

/** Parses bytes, with K, M, G or T. */
export function parseCacheSize(text: string): number {
  const size = sizeIn(text);
  if (!Number.isNaN(size)) return size;
  throw new InvalidArgumentError('want bytes such as 1073741824, 512M or 1G');
}
