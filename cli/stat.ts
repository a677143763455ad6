import type { Command } from 'commander';
import type { Found } from '../client/node/index.ts';
import { escapeName } from '../common/escape.ts';
import { descriptorFields } from './descriptor-fields.ts';
import { entryJson, formatMode, formatMtime, sizeOf } from './entry-format.ts';
import { type Field, formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { openVolume } from './open-volume.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';

const DESCRIPTION = `Show what was signed of a file, a directory or a symlink: type, mode, size,
modification time, page size, tree profile and object id, and the fs-verity
digest of a file that has one. A symlink itself is shown, not what it leads to.`;

/** Adds `pageseal stat` to the program. */
export function addStat(program: Command, io: Io): void {
  const command = program
    .command('stat')
    .summary('show what is known of a file')
    .description(DESCRIPTION)
    .argument('<url>', 'ws://HOST:PORT/ORIGIN or wss://HOST/ORIGIN')
    .argument('[path]', 'in the volume; none for its root');
  addReaderOptions(command)
    .option('--json', 'print one JSON object')
    .action((url: string, path: string | undefined, options: ReaderOptions) =>
      stat(url, path ?? '', options, io),
    );
  endHelp(command, 'pageseal stat wss://files.example.org/lab.example/images a.img --key pub.pem');
}

async function stat(url: string, path: string, options: ReaderOptions, io: Io): Promise<void> {
  await using volume = await openVolume(url, options, io);
  const found = await volume.stat(path, { signal: io.signal });
  if (options.json === true) printJson(io, entryJson(found.path, found.entry));
  else io.stdout.write(formatFields(fieldsOf(found)));
}

function fieldsOf({ path, entry }: Found): readonly Field[] {
  return [
    ['path', path === '' ? '/' : escapeName(path)],
    ['type', entry.type],
    ['mode', formatMode(entry)],
    ['size', String(sizeOf(entry))],
    ['mtime', formatMtime(entry.mtime)],
    ...(entry.type === 'symlink'
      ? [['target', escapeName(entry.target)] as const]
      : descriptorFields(entry.descriptor)),
  ];
}
