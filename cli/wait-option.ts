import { type Command, InvalidArgumentError } from 'commander';
import { readLive, type Volume } from '../client/node/index.ts';
import type { Io } from './io.ts';
import { reportAudited } from './open-volume.ts';

/** How a command waits for a newer version. */
export interface WaitOptions {
  /** Seconds. */
  readonly wait: number;
}

const DEFAULT_SECONDS = 10;
const MAX_SECONDS = 86_400;

/** Adds the option of commands that wait for a newer version where this one can not be read. */
export function addWaitOption(command: Command): Command {
  const what = 'how long to wait for a newer version';
  return command.option('--wait <seconds>', what, parseWait, DEFAULT_SECONDS);
}

/** Reads from a volume, or from a newer version if the server no longer has this one. */
export function readWaiting<Result>(
  volume: Volume,
  read: (volume: Volume) => Promise<Result>,
  { wait }: WaitOptions,
  io: Io,
): Promise<Result> {
  const readAndReport = (current: Volume) => {
    if (current !== volume) reportAudited(current.verdict, io);
    return read(current);
  };
  return readLive(volume, readAndReport, { waitMs: wait * 1000, signal: io.signal });
}

function parseWait(text: string): number {
  const seconds = /^[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= MAX_SECONDS) return seconds;
  throw new InvalidArgumentError(`want seconds, up to ${MAX_SECONDS}`);
}
