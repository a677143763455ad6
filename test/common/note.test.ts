import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fromUtf8, toBase64, toHex, utf8 } from '../../common/bytes.ts';
import { formatNote, isKeyName, type Note, parseNote, parseNoteOrText } from '../../common/note.ts';
import { flipBit, hex, join } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const malformed = failure('IntegrityError', 'ERR_NOTE');
const LINE = `\u2014 lab.example ${toBase64(hex('01020304aabb'))}\n`;
const TEXT = 'a text\nof two lines\n';

const keyNames = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter(isKeyName);
const lines = fc
  .array(fc.string({ unit: 'binary', maxLength: 30 }), { minLength: 1, maxLength: 5 })
  .map((list) => list.map((line) => line.replace(/\p{Cc}/gu, '?')));
const notes: fc.Arbitrary<Note> = fc.record({
  text: lines.map((list) => utf8(`${list.join('\n')}\n`)),
  signatures: fc.array(
    fc.record({
      name: keyNames,
      keyId: fc.uint8Array({ minLength: 4, maxLength: 4 }),
      signature: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    }),
    { minLength: 1, maxLength: 16 },
  ),
});

describe('isKeyName()', () => {
  it.each(['a', 'lab.example/images', '\u{1f600}', '\u2014', '\ufeff', '\u200b', 'x'.repeat(200)])(
    'accepts "%s"',
    (name) => {
      expect(isKeyName(name)).toBe(true);
    },
  );

  it.each(['', 'x'.repeat(201), 'é'.repeat(101), 'a+b', 'a\0', 'a\x7f', 'a\x9f'])(
    'refuses "%s"',
    (name) => {
      expect(isKeyName(name)).toBe(false);
    },
  );

  // Unicode, PropList.txt, White_Space; Go's unicode.IsSpace() has the same.
  it.each([
    0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004,
    0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
  ])('refuses the Unicode space %d', (point) => {
    expect(isKeyName(`a${String.fromCodePoint(point)}b`)).toBe(false);
  });
});

