import * as v from 'valibot';
import { MAX_ORIGIN_LENGTH, MAX_SIGNATURES, MAX_VERSION } from '../../common/limits.ts';
import { AUDITABLE_RULES, type AuditableRule } from '../trust.ts';
import type { Place } from './locate.ts';
import {
  MAX_FILE_NAME_LENGTH,
  MAX_KEYS,
  MAX_PINS,
  MAX_REVOKED,
  MAX_RULES,
} from './policy-limits.ts';

/** A key as the file gives it. */
export type KeyData =
  | string
  | { readonly file: string; readonly name?: string | undefined }
  | { readonly certificate: string; readonly sha256: string; readonly name?: string | undefined };

/** A pinned file as the file gives it. */
export interface PinData {
  readonly path?: string | undefined;
  readonly object?: string | undefined;
  readonly fsverity?: string | undefined;
}

/** A rule as the file gives it: of the right shape, its texts not yet read. */
export interface RuleData {
  readonly match: string;
  readonly keys?: readonly KeyData[] | undefined;
  readonly threshold?: number | undefined;
  readonly max_age?: string | undefined;
  readonly min_version?: number | undefined;
  readonly series?: number | undefined;
  readonly audit?: readonly AuditableRule[] | undefined;
  readonly pin?: readonly PinData[] | undefined;
}

/** A policy as the file gives it. */
export interface PolicyData {
  readonly version?: number | undefined;
  readonly revoked_keys?: readonly string[] | undefined;
  readonly revoked_objects?: readonly string[] | undefined;
  readonly origin?: readonly RuleData[] | undefined;
}

/** What is wrong with the shape of some data, and where. */
export interface ShapeFault {
  readonly place: Place;
  readonly what: string;
}

const text = (length: number) =>
  v.pipe(v.string(), v.maxLength(length, `longer than ${length} characters`));
const list = <Item extends v.GenericSchema>(item: Item, length: number) =>
  v.pipe(v.array(item), v.maxLength(length, `more than ${length}`));
const count = (least: number, most: number) =>
  v.pipe(
    v.bigint(), // as integers are parsed, so that 2.0 is none
    v.check((n) => n >= least && n <= most, `want a whole number from ${least} to ${most}`),
    v.transform(Number),
  );

const FILE = text(MAX_FILE_NAME_LENGTH);
const SHORT = text(1024);
const KEY = v.lazy((input) => {
  if (typeof input === 'string') return SHORT;
  return typeof input === 'object' && input !== null && 'certificate' in input
    ? v.strictObject({ certificate: FILE, sha256: SHORT, name: v.optional(SHORT) })
    : v.strictObject({ file: FILE, name: v.optional(SHORT) });
});
const PIN = v.strictObject({
  path: v.optional(FILE),
  object: v.optional(SHORT),
  fsverity: v.optional(SHORT),
});
const RULE = v.strictObject({
  match: text(MAX_ORIGIN_LENGTH + 2),
  keys: v.optional(list(KEY, MAX_KEYS)),
  threshold: v.optional(count(1, MAX_SIGNATURES)),
  max_age: v.optional(SHORT),
  min_version: v.optional(count(1, MAX_VERSION)),
  series: v.optional(count(0, MAX_VERSION)),
  audit: v.optional(
    list(v.picklist(AUDITABLE_RULES, `want one of ${AUDITABLE_RULES.join(', ')}`), 16),
  ),
  pin: v.optional(list(PIN, MAX_PINS)),
});
const POLICY = v.strictObject({
  version: v.optional(count(1, MAX_VERSION)),
  revoked_keys: v.optional(list(SHORT, MAX_REVOKED)),
  revoked_objects: v.optional(list(SHORT, MAX_REVOKED)),
  origin: v.optional(list(RULE, MAX_RULES)),
});

/**
 * Checks that data has the shape of a policy: every key known, every type right, every number and
 * length in its bounds.
 *
 * @returns The data, or the first thing that is wrong with it.
 */
export function checkShape(data: unknown): PolicyData | ShapeFault {
  const result = v.safeParse(POLICY, data, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = (issue.path ?? []).map(({ key }) => key as string | number);
  return { place, what: describeIssue(issue) };
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'unknown key';
  if (issue.received === 'undefined') return 'missing';
  if (issue.type === 'picklist' || issue.kind === 'validation') {
    return `found ${describeValue(issue)}, ${issue.message}`;
  }
  return `found ${describeValue(issue)}, want ${WANTED[issue.type] ?? issue.expected}`;
}

function describeValue({ input, received }: v.BaseIssue<unknown>): string {
  if (Array.isArray(input)) return 'an array';
  return typeof input === 'object' ? 'a table or a date' : received;
}

/** What the types of a policy are called in TOML, by valibot's names. */
const WANTED: Readonly<Record<string, string>> = {
  string: 'a string',
  bigint: 'a whole number',
  array: 'an array',
  strict_object: 'a table',
};
