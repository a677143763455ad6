import {
  type ConnectOptions,
  connect,
  originOf,
  stateFolder,
  type Verdict,
  VersionFiles,
  type Volume,
} from '../client/node/index.ts';
import type { PagesealError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { diagnosticsTo } from './diagnostics-file.ts';
import type { Io } from './io.ts';
import type { ReaderOptions } from './reader-options.ts';
import { type ReaderRules, readRules } from './reader-rules.ts';
import { describeError, reportWarning } from './report.ts';
import { UsageError } from './usage-error.ts';

/**
 * Connects to a server and opens the volume that its newest statement names.
 *
 * The version is remembered; what the reader's rules only audit is printed as warnings.
 *
 * @param rules - The reader's rules, if they were read already.
 * @param client - What the client is to know or do beyond what the options say.
 * @returns The volume; the caller closes it.
 * @throws {UsageError} If the URL or the options make no sense.
 * @throws {KeyError} `ERR_KEY` if a trusted key can not be used.
 * @throws {PolicyError} If the reader's policy can not be used, or does not trust the origin.
 * @throws As `connect`.
 */
export async function openVolume(
  url: string,
  options: ReaderOptions,
  io: Io,
  rules?: ReaderRules,
  client: Pick<ConnectOptions, 'webSocket' | 'cache' | 'firstPath'> = {},
): Promise<Volume> {
  const urls = [url, ...(options.mirror ?? [])];
  const origin = askedOriginOfAll(urls, options.origin);
  const reader = rules ?? (await readRules(options, io));
  const { deadline, symlinks, durableCache, offline = false } = options;
  const volume = await connect(urls, {
    ...client,
    ...reader.trust(origin),
    memory: new VersionFiles(stateFolder(io.env)),
    signal: io.signal,
    now: io.clock,
    ...(symlinks === undefined ? {} : { symlinks }),
    deadlineMs: deadline * 1000,
    ...(durableCache === undefined ? {} : { durableCache }),
    offline,
    ...diagnosticsTo(options.diagnostics, io),
    onQuarantine: quarantineTo(io),
  });
  reportAudited(volume.verdict, io);
  return volume;
}

/** Prints a warning for each rule that was broken, but is only audited. */
export function reportAudited({ relaxed, rule }: Verdict, io: Io): void {
  const by = rule === undefined ? '' : ` by ${rule}`;
  for (const error of relaxed) reportWarning(io, `${describeError(error)}, only audited${by}`);
}

/** Warns of each server that is not used any more because of what it sent. */
export function quarantineTo(io: Io): (url: string, error: PagesealError) => void {
  return (url, error) =>
    reportWarning(io, `${quote(url)} is not used any more: ${describeError(error)}`);
}

/**
 * Tells which origin all of some URLs ask for.
 *
 * @param urls - At least one.
 * @throws {UsageError} If one asks for none, or for another than the first, or a URL is given twice.
 */
export function askedOriginOfAll(urls: readonly string[], origin: string | undefined): string {
  const [first = '', ...others] = urls.map((url) => askedOrigin(url, origin));
  const other = others.find((each) => each !== first);
  if (other !== undefined) {
    throw new UsageError(`--mirror is of origin ${quote(other)}, want ${quote(first)}`);
  }
  if (new Set(urls).size < urls.length) throw new UsageError('the same URL is given twice');
  return first;
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
