import type { Command } from 'commander';
import { cacheFolder, type KeptEntry, listKept, readHeader } from '../../client/node/index.ts';
import { objectIdHex } from '../../common/descriptor.ts';
import { escapeName, quote } from '../../common/escape.ts';
import { formatFields } from '../fields.ts';
import { endHelp } from '../help.ts';
import { type Io, printJson } from '../io.ts';
import { formatSize } from '../progress.ts';

interface ShowOptions {
  readonly json?: true;
}

const DESCRIPTION = `Show what the cache keeps, the least recently used first, and how many bytes it
takes on the disk.`;

/** Adds `pageseal cache show`. */
export function addCacheShow(cache: Command, io: Io): void {
  const command = cache
    .command('show')
    .summary('show what is kept')
    .description(DESCRIPTION)
    .option('--json', 'print one JSON object')
    .action((options: ShowOptions) => show(options, io));
  endHelp(command, 'pageseal cache show --json');
}

function show(options: ShowOptions, io: Io): void {
  const folder = cacheFolder(io.env);
  const entries = listKept(folder);
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  if (options.json === true) {
    printJson(io, { folder, bytes, files: entries.map((entry) => entryJson(folder, entry)) });
    return;
  }
  const lines = entries.map((entry) => `${formatSize(entry.bytes)}\t${nameOf(folder, entry)}\n`);
  const fields = formatFields([
    ['folder', quote(folder)],
    ['files', String(entries.length)],
    ['bytes', `${bytes} (${formatSize(bytes)})`],
  ]);
  io.stdout.write(`${lines.join('')}${fields}`);
}

/** Says what a file of the cache is about, for people. */
export function nameOf(folder: string, { name }: KeptEntry): string {
  const header = readHeader(folder, name);
  if (header === undefined) return `${name}, which does not say what it is about`;
  const { origin, path } = header.place;
  return escapeName(`${origin}/${path}`);
}

function entryJson(folder: string, { name, bytes, usedAt }: KeptEntry) {
  const header = readHeader(folder, name);
  return {
    file: name,
    bytes,
    used: new Date(usedAt).toISOString(),
    origin: header?.place.origin ?? null,
    path: header?.place.path ?? null,
    object: header ? objectIdHex(header.descriptor) : null,
    size: header?.descriptor.size ?? null,
  };
}
