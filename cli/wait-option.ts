import type { Command } from 'commander';
import { readLive, type Volume } from '../client/node/index.ts';
import type { Io } from './io.ts';
import { reportAudited } from './open-volume.ts';
import { parseSeconds } from './parse-options.ts';

/** How a command waits for a newer version. */
export interface WaitOptions {
  /** Seconds. */
  readonly wait: number;
}

const DEFAULT_SECONDS = 10;

/** Adds the option of commands that wait for a newer version where this one can not be read. */
export function addWaitOption(command: Command): Command {
  const what = 'how long to wait for a newer version';
  return command.option('--wait <seconds>', what, parseSeconds, DEFAULT_SECONDS);
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
