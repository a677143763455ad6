import { existsSync, readFileSync } from 'node:fs';

const STATUS = '/proc/self/status';

/** CPU time of this process so far, in microseconds. */
export function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * The most memory that was resident so far, in MiB.
 *
 * Linux counts the parent's share into `maxRSS` of a process that was forked from it.
 */
export function peakResidentMiB() {
  if (!existsSync(STATUS)) return process.resourceUsage().maxRSS / 1024;
  return Number(/^VmHWM:\s+([0-9]+) kB$/m.exec(readFileSync(STATUS, 'utf8'))[1]) / 1024;
}
