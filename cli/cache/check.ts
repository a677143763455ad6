import type { Command } from 'commander';
import { cacheFolder, checkKept, listKept, readHeader } from '../../client/node/index.ts';
import { formatFields } from '../fields.ts';
import { endHelp } from '../help.ts';
import { type Io, printJson } from '../io.ts';
import { formatSize } from '../progress.ts';
import { nameOf } from './show.ts';

interface CheckOptions {
  readonly json?: true;
}

const DESCRIPTION = `Hash everything that the cache keeps. Proven are the pages that lead to the root
of the object that was read last at their place. The others are damaged, or of
an older version, or beside such pages: they stay, for a read finds out by itself
which of them are still good, and fetches the others.`;

/** Adds `pageseal cache check`. */
export function addCacheCheck(cache: Command, io: Io): void {
  const command = cache
    .command('check')
    .summary('hash everything that is kept')
    .description(DESCRIPTION)
    .option('--json', 'print one JSON object')
    .action((options: CheckOptions) => check(options, io));
  endHelp(command, 'pageseal cache check');
}

async function check(options: CheckOptions, io: Io): Promise<void> {
  const folder = cacheFolder(io.env);
  const found = { files: 0, provenBytes: 0, unprovenBytes: 0, unknownFiles: 0 };
  let lines = '';
  for (const entry of listKept(folder)) {
    found.files += 1;
    const header = readHeader(folder, entry.name);
    if (header === undefined) {
      found.unknownFiles += 1;
      continue;
    }
    const { provenBytes, unprovenBytes } = await checkKept(folder, entry.name, header, io.signal);
    found.provenBytes += provenBytes;
    found.unprovenBytes += unprovenBytes;
    if (unprovenBytes > 0) lines += `${formatSize(unprovenBytes)}\t${nameOf(folder, entry)}\n`;
  }
  if (options.json === true) {
    printJson(io, { folder, ...found });
    return;
  }
  const fields = formatFields([
    ['files', String(found.files)],
    ['proven', formatSize(found.provenBytes)],
    ['not proven', formatSize(found.unprovenBytes)],
    ['not known', `${found.unknownFiles} files`],
  ]);
  io.stdout.write(`${lines}${fields}`);
}
