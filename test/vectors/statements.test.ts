import { describe, expect, it } from 'vitest';
import { acceptStatement } from '../../client/accept.ts';
import { toHex, utf8 } from '../../common/bytes.ts';
import { parseVerifierKey } from '../../common/signature.ts';
import { formatStatement, parseTime } from '../../common/statement.ts';
import { hex } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { type Case, expected, load, split, titled } from './vectors.ts';

interface StatementCase extends Case {
  readonly note?: string;
  readonly note_hex?: string;
  readonly trusted: readonly string[];
  readonly threshold: number;
  readonly origin: string;
  readonly now: string;
  readonly remembered: { version: number; text_hash: string } | null;
  /** Seconds. */
  readonly max_age?: number;
  readonly min_version?: number;
  readonly text_hash?: string;
  readonly weak_key?: boolean;
}

const { good, bad } = split(load<{ cases: StatementCase[] }>('statements.json').cases);

function accept(vector: StatementCase): ReturnType<typeof acceptStatement> {
  const { note, origin, threshold, remembered, now } = vector;
  const bytes = note === undefined ? hex(vector.note_hex ?? '') : utf8(note);
  const known = remembered && {
    version: remembered.version,
    textHash: hex(remembered.text_hash),
    note: new Uint8Array(),
  };
  const { max_age, min_version, trusted } = vector;
  const trust = {
    origin,
    threshold,
    keys: trusted.map(parseVerifierKey),
    ...(max_age === undefined ? {} : { maxAgeMs: max_age * 1000 }),
    ...(min_version === undefined ? {} : { minVersion: min_version }),
  };
  return acceptStatement(bytes, trust, known ?? undefined, parseTime(now) ?? Number.NaN);
}

describe('statements.json', () => {
  it.each(titled('accepts', good))('%s', (_title, vector) => {
    const { textHash, statement } = accept(vector);
    expect(toHex(textHash)).toBe(vector.text_hash);
    const text = vector.note?.slice(0, vector.note.lastIndexOf('\n\n') + 1);
    expect(formatStatement(statement)).toEqual(utf8(text ?? ''));
  });

  const parsed = bad.filter(({ weak_key }) => weak_key !== true);
  it.each(titled('rejects', parsed))('%s', (_title, vector) => {
    expect(() => accept(vector)).toThrow(expected(vector));
  });

  const weak = bad.filter(({ weak_key }) => weak_key === true);
  it.each(titled('does not take a', weak))('%s', (_title, { trusted }) => {
    expect(() => trusted.map(parseVerifierKey)).toThrow(failure('KeyError', 'ERR_KEY'));
  });
});
