import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex, utf8 } from '../../common/bytes.ts';
import { MAX_SIZE, MAX_VERSION } from '../../common/limits.ts';
import {
  claimedOrigin,
  formatStatement,
  formatTime,
  isExtension,
  isOrigin,
  parseStatement,
  parseTime,
  parseVersion,
  type Statement,
  textHash,
} from '../../common/statement.ts';
import { RFC9162 } from '../../common/tree/profile.ts';
import { flipBit, hex, join } from '../helpers/bytes.ts';
import { descriptors } from '../helpers/descriptors.ts';
import { failure } from '../helpers/failure.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { sha256 } from '../helpers/reference-tree.ts';

const malformed = failure('IntegrityError', 'ERR_STATEMENT');
const impossible = failure('IntegrityError', 'ERR_DESCRIPTOR');

const ROOT = 'bc58317fe4f858bb733d1867953270b5b407104ec6b2d9e9e4fcbda841510ab2';
const PREVIOUS = 'cd10a48cacf6fea92ac85b51e56d994e6876ab620ef2cc2a2ce1f8e33ce2046c';
/** The text of the example in SPEC.md. */
const TEXT = `pageseal.v1/statement
origin lab.example/images
version 42
issued 2026-11-21T10:00:00Z
expires 2026-12-21T10:00:00Z
previous ${PREVIOUS}
object directory rfc9162-sha256 16384 74 ${ROOT}
x-comment nightly
`;
const EXAMPLE: Statement = {
  origin: 'lab.example/images',
  version: 42,
  issued: Date.UTC(2026, 10, 21, 10),
  expires: Date.UTC(2026, 11, 21, 10),
  previous: hex(PREVIOUS),
  type: 'directory',
  descriptor: { profile: RFC9162, pageSize: 16_384, size: 74, root: hex(ROOT) },
  extensions: ['x-comment nightly'],
};

/** The example with one piece of its text replaced by another. */
function but(piece: string, by: string): Uint8Array {
  expect(TEXT).toContain(piece);
  return utf8(TEXT.replace(piece, () => by));
}

/** The example with a last line that makes it as long as that. */
function long(length: number): Uint8Array {
  return utf8(`${TEXT}x-a ${'b'.repeat(length - TEXT.length - 5)}\n`);
}

const origins = fc.string({
  unit: fc.constantFrom(...'az09._-/'.split('')),
  minLength: 1,
  maxLength: 60,
});
const seconds = fc.integer({ min: -62_167_219_200, max: 253_402_300_799 });
const extensions = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...'az09-'.split('')), minLength: 1, maxLength: 5 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  )
  .map(([word, text]) => `x-${word} ${text.replace(/\p{Cc}/gu, '?')}`);

const statements: fc.Arbitrary<Statement> = fc
  .record({
    origin: origins.filter(isOrigin),
    version: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: MAX_VERSION })),
    times: fc.tuple(seconds, seconds, fc.boolean()),
    previous: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    object: fc
      .constantFrom('file' as const, 'directory' as const)
      .chain((type) => fc.record({ type: fc.constant(type), descriptor: descriptors(type) })),
    extensions: fc.array(extensions, { maxLength: 3 }),
  })
  .map(({ origin, version, times: [a, b, ends], previous, object, extensions }) => ({
    origin,
    version,
    issued: Math.min(a, b) * 1000,
    ...(ends && a !== b ? { expires: Math.max(a, b) * 1000 } : {}),
    ...(version > 1 ? { previous } : {}),
    ...object,
    extensions,
  }));

