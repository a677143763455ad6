import { type Command, InvalidArgumentError } from 'commander';
import { nodeWebSocket, type ReadMode } from '../client/node/index.ts';
import { type Measured, measure } from './bench/measure.ts';
import { Meter } from './bench/meter.ts';
import { meteredSockets } from './bench/metered-socket.ts';
import { formatBars, formatTable } from './bench/plot.ts';
import { MAX_READ_SIZE, MAX_READS, readsOf, type WorkloadOptions } from './bench/workload.ts';
import { endHelp } from './help.ts';
import { type Io, printJson } from './io.ts';
import { openVolume } from './open-volume.ts';
import { sizeIn, wholeNumber } from './parse-options.ts';
import { addReaderOptions, type ReaderOptions } from './reader-options.ts';
import { readRules } from './reader-rules.ts';
import { UsageError } from './usage-error.ts';
import { writeOutput } from './write-output.ts';

interface BenchOptions extends ReaderOptions, WorkloadOptions {
  readonly inFlight: number;
  /** Milliseconds. */
  readonly rtt: number;
}

/** In the order of the table; the last one chooses by what is read. */
const MODES: readonly ReadMode[] = ['ahead', 'on-demand', 'inline', 'auto'];
const MAX_IN_FLIGHT = 256;
const MAX_RTT_MS = 10_000;

const DESCRIPTION = `Make the same verified reads of a file in each of the three modes of fetching
its tree, and in the one that chooses by itself, and show what each cost:

  ahead      all leaf hashes, then pages
  on-demand  leaf hashes and pages, with two requests at the same time
  inline     pages with the hashes that prove them

Bytes are those of frames. Round trips are counted along the longest chain of
requests that waited for one another. Each mode has a connection of its own,
keeps nodes and no pages, and is measured from when the file is open; an
unmeasured pass inline, without --rtt, comes first.

--rtt delays each frame by half of it, both ways. --workload takes sequential,
random, zipf, or a file of lines OFFSET,LENGTH.`;

/** Adds `pageseal bench` to the program. */
export function addBench(program: Command, io: Io): void {
  const command = program
    .command('bench')
    .summary('measure what the modes of fetching a tree cost')
    .description(DESCRIPTION)
    .argument('<url>', 'ws://HOST:PORT/ORIGIN or wss://HOST/ORIGIN')
    .argument('[path]', 'file in the volume; none for a single sealed file')
    .option('-w, --workload <workload>', 'what to read', 'random')
    .option(
      '-n, --reads <n>',
      'how many reads (default: 1000, or the trace)',
      wholeNumber(1, MAX_READS),
    )
    .option('--read-size <bytes>', 'bytes of a read, or with K or M', parseReadSize, 4096)
    .option('--in-flight <n>', 'reads at the same time', wholeNumber(1, MAX_IN_FLIGHT), 1)
    .option('--rtt <ms>', 'milliseconds to add to a round trip', wholeNumber(0, MAX_RTT_MS), 0)
    .option('--seed <n>', 'of random and zipf', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1);
  addReaderOptions(command)
    .option('--json', 'print one JSON object per mode')
    .action((url: string, path: string | undefined, options: BenchOptions) =>
      bench(url, path ?? '', options, io),
    );
  endHelp(
    command,
    'pageseal bench wss://files.example.org/lab disk.img --key vkey',
    'pageseal bench wss://files.example.org/lab disk.img -w zipf --rtt 20',
  );
}

async function bench(url: string, path: string, options: BenchOptions, io: Io): Promise<void> {
  const rules = await readRules(options, io);
  const run = async (mode: ReadMode, roundTripMs: number) => {
    const meter = new Meter();
    const webSocket = meteredSockets(nodeWebSocket, meter, roundTripMs);
    const client = { webSocket, cache: { pageBytes: 0 }, firstPath: path };
    await using volume = await openVolume(url, options, io, rules, client);
    const file = await volume.open(path, { mode, signal: io.signal });
    if (file.size === 0) throw new UsageError('file is empty: there is nothing to read');
    const { inFlight } = options;
    const reads = readsOf(options, file.size);
    return await measure(file, reads, meter, { inFlight, signal: io.signal });
  };
  await run('inline', 0);
  const measured: Measured[] = [];
  for (const mode of MODES) {
    const found = await run(mode, options.rtt);
    measured.push(found);
    if (options.json === true) printJson(io, { ...found });
  }
  if (options.json === true) return;
  await writeOutput(io, `${formatTable(measured)}\n${formatBars(measured)}`);
}

function parseReadSize(text: string): number {
  const size = sizeIn(text);
  if (size <= MAX_READ_SIZE) return size;
  throw new InvalidArgumentError('want bytes such as 4096, 64K or 1M, up to 16M');
}
