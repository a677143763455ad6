import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { escapeControls, escapeName, quote } from '../../common/escape.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

describe('escapeControls()', () => {
  it.each([
    { what: 'text', text: 'a file – é 😀 "\\', escaped: 'a file – é 😀 "\\' },
    { what: 'an escape sequence', text: '\x1b[2J', escaped: '\\x1b[2J' },
    { what: 'line ends', text: 'a\r\nb', escaped: 'a\\x0d\\x0ab' },
    { what: 'DEL and C1', text: '\x7f\x9b', escaped: '\\x7f\\x9b' },
    { what: 'a bidirectional override', text: 'a\u202eb', escaped: 'a\\u{202e}b' },
    { what: 'a line separator', text: '\u2028\u2029', escaped: '\\u{2028}\\u{2029}' },
    { what: 'a tag beyond U+FFFF', text: '\u{e0001}', escaped: '\\u{e0001}' },
    { what: 'a lone surrogate', text: '\ud83d', escaped: '\\u{d83d}' },
    { what: 'a byte that is not UTF-8', text: '\udcff', escaped: '\\xff' },
  ])('writes $what as $escaped', ({ text, escaped }) => {
    expect(escapeControls(text)).toBe(escaped);
  });

  test('property: leaves nothing that steers a terminal, and escapes nothing twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeControls(text);
        expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(escapeControls(escaped)).toBe(escaped);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('escapeName()', () => {
  test('property: gives different names different spellings', () => {
    const name = fc.string({
      unit: fc.constantFrom('\\', 'x', '1', 'b', '\x1b', '\x11'),
      maxLength: 5,
    });
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(escapeName(a) === escapeName(b)).toBe(a === b);
      }),
      { numRuns: NUM_RUNS * 5 },
    );
  });
});

describe('quote()', () => {
  it('keeps a quotation mark within from ending it', () => {
    expect(quote('a "b\\"')).toBe('"a \\"b\\\\\\""');
  });
});