describe('formatStatement()', () => {
  it('writes the example of SPEC.md', () => {
    expect(formatStatement(EXAMPLE)).toEqual(utf8(TEXT));
  });

  test('property: writes what parseStatement() reads', () => {
    fc.assert(
      fc.property(statements, (statement) => {
        expect(parseStatement(formatStatement(statement))).toEqual(statement);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('parseStatement()', () => {
  it('reads the example of SPEC.md', () => {
    expect(parseStatement(utf8(TEXT))).toEqual(EXAMPLE);
  });

  test('V4 property: reads each statement in one spelling and fails with its codes alone', () => {
    const mutated = fc
      .tuple(statements, fc.array(fc.nat(), { maxLength: 2 }))
      .map(([statement, bits]) =>
        bits.reduce(
          (text, bit) => flipBit(text, bit % (text.length * 8)),
          formatStatement(statement),
        ),
      );
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array()), (text) => {
        try {
          expect(toHex(formatStatement(parseStatement(text)))).toBe(toHex(text));
        } catch (error) {
          expect(error).toMatchObject({
            name: 'IntegrityError',
            code: expect.stringMatching(/^ERR_(?:STATEMENT|DESCRIPTOR)$/) as string,
          });
        }
      }),
      { numRuns: NUM_RUNS * 5 },
    );
  });

  it.each([
    { what: 'no bytes', text: new Uint8Array() },
    { what: 'LF alone', text: utf8('\n') },
    { what: 'no last LF', text: utf8(TEXT.slice(0, -1)) },
    { what: 'an empty line at the end', text: utf8(`${TEXT}\n`) },
    { what: 'an empty line ahead', text: utf8(`\n${TEXT}`) },
    { what: 'a byte order mark', text: utf8(`\ufeff${TEXT}`) },
    { what: 'bytes that are not UTF-8', text: join(utf8(TEXT.slice(0, -1)), hex('ff0a')) },
    { what: 'CR LF', text: utf8(TEXT.replaceAll('\n', '\r\n')) },
    { what: '8,193 bytes', text: long(8193) },
    { what: 'another version of the format', text: but('pageseal.v1/', 'pageseal.v2/') },
    { what: 'a space after its first line', text: but('statement\n', 'statement \n') },
    { what: 'no origin', text: but('origin lab.example/images\n', '') },
    { what: 'an empty origin', text: but('origin lab.example/images', 'origin ') },
    { what: 'an origin in upper case', text: but('lab.example', 'Lab.example') },
    { what: 'two spaces', text: but('origin lab', 'origin  lab') },
    { what: 'a space at the end of a line', text: but('images\n', 'images \n') },
    { what: 'a tab for a space', text: but('version 42', 'version\t42') },
    { what: 'no version', text: but('version 42\n', '') },
    { what: 'version 0', text: but('version 42', 'version 0') },
    { what: 'a leading zero', text: but('version 42', 'version 042') },
    { what: 'a sign', text: but('version 42', 'version +42') },
    { what: 'version 2^53', text: but('version 42', 'version 9007199254740992') },
    { what: 'a version of 400 digits', text: but('version 42', `version ${'9'.repeat(400)}`) },
    { what: 'digits beyond ASCII', text: but('version 42', 'version ٤٢') },
    { what: 'no issued', text: but('issued 2026-11-21T10:00:00Z\n', '') },
    { what: 'issued after expires', text: but('issued 2026', 'issued 2027') },
    { what: 'expires when issued', text: but('expires 2026-12', 'expires 2026-11') },
    { what: 'a second expires', text: but('previous', 'expires 2026-12-21T10:00:00Z\nprevious') },
    { what: 'previous ahead of expires', text: but('expires', `previous ${PREVIOUS}\nexpires`) },
    { what: 'version 42 without previous', text: but(`previous ${PREVIOUS}\n`, '') },
    { what: 'version 1 with previous', text: but('version 42', 'version 1') },
    { what: 'previous in upper case', text: but(PREVIOUS, PREVIOUS.toUpperCase()) },
    { what: 'previous of 31 bytes', text: but(PREVIOUS, PREVIOUS.slice(2)) },
    { what: 'previous of 33 bytes', text: but(PREVIOUS, `${PREVIOUS}00`) },
    { what: 'no object', text: but(`object directory rfc9162-sha256 16384 74 ${ROOT}\n`, '') },
    { what: 'a second object', text: utf8(TEXT.replace(/^(object .*\n)/m, '$1$1')) },
    { what: 'an object of type symlink', text: but('directory', 'symlink') },
    { what: 'an unknown profile', text: but('rfc9162-sha256', 'rfc6962-sha256') },
    { what: 'a profile by its number', text: but('rfc9162-sha256', '1') },
    { what: 'a page size with a leading zero', text: but('16384', '016384') },
    { what: 'a page size with an exponent', text: but('16384', '16384e0') },
    { what: 'no page size', text: but(' 16384', '') },
    { what: 'an empty page size', text: but('16384', '') },
    { what: 'a negative size', text: but(' 74 ', ' -74 ') },
    { what: 'size -0', text: but(' 74 ', ' -0 ') },
    { what: 'no root', text: but(` ${ROOT}`, '') },
    { what: 'a root in upper case', text: but(ROOT, ROOT.toUpperCase()) },
    { what: 'a seventh word of the object', text: but(ROOT, `${ROOT} 0`) },
    { what: 'a space after the object', text: but(ROOT, `${ROOT} `) },
    { what: 'an unknown line', text: utf8(`${TEXT}comment a\n`) },
    { what: 'an x- line ahead of the object', text: but('object', 'x-a b\nobject') },
    { what: 'a line after the x- lines', text: utf8(`${TEXT}version 42\n`) },
    { what: 'an x- line without a value', text: but('x-comment nightly', 'x-comment') },
    { what: 'an x- line with an empty value', text: but('x-comment nightly', 'x-comment ') },
    { what: 'an x- line with a control character', text: but('nightly', 'night\x1b[2Jly') },
  ])('V4 rejects $what', ({ text }) => {
    expect(() => parseStatement(text)).toThrow(malformed);
  });

  it.each([
    { what: 'page size 0', text: but('16384', '0') },
    { what: 'a page size that is no power of two', text: but('16384', '16385') },
    { what: 'a page size too small for a directory', text: but('16384', '4096') },
    { what: 'a page size too large', text: but('16384', '2097152') },
    { what: 'a page size beyond 2^53', text: but('16384', '18446744073709551616') },
    { what: 'a directory of fsverity-sha256', text: but('rfc9162-sha256', 'fsverity-sha256') },
    { what: 'too many pages', text: but(' 74 ', ` ${MAX_SIZE} `) },
    { what: 'size 2^53', text: but(' 74 ', ' 9007199254740992 ') },
    { what: 'size 2^53 + 1', text: but(' 74 ', ' 9007199254740993 ') },
    { what: 'a size of 400 digits', text: but(' 74 ', ` ${'9'.repeat(400)} `) },
    { what: 'size 0 with a root', text: but(' 74 ', ' 0 ') },
  ])('V10 rejects $what', ({ text }) => {
    expect(() => parseStatement(text)).toThrow(impossible);
  });

  it('reads a text of 8,192 bytes', () => {
    expect(long(8192)).toHaveLength(8192);
    expect(parseStatement(long(8192)).extensions).toHaveLength(2);
  });

  it('takes time that grows with the length of its text alone', () => {
    const digits = '9'.repeat(8000);
    const hostile = [
      `pageseal.v1/statement\norigin ${'a/'.repeat(4000)}\n`,
      `pageseal.v1/statement\norigin a\nversion ${digits}\n`,
      `${TEXT}x-${'-'.repeat(7000)}\n`,
      `${TEXT}${'x-a b\n'.repeat(1200)}y\n`,
    ];
    const before = performance.now();
    for (const text of hostile) expect(() => parseStatement(utf8(text))).toThrow(malformed);
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe('isOrigin()', () => {
  it.each(['a', 'lab.example/images', '...', 'a/.../b', '-', '_', '0', '.a', 'a'.repeat(200)])(
    'accepts "%s"',
    (origin) => {
      expect(isOrigin(origin)).toBe(true);
    },
  );

  it.each([
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/.',
    '../a',
    'a/./b',
    'a/../b',
    'A',
    'a b',
    'a\n',
    'é',
    'a%2fb',
    'a\\b',
    'a:b',
    'a?b',
    'a#b',
    'a+b',
    'a'.repeat(201),
  ])('refuses "%s"', (origin) => {
    expect(isOrigin(origin)).toBe(false);
  });
});

describe('isExtension()', () => {
  it.each(['x-a b', 'x-- -', 'x-a  b', 'x-a b ', 'x-a \u2028', 'x-0-9 é'])(
    'accepts "%s"',
    (line) => {
      expect(isExtension(line)).toBe(true);
    },
  );

  it.each(['', 'x-', 'x- a', 'x-a', 'x-a ', 'x-A b', 'x_a b', 'y-a b', 'x-a b\nc', 'x-a \x85'])(
    'refuses "%s"',
    (line) => {
      expect(isExtension(line)).toBe(false);
    },
  );
});

describe('parseVersion()', () => {
  it.each([
    { text: '1', version: 1 },
    { text: '42', version: 42 },
    { text: '9007199254740991', version: MAX_VERSION },
  ])('reads $text', ({ text, version }) => {
    expect(parseVersion(text)).toBe(version);
  });

  it.each([
    '',
    '0',
    '00',
    '01',
    '-1',
    '+1',
    '1.0',
    '1e3',
    ' 1',
    '1 ',
    '1\n',
    '0x1',
    '9007199254740992',
  ])('returns undefined for "%s"', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });
});

describe('formatTime()', () => {
  it('cuts to the second', () => {
    expect(formatTime(Date.UTC(2026, 10, 21, 10, 0, 0, 999))).toBe('2026-11-21T10:00:00Z');
  });

  it.each([253_402_300_800_000, -62_167_219_200_001, Number.NaN, Number.POSITIVE_INFINITY])(
    'throws RangeError for %d, which no statement can spell',
    (ms) => {
      expect(() => formatTime(ms)).toThrow(RangeError);
    },
  );
});

describe('parseTime()', () => {
  test('property: reads what formatTime() wrote', () => {
    fc.assert(
      fc.property(seconds, (time) => {
        expect(parseTime(formatTime(time * 1000))).toBe(time * 1000);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('reads the last day of February in leap years alone', () => {
    expect(parseTime('2028-02-29T00:00:00Z')).toBe(Date.UTC(2028, 1, 29));
    expect(parseTime('2000-02-29T00:00:00Z')).toBe(Date.UTC(2000, 1, 29));
    expect(parseTime('2100-02-29T00:00:00Z')).toBeUndefined();
    expect(parseTime('2026-02-29T00:00:00Z')).toBeUndefined();
  });

  it.each([
    '',
    '2026-11-21',
    '2026-11-21T10:00Z',
    '2026-11-21T10:00:00',
    '2026-11-21T10:00:00.000Z',
    '2026-11-21T10:00:00+00:00',
    '2026-11-21t10:00:00z',
    '2026-11-21 10:00:00Z',
    '2026-00-21T10:00:00Z',
    '2026-13-21T10:00:00Z',
    '2026-11-00T10:00:00Z',
    '2026-11-31T10:00:00Z',
    '2026-02-30T10:00:00Z',
    '2026-11-21T24:00:00Z',
    '9999-12-31T24:00:00Z',
    '2026-11-21T10:60:00Z',
    '2016-12-31T23:59:60Z',
    '+002026-11-21T10:00:00Z',
    '-000001-11-21T10:00:00Z',
    '２０２６-11-21T10:00:00Z',
    '2026-11-21T10:00:00Z\n',
  ])('returns undefined for "%s"', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});

describe('textHash()', () => {
  it('includes the last LF', () => {
    expect(toHex(textHash(utf8(TEXT)))).toBe(toHex(sha256(utf8(TEXT))));
  });
});

describe('claimedOrigin()', () => {
  it.each([
    { text: 'pageseal.v1/statement\norigin lab.example\nversion x\n', origin: 'lab.example' },
    { text: 'origin lab.example\n', origin: undefined },
    { text: 'x\norigin LAB\n', origin: undefined },
    { text: 'x\n', origin: undefined },
    { text: '', origin: undefined },
  ])('reads $origin in $text', ({ text, origin }) => {
    expect(claimedOrigin(utf8(text))).toBe(origin);
  });

  it('reads none in bytes that are no text', () => {
    expect(claimedOrigin(Uint8Array.of(0xff))).toBeUndefined();
  });
});
