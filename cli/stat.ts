import type { Command } from 'commander';
import type { Descriptor, Found } from '../client/node/index.ts';
import { escapeName } from '../common/escape.ts';
import { openSource } from './anchor-options.ts';
import { addCacheOptions, type CacheOptions, openCache, refuseOffline } from './cache-option.ts';
import { descriptorFields, descriptorJson } from './descriptor-fields.ts';
import { entryJson, formatMode, formatMtime, sizeOf } from './entry-format.ts';
import { type Field, formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { askedOrigin, openVolume } from './open-volume.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';
import { readRules } from './reader-rules.ts';
import { verdictFields, verdictJson } from './verdict-format.ts';

interface StatOptions extends ReaderOptions, CacheOptions {}

const DESCRIPTION = `Show what was signed of a file, a directory or a symlink: type, mode, size,
modification time, page size, tree profile and object id, and the fs-verity
digest of a file that has one. A symlink itself is shown, not what it leads to.

Without PATH, the verdict on the statement is shown, too: who signed it, whether
an older version would have been noticed, and whether it is known to be recent.`;

/** Adds `pageseal stat` to the program. */
export function addStat(program: Command, io: Io): void {
  const command = program
    .command('stat')
    .summary('show what is known of a file')
    .description(DESCRIPTION)
    .argument('<url>', 'ws://HOST:PORT/ORIGIN or wss://HOST/ORIGIN')
    .argument('[path]', 'in the volume; none for its root');
  addCacheOptions(addReaderOptions(command))
    .option('--json', 'print one JSON object')
    .action((url: string, path: string | undefined, options: StatOptions) =>
      stat(url, path ?? '', options, io),
    );
  endHelp(command, 'pageseal stat wss://files.example.org/lab.example/docs a.img --key vkey');
}

async function stat(url: string, path: string, options: StatOptions, io: Io): Promise<void> {
  const rules = await readRules(options, io);
  const anchor = rules.pin(askedOrigin(url, options.origin), path);
  if (anchor !== undefined) {
    refuseOffline(options);
    await using source = await openSource(url, options, io, rules);
    const { object } = await source.open(anchor, { signal: io.signal });
    printPinned(path, object.descriptor, options, io);
    return;
  }
  using cache = openCache(options, io);
  const reading = { ...options, durableCache: cache };
  await using volume = await openVolume(url, reading, io, rules, { firstPath: path });
  const found = await volume.stat(path, { signal: io.signal });
  const { verdict } = volume;
  if (options.json === true) {
    const more = path === '' ? { verdict: verdictJson(verdict) } : {};
    printJson(io, { ...entryJson(found.path, found.entry), ...more });
  } else {
    const more = path === '' ? verdictFields(verdict) : [];
    io.stdout.write(formatFields([...fieldsOf(found), ...more]));
  }
}

/** Prints what is known of a pinned file: the digest says nothing of mode and time. */
function printPinned(path: string, descriptor: Descriptor, options: ReaderOptions, io: Io): void {
  const { size } = descriptor;
  if (options.json === true) {
    printJson(io, { path, type: 'file', pinned: true, size, ...descriptorJson(descriptor) });
    return;
  }
  const fields: readonly Field[] = [
    ['path', path === '' ? '/' : escapeName(path)],
    ['type', 'file, pinned by the policy'],
    ['size', String(size)],
    ...descriptorFields(descriptor),
  ];
  io.stdout.write(formatFields(fields));
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
