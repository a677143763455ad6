import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { addPins, addRule, parsePolicy, type RuleData } from '../../../client/policy/index.ts';
import { formatVerifierKey } from '../../../common/index.ts';
import { failure } from '../../helpers/failure.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';
import { signer } from '../../helpers/signers.ts';

const KEY = formatVerifierKey(signer('ed25519').key);
const RULE = { match: 'a/*', keys: [KEY] } satisfies RuleData;
const DIGEST = new Uint8Array(32).fill(0xab);
const HEX = 'ab'.repeat(32);
const REFUSED = failure('PolicyError', 'ERR_POLICY');
const text = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

describe('addRule()', () => {
  it('writes all that a rule can say, so that it is read as it was', () => {
    const rule: RuleData = {
      match: 'a/b',
      keys: [KEY, { file: 'k "1"\\' }, { certificate: 'c', sha256: HEX, name: 'n' }],
      threshold: 2,
      max_age: '4w',
      min_version: 7,
      series: 0,
      audit: ['rollback'],
      pin: [{ path: 'x y', fsverity: `sha256:${HEX}` }, { object: HEX }],
    };
    expect(parsePolicy(addRule('', rule, 'p')).rules).toMatchObject([
      {
        match: 'a/b',
        line: 1,
        keys: [{ type: 'key' }, { file: 'k "1"\\' }, { file: 'c', sha256: HEX, name: 'n' }],
        threshold: 2,
        maxAgeMs: 2_419_200_000,
        minVersion: 7,
        series: 0,
        audit: new Set(['rollback']),
        pins: new Map<string, unknown>([
          ['x y', { fsverityDigest: DIGEST }],
          ['', { object: DIGEST }],
        ]),
      },
    ]);
  });

  it.each([
    { what: 'an empty text', before: '' },
    { what: 'comments', before: '# one\n\n# two' },
    { what: 'rules, and comments behind them', before: `${addRule('', RULE, 'p')}\n  # end\n\n` },
    { what: 'a line that looks like a rule', before: 'revoked_keys = [\n  # [[origin]]\n]\n' },
  ])('keeps $what as it is', ({ before }) => {
    const after = addRule(before, { match: 'new', keys: [KEY] }, 'p');
    expect(after.startsWith(before)).toBe(true);
    expect(parsePolicy(after).rules.at(-1)).toMatchObject({ match: 'new' });
  });

  it.each([
    { what: 'a pattern that is there', before: addRule('', RULE, 'p'), rule: RULE },
    { what: 'a text that is no policy', before: 'x = 1\n', rule: RULE },
    { what: 'a rule that is none', before: '', rule: { match: 'a' } },
    { what: 'rules that are an array', before: 'origin = []\n', rule: RULE },
  ])('refuses $what', ({ before, rule }) => {
    expect(() => addRule(before, rule, 'p')).toThrow(REFUSED);
  });

  test('property: what names files and keys is read as it was written', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 99 });
    fc.assert(
      fc.property(name, name, (file, keyName) => {
        const rule = { match: 'a', keys: [{ file, name: keyName }] };
        const [read] = parsePolicy(addRule('', rule, 'p')).rules;
        expect(read?.keys).toEqual([{ type: 'file', file, name: keyName }]);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('addPins()', () => {
  const digests = new Map([
    ['bin/a', DIGEST],
    ['bin/b c', DIGEST],
  ]);

  it('puts pins at the end of their rule, above the comments of the next one', () => {
    const before = text(
      '[[origin]]',
      'match = "a"',
      `keys = ["${KEY}"]`,
      '# last words',
      '',
      '# the other',
      '[[origin]]',
      'match = "b"',
      `keys = ["${KEY}"]`,
    );
    const { text: after, added } = addPins(before, 'a', digests, 'p');
    expect(added).toBe(2);
    expect(after).toBe(
      text(
        '[[origin]]',
        'match = "a"',
        `keys = ["${KEY}"]`,
        '',
        '[[origin.pin]]',
        'path = "bin/a"',
        `fsverity = "sha256:${HEX}"`,
        '',
        '[[origin.pin]]',
        'path = "bin/b c"',
        `fsverity = "sha256:${HEX}"`,
        '# last words',
        '',
        '# the other',
        '[[origin]]',
        'match = "b"',
        `keys = ["${KEY}"]`,
      ),
    );
  });

  it('adds to the last rule, and what is new alone', () => {
    const once = addPins(addRule('', RULE, 'p'), 'a/*', digests, 'p');
    const more = new Map([...digests, ['bin/d', DIGEST]]);
    const twice = addPins(once.text, 'a/*', more, 'p');
    expect(twice.added).toBe(1);
    expect(twice.text.startsWith(once.text)).toBe(true);
    expect(parsePolicy(twice.text).rules[0]?.pins).toEqual(
      new Map([...more].map(([path, fsverityDigest]) => [path, { fsverityDigest }])),
    );
  });

  const pinned = (what: string) =>
    text('[[origin]]', 'match = "a"', '[[origin.pin]]', 'path = "bin/a"', what);
  it.each([
    { what: 'no such rule', before: addRule('', RULE, 'p') },
    { what: 'another digest', before: pinned(`fsverity = "sha256:${'cd'.repeat(32)}"`) },
    { what: 'an object id', before: pinned(`object = "${HEX}"`) },
    {
      what: 'rules that lines do not show',
      before: `origin = [{ match = "a", keys = ["${KEY}"] }]\n`,
    },
    {
      what: 'pins that are an array',
      before: text('[[origin]]', 'match = "a"', `pin = [{ path = "x", object = "${HEX}" }]`),
    },
    {
      what: 'a text of several lines that looks like a rule',
      before: text('[[origin]]', 'match = """\\', '[[origin]]', '"""', `keys = ["${KEY}"]`),
    },
  ])('refuses $what', ({ before }) => {
    expect(() => addPins(before, 'a', digests, 'p')).toThrow(REFUSED);
  });
});
