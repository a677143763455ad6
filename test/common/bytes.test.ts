import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  compareBytes,
  compareUtf8,
  concat,
  cutUtf8,
  equalBytes,
  fromBase64,
  fromHex,
  fromUtf8,
  toBase64,
  toHex,
  utf8,
} from '../../common/bytes.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

/** On either side of every border of UTF-8 and UTF-16; few, so that strings share prefixes. */
const FEW = [
  '\0',
  'a',
  '\x7f',
  '\x80',
  '\u07ff',
  '\u0800',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\u{10000}',
  '\u{10001}',
  '\u{1f600}',
  '\u{10ffff}',
];
const text = fc.string({ unit: 'binary', maxLength: 40 });

describe('fromUtf8()', () => {
  test('property: reads what utf8() wrote', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(fromUtf8(utf8(value))).toBe(value);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test('property: what it reads has one spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const value = fromUtf8(bytes);
        if (value !== undefined) expect(toHex(utf8(value))).toBe(toHex(bytes));
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('remembers nothing of what it has refused', () => {
    expect(fromUtf8(Uint8Array.of(0x61, 0xe2, 0x80))).toBeUndefined();
    expect(fromUtf8(Uint8Array.of(0x94))).toBeUndefined();
    expect(fromUtf8(Uint8Array.of(0x62))).toBe('b');
  });

  it('keeps a byte order mark', () => {
    expect(fromUtf8(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa');
  });

  it.each([
    { what: 'a lone byte FF', bytes: [0xff] },
    { what: 'a truncated character', bytes: [0xe2, 0x80] },
    { what: 'an overlong slash', bytes: [0xc0, 0xaf] },
    { what: 'an overlong NUL', bytes: [0xc0, 0x80] },
    { what: 'a surrogate', bytes: [0xed, 0xa0, 0x80] },
    { what: 'a pair of surrogates', bytes: [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80] },
    { what: 'a code point above U+10FFFF', bytes: [0xf4, 0x90, 0x80, 0x80] },
  ])('returns undefined for $what', ({ bytes }) => {
    expect(fromUtf8(Uint8Array.from(bytes))).toBeUndefined();
  });
});

describe('cutUtf8()', () => {
  it.each([
    { value: '', length: 4, cut: '' },
    { value: 'abc', length: 3, cut: 'abc' },
    { value: 'abc', length: 2, cut: 'ab' },
    { value: 'aé', length: 2, cut: 'a' },
    { value: '—', length: 2, cut: '' },
    { value: '😀😀', length: 7, cut: '😀' },
    { value: '😀😀', length: 8, cut: '😀😀' },
    { value: 'a', length: 0, cut: '' },
  ])('cuts "$value" to $length bytes as "$cut"', ({ value, length, cut }) => {
    expect(cutUtf8(value, length)).toBe(cut);
  });

  test('property: keeps a prefix, at most three bytes shorter than it may be', () => {
    fc.assert(
      fc.property(text, fc.nat(100), (value, length) => {
        const cut = cutUtf8(value, length);
        expect(value.startsWith(cut)).toBe(true);
        const kept = utf8(cut).length;
        expect(kept).toBeLessThanOrEqual(length);
        expect(kept).toBeGreaterThanOrEqual(Math.min(length - 3, utf8(value).length));
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('concat()', () => {
  test('property: joins as Buffer.concat() does, into new bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 5 }), (parts) => {
        const joined = concat(...parts);
        expect(toHex(joined)).toBe(Buffer.concat(parts).toString('hex'));
        expect(parts).not.toContain(joined);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('equalBytes()', () => {
  it.each([
    { a: [], b: [], equal: true },
    { a: [0], b: [], equal: false },
    { a: [1, 2], b: [1, 2], equal: true },
    { a: [1, 2], b: [1, 3], equal: false },
    { a: [1, 2], b: [1, 2, 0], equal: false },
    { a: [2, 2], b: [1, 2], equal: false },
  ])('says $equal of $a and $b', ({ a, b, equal }) => {
    expect(equalBytes(Uint8Array.from(a), Uint8Array.from(b))).toBe(equal);
  });
});

describe('compareBytes()', () => {
  test('property: orders as Buffer.compare() does', () => {
    const bytes = fc.uint8Array({ maxLength: 4, max: 3 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Buffer.compare(a, b));
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('compareUtf8()', () => {
  it.each([
    { less: '', more: 'a', why: 'a prefix comes first' },
    { less: 'a', more: 'aa', why: 'a prefix comes first' },
    { less: 'Z', more: 'a', why: 'case is not folded' },
    { less: 'z', more: 'é', why: 'ASCII comes first' },
    { less: '\ud7ff', more: '\ue000', why: 'neither is a surrogate' },
    { less: '\uffff', more: '\u{10000}', why: 'UTF-16 has them the other way round' },
    { less: '\ue000', more: '\u{10ffff}', why: 'UTF-16 has them the other way round' },
    { less: '\u{1f600}', more: '\u{1f601}', why: 'only the low surrogates differ' },
    { less: '\u{1f600}', more: '\u{1f600}a', why: 'a prefix comes first' },
    { less: 'a\uffff', more: 'a\u{10000}', why: 'the first difference decides' },
  ])('puts "$less" before "$more": $why', ({ less, more }) => {
    expect(compareUtf8(less, more)).toBeLessThan(0);
    expect(compareUtf8(more, less)).toBeGreaterThan(0);
  });

  test('property: orders as the UTF-8 bytes are ordered', () => {
    const unit = fc.constantFrom(...FEW);
    const name = fc.oneof(fc.string({ unit, maxLength: 4 }), text);
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: NUM_RUNS * 10 },
    );
  });
});

describe('fromHex()', () => {
  test('property: reads what toHex() wrote, which is what Buffer writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it.each(['a', 'AB', 'aB', '0g', ' 00', '00 ', '00\n', '0x00', '-1', '１１'])(
    'returns undefined for "%s"',
    (value) => {
      expect(fromHex(value)).toBeUndefined();
    },
  );
});

describe('fromBase64()', () => {
  test('property: reads what toBase64() wrote, which is what Buffer writes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it.each([
    { value: 'AA', why: 'has no padding' },
    { value: 'AA=', why: 'has half of its padding' },
    { value: 'AAA==', why: 'has too much padding' },
    { value: 'AB==', why: 'has bits beyond its last byte' },
    { value: 'AAB=', why: 'has bits beyond its last byte' },
    { value: ' AAAA', why: 'starts with a space' },
    { value: 'AA AA', why: 'holds a space' },
    { value: 'AAAA\n', why: 'ends in LF' },
    { value: '_-AA', why: 'is base64url' },
    { value: 'AAAA=', why: 'has padding where none belongs' },
    { value: 'ÀAAA', why: 'holds a character that is none of base64' },
  ])('returns undefined for "$value", which $why', ({ value }) => {
    expect(fromBase64(value)).toBeUndefined();
  });

  test('property: what it reads has one spelling', () => {
    const value = fc.string({ unit: fc.constantFrom('A', 'B', '+', '/', '=', ' ', '\n', '-') });
    fc.assert(
      fc.property(value, (spelling) => {
        const bytes = fromBase64(spelling);
        if (bytes !== undefined) expect(toBase64(bytes)).toBe(spelling);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});
