import { InvalidArgumentError } from 'commander';
import { fromHex } from '../common/bytes.ts';
import { parseDuration } from '../common/duration.ts';
import { HASH_LENGTH, MAX_KEY_NAME_LENGTH } from '../common/limits.ts';
import { isKeyName } from '../common/note.ts';
import { isOrigin, parseTime, parseVersion } from '../common/statement.ts';
import type { Io } from './io.ts';
import { UsageError } from './usage-error.ts';

const SIZE = /^([1-9][0-9]{0,14})([KMGT]?)$/;
const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  K: 2 ** 10,
  M: 2 ** 20,
  G: 2 ** 30,
  T: 2 ** 40,
};
const MAX_SECONDS = 86_400;
/** The last second that a statement can spell, 9999-12-31T23:59:59Z. */
const MAX_TIME = 253_402_300_799_000;

/** Appends to a repeatable option's values. */
export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** Reads bytes, from 1, with `K`, `M`, `G` or `T` for powers of 1,024; NaN for anything else. */
export function sizeIn(text: string): number {
  const [, digits, suffix = ''] = SIZE.exec(text) ?? [];
  const size = Number(digits) * (FACTORS[suffix] ?? 1);
  return Number.isSafeInteger(size) ? size : Number.NaN;
}

/** Parses a page size: bytes, or with a unit. */
export function parsePageSize(text: string): number {
  const size = sizeIn(text);
  if (!Number.isInteger(Math.log2(size))) {
    throw new InvalidArgumentError('want a power of two such as 4096, 4K or 1M');
  }
  return size;
}

/**
 * Parses an origin.
 *
 * @throws {InvalidArgumentError} If it is none; so do the other parsers here, which makes a usage error.
 */
export function parseOrigin(text: string): string {
  if (isOrigin(text)) return text;
  throw new InvalidArgumentError('want SEGMENT/SEGMENT... of a-z, 0-9, ".", "_" and "-"');
}

/** Parses a name that can stand in a signature line. */
export function parseKeyName(text: string): string {
  if (isKeyName(text)) return text;
  throw new InvalidArgumentError(`want 1 to ${MAX_KEY_NAME_LENGTH} bytes without spaces and "+"`);
}

/** Parses the number of a version, from 1, as a statement spells it. */
export function parseVersionOption(text: string): number {
  const version = parseVersion(text);
  if (version === undefined) throw new InvalidArgumentError('want a whole number from 1');
  return version;
}

/** Parses an object id from hexadecimal; 32 bytes. */
export function parseObjectId(text: string): Uint8Array {
  const id = fromHex(text);
  if (id?.length === HASH_LENGTH) return id;
  throw new InvalidArgumentError('want 64 hexadecimal digits in lower case');
}

/** Decides when a statement is issued: by option, SOURCE_DATE_EPOCH or the clock; milliseconds. */
export function issuedAt(option: string | undefined, { env, clock }: Io): number {
  if (option !== undefined) return parseInstant('--issued', option);
  const epoch = env['SOURCE_DATE_EPOCH'];
  if (epoch === undefined || epoch === '') return clock();
  const ms = /^[0-9]{1,12}$/.test(epoch) ? Number(epoch) * 1000 : Number.NaN;
  if (ms <= MAX_TIME) return ms;
  throw new UsageError(`SOURCE_DATE_EPOCH is ${epoch}, want seconds since 1970`);
}

/** Decides when a statement expires: a time, or a duration after `issued`; milliseconds. */
export function expiryAt(option: string, issued: number): number {
  const duration = parseDuration(option);
  if (duration === undefined) return parseInstant('--expires', option);
  const ms = issued + duration;
  if (ms <= MAX_TIME) return ms;
  throw new UsageError(`--expires ${option} is after the year 9999`);
}

function parseInstant(option: string, text: string): number {
  const ms = parseTime(text);
  if (ms === undefined) {
    throw new UsageError(`${option} is ${text}, want a time such as 2026-11-21T10:00:00Z`);
  }
  return ms;
}

/** Makes the parser of whole numbers between two bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^(?:0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : -1;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`want a whole number from ${least} to ${most}`);
  };
}

/** Parses a small number from 1 on. */
export const parseCount: (text: string) => number = wholeNumber(1, 999);

/** Parses seconds, from 0 to a day; they may have a fraction. */
export function parseSeconds(text: string): number {
  const seconds = /^[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= MAX_SECONDS) return seconds;
  throw new InvalidArgumentError(`want seconds, up to ${MAX_SECONDS}`);
}
