import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Volume } from '../client/node/index.ts';
import { PathError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { type ByteRange, bytesOf, parseByteRange } from './byte-range.ts';
import { EXIT_FAILURE } from './exit-status.ts';
import { Failure } from './failure.ts';
import { type Field, formatFields } from './fields.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { openVolume } from './open-volume.ts';
import { formatSize } from './progress.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';
import { UsageError } from './usage-error.ts';
import { writeOutput } from './write-output.ts';

interface ProveOptions extends ReaderOptions {
  readonly range?: ByteRange;
  readonly absence?: true;
  readonly output: string;
}

/** What a bundle proves, and how that is said. */
interface Made {
  readonly bundle: Uint8Array;
  readonly fields: readonly Field[];
  readonly json: Readonly<Record<string, unknown>>;
}

const DESCRIPTION = `Write a proof that the publisher signed a file, some bytes of it, or with --absence
that there is nothing at PATH: one file of at most 64 MiB that holds the
statement, the pages on the way and their proofs. pageseal check verifies it
with no network. Symlinks on the way are followed, and proven, too; no component
of PATH may be "..".`;

/** Adds `pageseal prove` to the program. */
export function addProve(program: Command, io: Io): void {
  const command = program
    .command('prove')
    .summary('write a proof that a file was signed')
    .description(DESCRIPTION)
    .argument('<url>', 'ws://HOST:PORT/ORIGIN or wss://HOST/ORIGIN')
    .argument('[path]', 'file in the volume; none for a single sealed file')
    .option('-r, --range <range>', 'START-END, START- or -SUFFIX', parseByteRange)
    .option('--absence', 'prove that there is nothing at PATH')
    .option('-o, --output <file>', 'where the proof goes; - is stdout', '-');
  addReaderOptions(command)
    .option('--json', 'print one JSON object')
    .action((url: string, path: string | undefined, options: ProveOptions) =>
      prove(url, path ?? '', options, io),
    );
  endHelp(
    command,
    'pageseal prove wss://files.example.org/lab.example/docs a.img -o proof -k vkey',
    'pageseal check proof -k vkey',
  );
}

async function prove(url: string, path: string, options: ProveOptions, io: Io): Promise<void> {
  const { output, range, absence, json } = options;
  if (range !== undefined && absence === true) {
    throw new UsageError('--range and --absence can not both be proven');
  }
  if (output === '-' && (json === true || io.stdout.isTTY === true)) {
    throw new UsageError('the proof would go to stdout', { hint: 'name a file with -o FILE' });
  }
  await using volume = await openVolume(url, options, io, undefined, { firstPath: path });
  const made = await possible(() =>
    absence === true ? proveAbsence(volume, path, io) : proveBytes(volume, path, range, io),
  );
  if (output === '-') {
    await writeOutput(io, made.bundle);
    return;
  }
  writeFileSync(output, made.bundle);
  const { origin, version } = volume.statement;
  const length = made.bundle.length;
  if (json === true) {
    printJson(io, { origin, version, path, ...made.json, output, length });
    return;
  }
  const first: Field = ['statement', `${origin} version ${version}`];
  const last: Field = ['written', `${quote(output)}, ${formatSize(length)}`];
  io.stdout.write(formatFields([first, ...made.fields, last]));
}

async function proveBytes(
  volume: Volume,
  path: string,
  asked: ByteRange | undefined,
  { signal }: Io,
): Promise<Made> {
  const { entry } = await volume.resolve(path, { signal });
  const size = entry.type === 'file' ? entry.descriptor.size : 0;
  const range = bytesOf(asked ?? { suffix: size }, size);
  const bundle = await volume.prove(path, { ...range, signal });
  const fields: readonly Field[] = [['proves', `${rangeText(range)} of ${quote(path)}`]];
  return { bundle, fields, json: { claim: 'bytes', ...range } };
}

async function proveAbsence(volume: Volume, path: string, { signal }: Io): Promise<Made> {
  const bundle = await volume.proveAbsence(path, { signal });
  if (bundle === undefined) throw new Failure(EXIT_FAILURE, `${quote(path)} is there`);
  return {
    bundle,
    fields: [['proves', `absence of ${quote(path)}`]],
    json: { claim: 'absence' },
  };
}

/** Says which bytes, as `--range` does. */
export function rangeText({
  start,
  end,
}: {
  readonly start: number;
  readonly end: number;
}): string {
  return start === end ? 'no bytes' : `bytes ${start}-${end - 1}`;
}

/** Turns what no proof can be made of into an error of usage. */
async function possible<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof RangeError) {
      const hint = 'a proof has at most 64 MiB; prove ranges of a longer file one by one';
      throw new UsageError(error.message, { hint });
    }
    if (error instanceof PathError && error.code === 'ERR_NOT_FOUND') {
      const hint = 'prove that with --absence';
      throw new Failure(EXIT_FAILURE, `${error.message} (${error.code})`, { hint });
    }
    throw error;
  }
}
