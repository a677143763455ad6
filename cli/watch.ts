import type { Command } from 'commander';
import type { Volume } from '../client/node/index.ts';
import { toHex } from '../common/bytes.ts';
import { objectIdHex } from '../common/descriptor.ts';
import { formatTime } from '../common/statement.ts';
import { endHelp } from './help.ts';
import type { Io } from './io.ts';
import { openVolume, reportAudited } from './open-volume.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';
import { writeOutput } from './write-output.ts';

const DESCRIPTION = `Print the current version of a volume, and each newer one as soon as the server
announces it and its statement is verified and accepted: one line with version,
time of issue, object id and hash of the statement's text. Of versions that come
very fast, some may be left out, never the newest.

A lost connection is replaced. It ends when the server stays away for longer than
--deadline, with a statement that is refused, or with SIGINT.`;

/** Adds `pageseal watch` to the program. */
export function addWatch(program: Command, io: Io): void {
  const command = program
    .command('watch')
    .summary('print new versions as they appear')
    .description(DESCRIPTION)
    .argument('<url>', 'ws://HOST:PORT/ORIGIN or wss://HOST/ORIGIN');
  addReaderOptions(command)
    .option('--json', 'print one JSON object per line')
    .action((url: string, options: ReaderOptions) => watch(url, options, io));
  endHelp(command, 'pageseal watch wss://files.example.org/lab.example/docs --key vkey');
}

async function watch(url: string, options: ReaderOptions, io: Io): Promise<void> {
  await using volume = await openVolume(url, options, io);
  const print = (each: Volume) => writeOutput(io, `${lineOf(each, options)}\n`);
  await print(volume);
  for await (const newer of volume.watch({ signal: io.signal })) {
    reportAudited(newer.verdict, io);
    await print(newer);
  }
}

function lineOf({ statement, textHash }: Volume, { json }: ReaderOptions): string {
  const { version, issued, descriptor } = statement;
  const [objectId, hash] = [objectIdHex(descriptor), toHex(textHash)];
  if (json !== true) return `${version} ${formatTime(issued)} ${objectId} ${hash}`;
  return JSON.stringify({ version, issued: formatTime(issued), objectId, textHash: hash });
}
