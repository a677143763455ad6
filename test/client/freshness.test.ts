import { describe, expect, it, test } from 'vitest';
import { acceptStatement } from '../../client/accept.ts';
import { AUDITABLE_RULES, type AuditableRule, checkTrust, type Trust } from '../../client/trust.ts';
import { toHex } from '../../common/bytes.ts';
import { CLOCK_SKEW } from '../../common/limits.ts';
import { formatNote, parseNote } from '../../common/note.ts';
import { type Statement, textHash } from '../../common/statement.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { file, ISSUED, ORIGIN, Signer, signer } from '../helpers/memory-volume.ts';

const SECOND = 1000;
const SKEW = CLOCK_SKEW * SECOND;
const DAY = 86_400 * SECOND;
const object = file(noise(3000));
const other = file(noise(3000, 2));
const trust: Trust = { origin: ORIGIN, keys: [signer.key], threshold: 1 };

/** A rule, and a statement that breaks it alone. */
interface Relaxable {
  readonly rule: AuditableRule;
  readonly code: string;
  readonly more?: Partial<Statement>;
  readonly rules?: Partial<Trust>;
  readonly now?: number;
  readonly known?: number;
}

function rememberedOf(version: number, named = object) {
  const note = signer.seal(named, { version });
  return { version, textHash: textHash(parseNote(note).text), note };
}

function accept(more: Partial<Statement>, rules: Partial<Trust>, now: number, known?: number) {
  const note = signer.seal(object, more);
  const remembered = known === undefined ? undefined : rememberedOf(known, other);
  return acceptStatement(note, { ...trust, ...rules }, remembered, now);
}

