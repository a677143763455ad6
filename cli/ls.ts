import type { Command } from 'commander';
import type { Found, Volume } from '../client/node/index.ts';
import { escapeName } from '../common/escape.ts';
import { addCacheOptions, type CacheOptions, openCache } from './cache-option.ts';
import { entryJson, formatLong } from './entry-format.ts';
import { endHelp } from './help.ts';
import type { Io } from './io.ts';
import { openVolume } from './open-volume.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';
import { writePieces } from './write-output.ts';

interface LsOptions extends ReaderOptions, CacheOptions {
  readonly long?: true;
  readonly recursive?: true;
}

const DESCRIPTION = `List a directory of a volume, or show the one entry that PATH names. Every
name, mode, size and target is proven to be what was signed. Lines come as they
are verified; control characters and backslashes in names are escaped. With
--json names are exact.`;

/** Adds `pageseal ls` to the program. */
export function addLs(program: Command, io: Io): void {
  const command = program
    .command('ls')
    .summary('list a directory')
    .description(DESCRIPTION)
    .argument('<url>', 'ws://HOST:PORT/ORIGIN or wss://HOST/ORIGIN')
    .argument('[path]', 'in the volume; none for its root')
    .option('-l, --long', 'mode, size, modification time and target of each entry')
    .option('-R, --recursive', 'everything below the directory, with paths');
  addCacheOptions(addReaderOptions(command))
    .option('--json', 'print one JSON object per line')
    .action((url: string, path: string | undefined, options: LsOptions) =>
      ls(url, path ?? '', options, io),
    );
  endHelp(command, 'pageseal ls -l wss://files.example.org/lab.example/docs --key vkey');
}

async function ls(url: string, path: string, options: LsOptions, io: Io): Promise<void> {
  using cache = openCache(options, io);
  const reading = { ...options, durableCache: cache };
  await using volume = await openVolume(url, reading, io, undefined, { firstPath: path });
  await writePieces(io, linesOf(listed(volume, path, options, io), options));
}

async function* linesOf(
  entries: AsyncIterable<Found>,
  options: LsOptions,
): AsyncGenerator<string, void, undefined> {
  for await (const found of entries) yield `${lineOf(found, options)}\n`;
}

function lineOf({ path, entry }: Found, options: LsOptions): string {
  if (options.json === true) return JSON.stringify(entryJson(path, entry));
  const name = options.recursive === true || entry.name === '' ? path : entry.name;
  return options.long === true ? formatLong(name, entry) : escapeName(name);
}

/** Finds what is to be listed; each entry with its path in the volume. */
async function* listed(
  volume: Volume,
  path: string,
  options: LsOptions,
  { signal }: Io,
): AsyncGenerator<Found, void, undefined> {
  const named = await volume.stat(path, { signal });
  // As ls does: a long listing shows the symlink itself, a short one what is in its directory.
  const follow = named.entry.type === 'symlink' && options.long !== true;
  const found = follow ? await volume.resolve(path, { signal }) : named;
  if (found.entry.type !== 'directory') {
    yield named.path === '' ? { ...named, path: baseName(volume.statement.origin) } : named;
  } else if (options.recursive === true) {
    yield* volume.walk(found.path, { signal });
  } else {
    const above = found.path === '' ? '' : `${found.path}/`;
    for await (const entry of volume.readdir(found.path, { signal })) {
      yield { path: `${above}${entry.name}`, entry };
    }
  }
}

/** Returns what a single sealed file is called: it has no name of its own. */
export function baseName(origin: string): string {
  return origin.slice(origin.lastIndexOf('/') + 1);
}
