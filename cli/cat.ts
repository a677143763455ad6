import type { Command } from 'commander';
import type { RemoteFile, Volume } from '../client/node/index.ts';
import { type AnchorOptions, addAnchorOptions, anchorFor, openSource } from './anchor-options.ts';
import { type ByteRange, bytesOf, parseByteRange } from './byte-range.ts';
import { addCacheOptions, type CacheOptions, openCache, refuseOffline } from './cache-option.ts';
import { endHelp } from './help.ts';
import type { Io } from './io.ts';
import { openVolume } from './open-volume.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';
import { readRules } from './reader-rules.ts';
import { addWaitOption, readWaiting, type WaitOptions } from './wait-option.ts';
import { refuseBinary, writeOutput } from './write-output.ts';

interface CatOptions extends ReaderOptions, AnchorOptions, WaitOptions, CacheOptions {
  readonly range?: ByteRange;
}

const BINARY_HINT = 'redirect it to a file, or copy it with pageseal get';

const DESCRIPTION = `Print a file, or some bytes of it. Only the pages under them are fetched, and a
byte is printed when it is proven. Positions count from 0 and END is included,
as in HTTP: 0-99 is the first hundred bytes, 100- the rest, -100 the last
hundred. Binary is not sent to a terminal.

If the file changed under the server, and no byte is printed yet, the next
version is waited for. What is printed is of one version.

With --object or --fsverity, the file is the one that has this digest, whatever
its name, and any server will do: URL says only whom to ask, no statement is
read, and no key is needed.`;

/** Adds `pageseal cat` to the program. */
export function addCat(program: Command, io: Io): void {
  const command = program
    .command('cat')
    .summary('print a file, or some bytes of it')
    .description(DESCRIPTION)
    .argument('<url>', 'ws://HOST:PORT/ORIGIN or wss://HOST/ORIGIN')
    .argument('[path]', 'file in the volume; none for a single sealed file')
    .option('-r, --range <range>', 'START-END, START- or -SUFFIX', parseByteRange);
  addCacheOptions(addAnchorOptions(addWaitOption(addReaderOptions(command)))).action(
    (url: string, path: string | undefined, options: CatOptions) =>
      cat(url, path ?? '', options, io),
  );
  endHelp(
    command,
    'pageseal cat wss://files.example.org/lab.example/docs notes.txt --key vkey',
    'pageseal cat wss://mirror.example.org/lab --fsverity sha256:0d66b796...',
  );
}

async function cat(url: string, path: string, options: CatOptions, io: Io): Promise<void> {
  const rules = await readRules(options, io);
  const anchor = anchorFor(url, path, options, rules);
  if (anchor !== undefined) {
    refuseOffline(options);
    await using source = await openSource(url, options, io, rules);
    await printFile(await source.open(anchor, { signal: io.signal }), options.range, io);
    return;
  }
  using cache = openCache(options, io);
  const reading = { ...options, durableCache: cache };
  await using volume = await openVolume(url, reading, io, rules, { firstPath: path });
  const print = async (current: Volume) =>
    printFile(await current.open(path, { signal: io.signal }), options.range, io);
  await readWaiting(volume, print, options, io);
}

/**
 * Writes verified bytes of a file to standard output.
 *
 * @throws {UsageError} If they are binary and would go to a terminal, or the range has none.
 */
export async function printFile(
  file: RemoteFile,
  range: ByteRange | undefined,
  io: Io,
): Promise<void> {
  const { start, end } = bytesOf(range ?? { suffix: file.size }, file.size);
  const { pageSize } = file.object.shape;
  const first = Math.floor(start / pageSize);
  let position = first * pageSize; // of the run's first byte
  const pages = { start: first, end: Math.ceil(end / pageSize), reuse: true, signal: io.signal };
  for await (const run of file.pages(pages)) {
    const data = run.subarray(Math.max(0, start - position), Math.max(0, end - position));
    if (position <= start) refuseBinary(io, data, BINARY_HINT);
    await writeOutput(io, data);
    position += run.length;
  }
}
