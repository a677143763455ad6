import { once } from 'node:events';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { quote } from '../common/escape.ts';
import { errnoOf } from '../publisher/system-error.ts';
import {
  createLog,
  type LocalStore,
  type RunningServer,
  type ServeOptions as ServerOptions,
  serve,
} from '../server/index.ts';
import { EXIT_FAILURE } from './exit-status.ts';
import { Failure } from './failure.ts';
import { endHelp } from './help.ts';
import type { Io } from './io.ts';
import { openStore } from './open-store.ts';
import { reportWarning } from './report.ts';
import { UsageError } from './usage-error.ts';

interface Address {
  readonly host: string;
  readonly port: number;
}

interface ServeOptions {
  readonly listen: Address;
  readonly trustSource?: boolean;
}

const DESCRIPTION = `Serve stores, each under its origin: ws://HOST:PORT/ORIGIN. No key is needed:
readers verify what they get. GET /healthz answers 200. A page of a file in
place is compared with what was sealed before it is sent; a reader gets an error
instead of bytes that are known to be wrong.

The log is on stdout, one JSON object per event. SIGTERM and SIGINT finish what
is in flight, for ten seconds at most, and end with exit status 0. A new version
of a store is served within about a second.`;

/** Adds `pageseal serve` to the program. */
export function addServe(program: Command, io: Io): void {
  const command = program
    .command('serve')
    .summary('serve stores')
    .description(DESCRIPTION)
    .argument('<store...>', 'stores, each of another origin')
    .addOption(
      new Option('-l, --listen <address>', 'HOST:PORT; [::1]:8080 for IPv6; port 0 is any')
        .argParser(parseAddress)
        .default({ host: '127.0.0.1', port: 8080 }, '127.0.0.1:8080'),
    )
    .option('--trust-source', 'send files in place without comparing them')
    .action((stores: readonly string[], options: ServeOptions) =>
      serveCommand(stores, options, io),
    );
  endHelp(command, 'pageseal serve store/ --listen 0.0.0.0:8080');
}

async function serveCommand(
  paths: readonly string[],
  { listen, trustSource = false }: ServeOptions,
  io: Io,
): Promise<void> {
  const stores = paths.map((path) => openStore(path, { trustSource }));
  try {
    checkStores(stores, io);
    const log = createLog({ write: (line) => io.stdout.write(line) });
    await using _server = await listenOn(listen, { volumes: stores, ...listen, log });
    if (!io.signal.aborted) await once(io.signal, 'abort');
  } finally {
    for (const store of stores) store.close();
  }
}

async function listenOn({ host, port }: Address, options: ServerOptions): Promise<RunningServer> {
  try {
    return await serve(options);
  } catch (cause) {
    if (errnoOf(cause) !== 'EADDRINUSE') throw cause;
    const hint = 'another process listens there; choose another port with --listen';
    throw new Failure(EXIT_FAILURE, `${host}:${port} is in use`, { cause, hint });
  }
}

function checkStores(stores: readonly LocalStore[], io: Io): void {
  const paths = new Map<string, string>();
  for (const store of stores) {
    const other = paths.get(store.origin);
    if (other !== undefined) {
      const both = `${quote(other)} and ${quote(store.path)}`;
      throw new UsageError(`${both} have the same origin, ${store.origin}`);
    }
    paths.set(store.origin, store.path);
    if (store.newest().length === 0) {
      const what = `${quote(store.path)} has no signed statement`;
      reportWarning(io, `${what}; readers get nothing until pageseal sign adds one`);
    }
  }
}

function parseAddress(text: string): Address {
  const [, ipv6, name, digits] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+)):([0-9]{1,5})$/.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new InvalidArgumentError('want HOST:PORT, or [ADDRESS]:PORT for IPv6');
}