describe('acceptStatement()', () => {
  const expires = ISSUED + 30 * DAY;

  it.each([
    { clock: 'at the last instant', now: expires - 1 },
    { clock: 'at the very second', now: expires, code: 'ERR_EXPIRED' },
    { clock: 'a year ahead', now: ISSUED + 365 * DAY, code: 'ERR_EXPIRED' },
    { clock: 'at the end of time', now: 8.64e15, code: 'ERR_EXPIRED' },
    { clock: 'beyond all dates', now: Number.POSITIVE_INFINITY, code: 'ERR_EXPIRED' },
    { clock: 'that tells no time', now: Number.NaN, code: 'ERR_EXPIRED' },
  ])('V6 decides about expiry by a clock $clock', ({ now, code }) => {
    if (code === undefined) expect(accept({ expires }, {}, now).version).toBe(1);
    else expect(() => accept({ expires }, {}, now)).toThrow(failure('FreshnessError', code));
  });

  it.each([
    { clock: 'on time', now: ISSUED },
    { clock: 'behind by less than the skew', now: ISSUED - SKEW + 1 },
    { clock: 'behind by the skew', now: ISSUED - SKEW },
    { clock: 'behind by more', now: ISSUED - SKEW - 1, code: 'ERR_NOT_YET_VALID' },
    { clock: 'at 1970', now: 0, code: 'ERR_NOT_YET_VALID' },
    { clock: 'before all dates', now: Number.NEGATIVE_INFINITY, code: 'ERR_NOT_YET_VALID' },
    { clock: 'that tells no time', now: Number.NaN, code: 'ERR_NOT_YET_VALID' },
  ])('V26 decides about what is issued later by a clock $clock', ({ now, code }) => {
    if (code === undefined) expect(accept({}, {}, now).version).toBe(1);
    else expect(() => accept({}, {}, now)).toThrow(failure('FreshnessError', code));
  });

  it.each([
    { age: 'issued later', maxAgeMs: DAY, now: ISSUED - SECOND },
    { age: 'of the greatest age', maxAgeMs: DAY, now: ISSUED + DAY },
    { age: 'a moment older', maxAgeMs: DAY, now: ISSUED + DAY + 1, code: 'ERR_TOO_OLD' },
    { age: 'issued now, of age 0', maxAgeMs: 0, now: ISSUED },
    { age: 'older than 0', maxAgeMs: 0, now: ISSUED + 1, code: 'ERR_TOO_OLD' },
    { age: 'years old, of any age', maxAgeMs: undefined, now: ISSUED + 9999 * DAY },
    { age: 'years old, of endless age', maxAgeMs: Infinity, now: ISSUED + 9999 * DAY },
    // the earlier of the two bounds holds
    { age: 'not expired but old', maxAgeMs: DAY, now: ISSUED + 2 * DAY, code: 'ERR_TOO_OLD' },
  ])('V27 decides about a statement $age', ({ maxAgeMs, now, code }) => {
    const rules = maxAgeMs === undefined ? {} : { maxAgeMs };
    if (code === undefined) expect(accept({}, rules, now).version).toBe(1);
    else expect(() => accept({ expires }, rules, now)).toThrow(failure('FreshnessError', code));
  });

  it.each([
    { version: 1, minVersion: 1 },
    { version: 4, minVersion: 5, code: 'ERR_MIN_VERSION' },
    { version: 5, minVersion: 5 },
    { version: 6, minVersion: 5 },
    { version: 2 ** 40, minVersion: 2 ** 40 + 1, code: 'ERR_MIN_VERSION' },
  ])('V28 holds version $version against the minimum $minVersion', (row) => {
    const accepting = () =>
      accept({ version: row.version }, { minVersion: row.minVersion }, ISSUED);
    if (row.code === undefined) expect(accepting().version).toBe(row.version);
    else expect(accepting).toThrow(failure('FreshnessError', row.code));
  });

  it('V29 refuses a statement that names a revoked object', () => {
    const revokedObjects = new Set([toHex(other.id), toHex(object.id)]);
    const accepting = () => accept({}, { revokedObjects }, ISSUED);
    expect(accepting).toThrow(failure('FreshnessError', 'ERR_REVOKED'));
    const others = new Set([toHex(other.id)]);
    expect(accept({}, { revokedObjects: others }, ISSUED).version).toBe(1);
  });

  it('V8 finds two texts before it asks whether they have expired', () => {
    const accepting = () => accept({ version: 5, expires }, {}, expires + DAY, 5);
    expect(accepting).toThrow(failure('FreshnessError', 'ERR_EQUIVOCATION'));
  });

  describe('in audit mode', () => {
    const relaxable: readonly Relaxable[] = [
      { rule: 'expires', code: 'ERR_EXPIRED', more: { expires }, now: expires },
      { rule: 'not-yet-valid', code: 'ERR_NOT_YET_VALID', now: 0 },
      { rule: 'max-age', code: 'ERR_TOO_OLD', rules: { maxAgeMs: 1 }, now: ISSUED + 2 },
      { rule: 'min-version', code: 'ERR_MIN_VERSION', rules: { minVersion: 9 } },
      { rule: 'rollback', code: 'ERR_ROLLBACK', more: { version: 4 }, known: 5 },
      { rule: 'previous', code: 'ERR_PREVIOUS', more: { version: 6 }, known: 5 },
    ];

    test('every rule that can be audited is in this table', () => {
      expect(relaxable.map(({ rule }) => rule)).toEqual([...AUDITABLE_RULES]);
    });

    it.each(relaxable)('relaxes "$rule" alone, to a finding of the verdict', (row) => {
      const { rule, code, more = {}, rules = {}, now = ISSUED, known } = row;
      const found = accept(more, { ...rules, audit: new Set([rule]) }, now, known);
      expect(found.verdict.relaxed).toEqual([failure('FreshnessError', code)]);
      const others = new Set(AUDITABLE_RULES.filter((one) => one !== rule));
      const enforced = () => accept(more, { ...rules, audit: others }, now, known);
      expect(enforced).toThrow(failure('FreshnessError', code));
    });

    const audit = new Set(AUDITABLE_RULES);

    it('finds everything that a statement falls short of', () => {
      const rules = { audit, maxAgeMs: DAY, minVersion: 9 };
      const found = accept({ version: 4, expires }, rules, expires, 5);
      const codes = found.verdict.relaxed.map(({ code }) => code);
      expect(codes).toEqual(['ERR_EXPIRED', 'ERR_TOO_OLD', 'ERR_MIN_VERSION', 'ERR_ROLLBACK']);
    });

    it('V2 V3 V5 V8 V29 relaxes nothing else', () => {
      const rules = { ...trust, audit };
      const accepting =
        (note: Uint8Array, more: Partial<Trust> = {}) =>
        () =>
          acceptStatement(note, { ...rules, ...more }, rememberedOf(5, other), ISSUED);
      const note = signer.seal(object, { version: 5 });
      const unknown = new Signer(7, 'somebody').seal(object);
      const forged = new Signer(1).seal(object);
      const text = new TextDecoder().decode(forged);
      const changed = new TextEncoder().encode(text.replace('version 1', 'version 7'));
      expect(accepting(unknown)).toThrow(failure('IntegrityError', 'ERR_THRESHOLD'));
      expect(accepting(changed)).toThrow(failure('IntegrityError', 'ERR_SIGNATURE'));
      const elsewhere = signer.seal(object, { origin: 'lab.example/other' });
      expect(accepting(elsewhere)).toThrow(failure('IntegrityError', 'ERR_ORIGIN'));
      expect(accepting(note)).toThrow(failure('FreshnessError', 'ERR_EQUIVOCATION'));
      const revoked = { revokedObjects: new Set([toHex(object.id)]) };
      const newer = signer.seal(object, { version: 9 });
      expect(accepting(newer, revoked)).toThrow(failure('FreshnessError', 'ERR_REVOKED'));
    });
  });

  describe('the verdict', () => {
    it('names those who signed and are trusted, and the rule', () => {
      const second = new Signer(2, 'second');
      const text = parseNote(signer.seal(object)).text;
      const stranger = new Signer(3, 'stranger');
      const lines = [stranger.line(text), second.line(text), signer.line(text)];
      const keys = [signer.key, second.key];
      const rules = { ...trust, keys, threshold: 2, rule: 'policy.toml, rule 3' };
      const { verdict, statement } = acceptStatement(
        formatNote({ text, signatures: lines }),
        rules,
        undefined,
        ISSUED,
      );
      expect(verdict).toEqual({
        statement,
        signers: ['second', ORIGIN],
        rule: 'policy.toml, rule 3',
        firstContact: true,
        freshnessAsserted: false,
        relaxed: [],
      });
    });

    it.each([
      { what: 'known and without bounds', known: 1, contact: false, asserted: false },
      { what: 'that expires', more: { expires }, contact: true, asserted: true },
      { what: 'under a maximum age', rules: { maxAgeMs: DAY }, contact: true, asserted: true },
    ])('tells first contact and freshness of a statement $what', (row) => {
      const { more = {}, rules = {}, known } = row;
      const { verdict } = accept({ version: 3, ...more }, rules, ISSUED, known);
      expect(verdict).toMatchObject({
        firstContact: row.contact,
        freshnessAsserted: row.asserted,
      });
    });
  });

  it.each([
    { what: 'a signature', rules: { keys: [new Signer(9).key] }, code: 'ERR_THRESHOLD' },
    { what: 'freshness', rules: { minVersion: 2 }, code: 'ERR_MIN_VERSION' },
    {
      what: 'revocation',
      rules: { revokedObjects: new Set([toHex(object.id)]) },
      code: 'ERR_REVOKED',
    },
  ])('names the rule in a refusal for $what', ({ rules, code }) => {
    const accepting = () => accept({}, { ...rules, rule: 'policy.toml, rule 3' }, ISSUED);
    expect(accepting).toThrow(expect.objectContaining({ code }));
    expect(accepting).toThrow(/, by policy\.toml, rule 3$/);
  });
});

describe('checkTrust()', () => {
  it.each([
    { what: 'no keys', rules: { keys: [] } },
    { what: 'a threshold of 0', rules: { threshold: 0 } },
    { what: 'a threshold beyond the keys', rules: { threshold: 2 } },
    { what: 'a negative age', rules: { maxAgeMs: -1 } },
    { what: 'an age that is no number', rules: { maxAgeMs: Number.NaN } },
    { what: 'a minimum of 0', rules: { minVersion: 0 } },
    { what: 'half a minimum', rules: { minVersion: 1.5 } },
    { what: 'a negative series', rules: { series: -1 } },
    { what: 'half a series', rules: { series: 0.5 } },
  ])('refuses $what', ({ rules }) => {
    const wrong = expect.objectContaining({ name: 'TypeError' });
    expect(() => checkTrust({ ...trust, ...rules })).toThrow(wrong);
  });
});
