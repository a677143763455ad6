import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Anchor, connectObjects, type ObjectSource } from '../client/node/index.ts';
import { fromHex } from '../common/bytes.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { diagnosticsTo } from './diagnostics-file.ts';
import type { Io } from './io.ts';
import { askedOrigin, askedOriginOfAll, quarantineTo } from './open-volume.ts';
import { parseObjectId } from './parse-options.ts';
import type { ReaderOptions } from './reader-options.ts';
import type { ReaderRules } from './reader-rules.ts';
import { UsageError } from './usage-error.ts';

/** A digest that stands in the place of a path, and of every key. */
export interface AnchorOptions {
  readonly object?: Uint8Array;
  readonly fsverity?: Uint8Array;
}

/** What says whom to believe, of which a digest has no need. */
const TRUST_OPTIONS = ['key', 'keyName', 'threshold'];

/** Adds the options that name one object by a digest. */
export function addAnchorOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--object <id>', 'object by its id; needs no key')
        .argParser(parseObjectId)
        .conflicts(['fsverity', ...TRUST_OPTIONS]),
    )
    .addOption(
      new Option('--fsverity <digest>', 'file by what fsverity digest prints; needs no key')
        .argParser(parseFsverityDigest)
        .conflicts(TRUST_OPTIONS),
    );
}

/**
 * Tells which digest was given; `undefined` if none was.
 *
 * @throws {UsageError} If there is a path, too.
 */
function anchorOf(path: string, { object, fsverity }: AnchorOptions): Anchor | undefined {
  if (object === undefined && fsverity === undefined) return undefined;
  if (path !== '') throw new UsageError('PATH and a digest name one file each; give one of them');
  return object === undefined ? { fsverityDigest: fsverity ?? new Uint8Array() } : { object };
}

/**
 * Tells which digest a file is read by: one that was given, or one that the reader's policy pins at
 * its path; `undefined` if it is read as the statement says.
 *
 * @throws {UsageError} If a digest was given beside a path.
 */
export function anchorFor(
  url: string,
  path: string,
  options: AnchorOptions & Pick<ReaderOptions, 'origin'>,
  rules: ReaderRules,
): Anchor | undefined {
  return anchorOf(path, options) ?? rules.pin(askedOrigin(url, options.origin), path);
}

/**
 * Connects to a server to read objects by their digests.
 *
 * @param rules - The reader's, which may revoke some.
 * @returns The source; the caller closes it.
 * @throws {UsageError} If the URL makes no sense.
 * @throws As `connectObjects`.
 */
export function openSource(
  url: string,
  options: Pick<ReaderOptions, 'origin' | 'mirror' | 'deadline' | 'diagnostics'>,
  io: Io,
  rules: ReaderRules,
): Promise<ObjectSource> {
  const urls = [url, ...(options.mirror ?? [])];
  const origin = askedOriginOfAll(urls, options.origin);
  return connectObjects(urls, {
    origin,
    revokedObjects: rules.revokedObjects,
    deadlineMs: options.deadline * 1000,
    signal: io.signal,
    ...diagnosticsTo(options.diagnostics, io),
    onQuarantine: quarantineTo(io),
  });
}

function parseFsverityDigest(text: string): Uint8Array {
  const digest = fromHex(text.startsWith('sha256:') ? text.slice('sha256:'.length) : text);
  if (digest?.length === HASH_LENGTH) return digest;
  throw new InvalidArgumentError('want sha256: and 64 hexadecimal digits in lower case');
}