describe('parseNote()', () => {
  test('property: reads what formatNote() wrote', () => {
    fc.assert(
      fc.property(notes, (note) => {
        expect(parseNote(formatNote(note))).toEqual(note);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test('V1 property: reads each note in one spelling and fails with its code alone', () => {
    const flipped = fc
      .tuple(notes, fc.array(fc.nat(), { maxLength: 3 }))
      .map(([note, bits]) =>
        bits.reduce((bytes, bit) => flipBit(bytes, bit % (bytes.length * 8)), formatNote(note)),
      );
    const garbage = fc
      .string({ unit: fc.constantFrom('\n', '\n\n', '\u2014 ', ' ', 'a', 'AAAAAAA=', '\u2014') })
      .map(utf8);
    fc.assert(
      fc.property(fc.oneof(flipped, garbage, fc.uint8Array()), (bytes) => {
        try {
          expect(toHex(formatNote(parseNote(bytes)))).toBe(toHex(bytes));
        } catch (error) {
          expect(error).toEqual(malformed);
        }
      }),
      { numRuns: NUM_RUNS * 5 },
    );
  });

  it('splits at the last empty line', () => {
    const { text } = parseNote(utf8(`a\n\n\nb\n\n${LINE}`));
    expect(fromUtf8(text)).toBe('a\n\n\nb\n');
  });

  it('reads a text of one empty line', () => {
    expect(parseNote(utf8(`\n\n${LINE}`)).text).toEqual(utf8('\n'));
  });

  it('keeps nothing of its input', () => {
    const bytes = utf8(`${TEXT}\n${LINE}`);
    const note = parseNote(bytes);
    bytes.fill(0);
    expect(toHex(formatNote(note))).toBe(toHex(utf8(`${TEXT}\n${LINE}`)));
  });

  it('reads 16 signature lines, and 16,384 bytes', () => {
    expect(parseNote(utf8(`${TEXT}\n${LINE.repeat(16)}`)).signatures).toHaveLength(16);
    const fill = 'x'.repeat(16_384 - utf8(`\n\n${LINE}`).length);
    expect(parseNote(utf8(`${fill}\n\n${LINE}`)).text).toHaveLength(fill.length + 1);
  });

  const signature = toBase64(hex('01020304aabb'));
  it.each([
    { what: 'no bytes', note: '' },
    { what: 'LF alone', note: '\n' },
    { what: 'empty lines alone', note: '\n\n' },
    { what: 'a text alone', note: TEXT },
    { what: 'a text and an empty line', note: `${TEXT}\n` },
    { what: 'no text', note: `\n${LINE}` },
    { what: 'a signature line alone', note: LINE },
    { what: 'no empty line', note: `${TEXT}${LINE}` },
    { what: 'an empty line after the signatures', note: `${TEXT}\n${LINE}\n` },
    { what: 'an empty line among the signatures', note: `${TEXT}\n${LINE}\n${LINE}\n` },
    { what: 'no last LF', note: `${TEXT}\n${LINE.slice(0, -1)}` },
    { what: 'CR LF', note: `${TEXT}\n${LINE}`.replaceAll('\n', '\r\n') },
    { what: '17 signature lines', note: `${TEXT}\n${LINE.repeat(17)}` },
    { what: 'a line that is no signature', note: `${TEXT}\n${LINE}more\n` },
    { what: 'a hyphen for the dash', note: `${TEXT}\n${LINE.replace('\u2014', '-')}` },
    { what: 'an en dash for the dash', note: `${TEXT}\n${LINE.replace('\u2014', '\u2013')}` },
    { what: 'no space after the dash', note: `${TEXT}\n${LINE.replace('\u2014 ', '\u2014')}` },
    { what: 'two spaces after the dash', note: `${TEXT}\n${LINE.replace('\u2014 ', '\u2014  ')}` },
    { what: 'a space ahead of the dash', note: `${TEXT}\n ${LINE}` },
    { what: 'no key name', note: `${TEXT}\n\u2014 ${signature}\n` },
    { what: 'an empty key name', note: `${TEXT}\n\u2014  ${signature}\n` },
    { what: 'a key name with a plus', note: `${TEXT}\n\u2014 a+b ${signature}\n` },
    { what: 'a key name with U+00A0', note: `${TEXT}\n\u2014 a\u00a0b ${signature}\n` },
    { what: 'a key name with U+3000', note: `${TEXT}\n\u2014 a\u3000b ${signature}\n` },
    { what: 'a key name of 201 bytes', note: `${TEXT}\n\u2014 ${'x'.repeat(201)} ${signature}\n` },
    { what: 'no signature', note: `${TEXT}\n\u2014 a\n` },
    { what: 'an empty signature', note: `${TEXT}\n\u2014 a \n` },
    { what: 'a key id alone', note: `${TEXT}\n\u2014 a AQIDBA==\n` },
    { what: 'half a key id', note: `${TEXT}\n\u2014 a AQI=\n` },
    { what: 'two spaces ahead of the signature', note: `${TEXT}\n\u2014 a  ${signature}\n` },
    { what: 'a space after the signature', note: `${TEXT}\n\u2014 a ${signature} \n` },
    { what: 'more after the signature', note: `${TEXT}\n\u2014 a ${signature} b\n` },
    { what: 'base64 without padding', note: `${TEXT}\n\u2014 a AQIDBKo\n` },
    { what: 'base64 with spare bits', note: `${TEXT}\n\u2014 a AQIDBKp=\n` },
    { what: 'base64url', note: `${TEXT}\n\u2014 a AQIDBKr_\n` },
    { what: 'a tab in the text', note: `a\tb\n\n${LINE}` },
    { what: 'a NUL in the text', note: `a\0b\n\n${LINE}` },
    { what: 'U+007F in the text', note: `a\x7fb\n\n${LINE}` },
    { what: 'U+0085 in the text', note: `a\x85b\n\n${LINE}` },
    { what: '16,385 bytes', note: `${'x'.repeat(16_385 - utf8(`\n\n${LINE}`).length)}\n\n${LINE}` },
  ])('V1 rejects $what', ({ note }) => {
    expect(() => parseNote(utf8(note))).toThrow(malformed);
  });

  it.each([
    { what: 'a lone byte FF', bytes: hex('ff') },
    { what: 'a surrogate', bytes: hex('eda080') },
    { what: 'an overlong LF', bytes: hex('c08a') },
  ])('V1 rejects $what', ({ bytes }) => {
    expect(() => parseNote(join(bytes, utf8(`${TEXT}\n${LINE}`)))).toThrow(malformed);
  });

  it('V1 rejects more bytes than a note has before it decodes them', () => {
    expect(() => parseNote(new Uint8Array(16_385).fill(0xff))).toThrow('is 16385 bytes long');
  });
});

describe('parseNoteOrText()', () => {
  it('reads a bare text, and formatNote() writes it again', () => {
    const note = parseNoteOrText(utf8(TEXT));
    expect(note).toEqual({ text: utf8(TEXT), signatures: [] });
    expect(formatNote(note)).toEqual(utf8(TEXT));
  });

  it('reads a note as parseNote() does', () => {
    const bytes = utf8(`${TEXT}\n${LINE}`);
    expect(parseNoteOrText(bytes)).toEqual(parseNote(bytes));
  });

  it.each(['', 'a', 'a\n\n', 'a\nb', 'a\tb\n', 'a\n\nb\n'])('rejects "%s"', (text) => {
    expect(() => parseNoteOrText(utf8(text))).toThrow(malformed);
  });
});
