import { utf8 } from '../common/bytes.ts';
import type { Entry, Mtime } from '../common/directory.ts';
import { escapeName } from '../common/escape.ts';
import { descriptorJson } from './descriptor-fields.ts';

/** Seconds before and after 1970 that a `Date` can reach. */
const MAX_DATE_SECONDS = 8_640_000_000_000;
const TYPE_LETTERS = { file: '-', directory: 'd', symlink: 'l' } as const;

/** Writes type and permission bits as `ls` does: `drwxr-xr-x`. */
export function formatMode({ type, mode }: Entry): string {
  const bits = Array.from(mode.toString(2).padStart(9, '0'));
  return TYPE_LETTERS[type] + bits.map((bit, i) => (bit === '1' ? 'rwx'[i % 3] : '-')).join('');
}

/** Writes permission bits in octal: `0644`. */
export function formatOctal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** Writes a modification time to the nanosecond; `-` if it was not recorded. */
export function formatMtime(mtime: Mtime | undefined): string {
  if (mtime === undefined) return '-';
  const { seconds, nanoseconds } = mtime;
  const fraction = nanoseconds === 0 ? '' : `.${String(nanoseconds).padStart(9, '0')}`;
  if (Math.abs(seconds) > MAX_DATE_SECONDS) return `@${seconds}${fraction}`;
  return `${new Date(seconds * 1000).toISOString().slice(0, -5)}${fraction}Z`;
}

/** Returns the size in bytes: of a file's contents, a directory's entries, a symlink's target. */
export function sizeOf(entry: Entry): number {
  return entry.type === 'symlink' ? utf8(entry.target).length : entry.descriptor.size;
}

/** Writes a line of a long listing. */
export function formatLong(name: string, entry: Entry): string {
  const size = String(sizeOf(entry)).padStart(12);
  const mtime = formatMtime(withoutFraction(entry.mtime)).padEnd(20);
  const target = entry.type === 'symlink' ? ` -> ${escapeName(entry.target)}` : '';
  return `${formatMode(entry)} ${size} ${mtime} ${escapeName(name)}${target}`;
}

function withoutFraction(mtime: Mtime | undefined): Mtime | undefined {
  return mtime && { ...mtime, nanoseconds: 0 };
}

/** Turns an entry into a JSON object; names and targets are exact. */
export function entryJson(path: string, entry: Entry): Readonly<Record<string, unknown>> {
  const { name, type, mode, mtime = null } = entry;
  const base = { path, name, type, mode: formatOctal(mode), size: sizeOf(entry), mtime };
  if (entry.type === 'symlink') return { ...base, target: entry.target };
  return { ...base, ...descriptorJson(entry.descriptor) };
}
