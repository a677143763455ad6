import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUNDLE_KINDS, decodeBundle, encodeBundle, SectionReader } from '../../common/bundle.ts';
import { utf8 } from '../../common/bytes.ts';
import { MAX_BUNDLE_LENGTH, MAX_BUNDLE_SECTIONS } from '../../common/limits.ts';
import { failure } from '../helpers/failure.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const malformed = failure('BundleError', 'ERR_BUNDLE');
const FIRST = 'pageseal.v1/bundle evidence\n';
const section = fc.record({
  name: fc.stringMatching(/^[a-z-]{1,32}$/),
  data: fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)),
});

describe('encodeBundle()', () => {
  it('writes what SPEC.md says', () => {
    const bytes = encodeBundle('evidence', [
      { name: 'note', data: utf8('a\n') },
      { name: 'x-y', data: new Uint8Array() },
    ]);
    expect(bytes).toEqual(utf8(`${FIRST}note 2\na\n\nx-y 0\n\n`));
  });

  it('writes no bundle that nobody reads', () => {
    const data = new Uint8Array();
    const many = Array.from({ length: MAX_BUNDLE_SECTIONS + 1 }, () => ({ name: 'a', data }));
    expect(() => encodeBundle('proof', many)).toThrow(RangeError);
    const long = { name: 'a', data: new Uint8Array(MAX_BUNDLE_LENGTH) };
    expect(() => encodeBundle('proof', [long])).toThrow(RangeError);
  });
});

describe('decodeBundle()', () => {
  it('reads what encodeBundle() writes', () => {
    const bundle = fc.tuple(fc.constantFrom(...BUNDLE_KINDS), fc.array(section, { maxLength: 8 }));
    fc.assert(
      fc.property(bundle, ([kind, sections]) => {
        expect(decodeBundle(encodeBundle(kind, sections))).toEqual({ kind, sections });
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('V35 knows one encoding of a bundle', () => {
    const changed = fc.tuple(
      fc.array(section, { maxLength: 3 }),
      fc.nat(),
      fc.integer({ min: 0, max: 255 }),
    );
    fc.assert(
      fc.property(changed, ([sections, place, byte]) => {
        const bytes = encodeBundle('evidence', sections);
        bytes[place % bytes.length] = byte;
        let read: ReturnType<typeof decodeBundle>;
        try {
          read = decodeBundle(bytes);
        } catch (error) {
          expect(error).toEqual(malformed);
          return;
        }
        expect(encodeBundle(read.kind, read.sections)).toEqual(bytes);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it.each([
    { what: 'nothing', text: '' },
    { what: 'no LF', text: 'pageseal.v1/bundle evidence' },
    { what: 'another kind', text: 'pageseal.v1/bundle contract\n' },
    { what: 'no kind', text: 'pageseal.v1/bundle\n' },
    { what: 'another format', text: 'pageseal.v2/bundle evidence\n' },
    { what: 'CRLF', text: 'pageseal.v1/bundle evidence\r\n' },
    { what: 'an empty line at the end', text: `${FIRST}note 1\na\n\n` },
    { what: 'a section cut short', text: `${FIRST}note 2\na` },
    { what: 'a section without its LF', text: `${FIRST}note 1\na` },
    { what: 'a section that is longer than it says', text: `${FIRST}note 1\nab\n` },
    { what: 'a section without a length', text: `${FIRST}note\na\n` },
    { what: 'a section without a name', text: `${FIRST} 1\na\n` },
    { what: 'a name in capitals', text: `${FIRST}Note 1\na\n` },
    { what: 'a name too long', text: `${FIRST}${'n'.repeat(33)} 1\na\n` },
    { what: 'a leading zero', text: `${FIRST}note 01\na\n` },
    { what: 'a sign', text: `${FIRST}note +1\na\n` },
    { what: 'two spaces', text: `${FIRST}note  1\na\n` },
    { what: 'a space after the length', text: `${FIRST}note 1 \na\n` },
    { what: 'a length beyond the file', text: `${FIRST}note 999999999\na\n` },
    { what: 'a length beyond numbers', text: `${FIRST}note 99999999999999999999\na\n` },
    { what: 'a line without end', text: `${FIRST}${'n'.repeat(1000)}` },
  ])('V35 refuses $what', ({ text }) => {
    expect(() => decodeBundle(utf8(text))).toThrow(malformed);
  });

  it('V35 refuses more sections than there may be, and more bytes', () => {
    const many = FIRST + 'a 0\n\n'.repeat(MAX_BUNDLE_SECTIONS);
    expect(decodeBundle(utf8(many)).sections).toHaveLength(MAX_BUNDLE_SECTIONS);
    expect(() => decodeBundle(utf8(`${many}a 0\n\n`))).toThrow(malformed);
    expect(() => decodeBundle(new Uint8Array(MAX_BUNDLE_LENGTH + 1))).toThrow(malformed);
  });
});

describe('SectionReader', () => {
  const bundle = decodeBundle(utf8(`${FIRST}note 1\na\nnote 2\n\xff\n`));

  it('V35 refuses another kind, another section, one too few and one too many', () => {
    expect(() => new SectionReader(bundle, 'proof')).toThrow(malformed);
    const reader = new SectionReader(bundle, 'evidence');
    expect(() => reader.take('path')).toThrow(malformed);
    expect(reader.takeText('note')).toBe('a');
    expect(reader.has('note')).toBe(true);
    expect(() => reader.end()).toThrow(malformed);
    reader.take('note');
    expect(() => reader.take('note')).toThrow(malformed);
    expect(reader.has('note')).toBe(false);
    expect(reader.end()).toBeUndefined();
  });

  it('V35 refuses text that is not UTF-8', () => {
    const bytes = encodeBundle('proof', [{ name: 'path', data: Uint8Array.of(0xff) }]);
    const reader = new SectionReader(decodeBundle(bytes), 'proof');
    expect(() => reader.takeText('path')).toThrow(malformed);
  });
});
