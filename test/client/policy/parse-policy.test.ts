import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parsePolicy } from '../../../client/policy/index.ts';
import { formatVerifierKey } from '../../../common/index.ts';
import { failure } from '../../helpers/failure.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';
import { signer } from '../../helpers/signers.ts';

const { key } = signer('ed25519');
const KEY = formatVerifierKey(key);
const HASH = 'ab'.repeat(32);

const rule = (...lines: readonly string[]) =>
  ['[[origin]]', 'match = "lab.example/nm"', `keys = ["${KEY}"]`, ...lines, ''].join('\n');
const pin = (...lines: readonly string[]) => rule('[[origin.pin]]', ...lines);

describe('parsePolicy()', () => {
  it('reads all that a policy can say', () => {
    const text = `
version = 3
revoked_keys = ["${KEY}", "sha256:${HASH}", "0badcafe"]
revoked_objects = ["${HASH}"]

[[origin]] # a comment
match = "lab.example/*"
keys = [
  "${KEY}",
  { file = "pub.pem" },
  { certificate = "c.pem", sha256 = "${HASH.toUpperCase().match(/../g)?.join(':')}", name = "n" },
]
threshold = 2
max_age = "30d"
min_version = 41
series = 1
audit = ["max-age", "expires"]

[[origin.pin]]
path = "usr/bin/ls"
fsverity = "sha256:${HASH}"

[[origin.pin]]
object = "${HASH}"

[[origin]]
match = "*"
keys = ["${KEY}"]
`;
    const digest = new Uint8Array(32).fill(0xab);
    expect(parsePolicy(text, 'trust.toml')).toEqual({
      file: 'trust.toml',
      version: 3,
      revokedKeys: [
        { type: 'key', key },
        { type: 'sha256', sha256: HASH },
        { type: 'key-id', keyId: '0badcafe' },
      ],
      revokedObjects: new Set([HASH]),
      rules: [
        {
          match: 'lab.example/*',
          line: 6,
          keys: [
            { type: 'key', key },
            { type: 'file', file: 'pub.pem' },
            { type: 'certificate', file: 'c.pem', sha256: HASH, name: 'n' },
          ],
          threshold: 2,
          maxAgeMs: 30 * 86_400_000,
          minVersion: 41,
          series: 1,
          audit: new Set(['max-age', 'expires']),
          pins: new Map<string, unknown>([
            ['usr/bin/ls', { fsverityDigest: digest }],
            ['', { object: digest }],
          ]),
        },
        {
          match: '*',
          line: 26,
          keys: [{ type: 'key', key }],
          threshold: 1,
          audit: new Set(),
          pins: new Map(),
        },
      ],
    });
  });

  it('takes an empty file as a policy that trusts nobody', () => {
    expect(parsePolicy('')).toMatchObject({ version: 0, rules: [] });
  });

  it.each([
    { what: 'no TOML', text: 'a = 1\nb = \n', says: /^p:2: not TOML: / },
    { what: 'a key twice', text: 'version = 1\nversion = 2\n', says: /^p:2: not TOML: / },
    { what: 'a key for prototypes', text: '__proto__ = 1\n', says: /not TOML/ },
    { what: 'nesting', text: `a = ${'['.repeat(99)}${']'.repeat(99)}\n`, says: /not TOML/ },
    { what: 'an unknown key', text: '# x\nversoin = 1\n', says: /^p:2: versoin: unknown key$/ },
    {
      what: 'an unknown key of a rule',
      text: rule('', 'thresh = 1'),
      says: /^p:5: .*unknown key$/,
    },
    { what: 'an unknown key of a pin', text: pin('x = 1'), says: /^p:5: .*pin\[1\]\.x: unknown/ },
    { what: 'an unknown table', text: '[other]\n', says: /^p: other: unknown key$/ },
    {
      what: 'a table for rules',
      text: '[origin]\n',
      says: /origin: found a table or a date, want an array$/,
    },
    { what: 'no match', text: '\n[[origin]]\n', says: /^p:2: origin\[1\]\.match: missing$/ },
    {
      what: 'a number for text',
      text: '[[origin]]\nmatch = 1\n',
      says: /^p:2: origin\[1\]\.match: found 1, want a string$/,
    },
    { what: 'a text for a number', text: rule('threshold = "2"'), says: /want a whole number$/ },
    { what: 'a float for an integer', text: rule('threshold = 1.0'), says: /want a whole number$/ },
    { what: 'a date', text: rule('max_age = 2026-01-01'), says: /^p:4: .* want a string$/ },
    {
      what: 'threshold 0',
      text: rule('threshold = 0'),
      says: /^p:4: .*whole number from 1 to 16$/,
    },
    { what: 'half a threshold', text: rule('threshold = 0.5'), says: /whole number/ },
    { what: 'no number', text: rule('threshold = nan'), says: /threshold: found NaN/ },
    { what: 'a high threshold', text: rule('threshold = 2'), says: /^p:4: .* 2 of 1 keys$/ },
    { what: 'version 0', text: 'version = 0\n', says: /^p:1: version: found 0/ },
    { what: 'a version beyond 2^53', text: 'version = 9007199254740993\n', says: /^p:1: / },
    { what: 'a negative series', text: rule('series = -1'), says: /^p:4: .*series: found -1/ },
    ...['30', 'd', '1y', '-1d', '1.5h', '01d', '1 d', ''].map((age) => ({
      what: `the duration "${age}"`,
      text: rule(`max_age = "${age}"`),
      says: /^p:4: origin\[1\]\.max_age: want a duration/,
    })),
    { what: 'an audit of signatures', text: rule('audit = ["signature"]'), says: /^p:4: .*one of/ },
    { what: 'a mode', text: rule('mode = "audit"'), says: /^p:4: .*mode: unknown key$/ },
    { what: 'a broken key', text: rule().replace(KEY, `${KEY}A`), says: /^p:3: .*keys\[1\]: ver/ },
    {
      what: 'a fingerprint that is cut',
      text: rule().replace(`"${KEY}"`, '{ certificate = "c", sha256 = "ab:cd" }'),
      says: /^p:3: .*keys\[1\]\.sha256: want 64/,
    },
    {
      what: 'a certificate without fingerprint',
      text: rule().replace(`"${KEY}"`, '{ certificate = "c" }'),
      says: /^p:3: .*sha256: missing$/,
    },
    {
      what: 'a key of a file and more',
      text: rule().replace(`"${KEY}"`, '{ file = "c", sha256 = "" }'),
      says: /^p:3: .*sha256: unknown key$/,
    },
    {
      what: 'neither keys nor pins',
      text: '[[origin]]\nmatch = "*"\n',
      says: /^p:1: .*needs keys/,
    },
    ...['', '/', 'a/', '/a', 'a//b', 'a/../b', 'A', 'a*', '*/a', 'a/*/b', '**', 'a/**'].map(
      (match) => ({
        what: `the pattern "${match}"`,
        text: rule().replace('lab.example/nm', match),
        says: /^p:2: origin\[1\]\.match: want an origin/,
      }),
    ),
    { what: 'two equal patterns', text: rule() + rule(), says: /^p:5: .*match: .*that of line 1$/ },
    ...['/a', 'a/', './a', 'a//b', 'a/../b', '..', 'a\\u0000'].map((path) => ({
      what: `the pinned path "${path}"`,
      text: pin(`path = "${path}"`, `object = "${HASH}"`),
      says: /^p:5: origin\[1\]\.pin\[1\]\.path: want names/,
    })),
    { what: 'a pin of nothing', text: pin('path = "a"'), says: /^p:4: .*either object or fsv/ },
    {
      what: 'a pin of two things',
      text: pin('path = "a"', `object = "${HASH}"`, `fsverity = "sha256:${HASH}"`),
      says: /either object or fsverity/,
    },
    {
      what: 'a digest without its algorithm',
      text: pin('path = "a"', `fsverity = "${HASH}"`),
      says: /^p:6: .*fsverity: want "sha256:"/,
    },
    { what: 'a cut object id', text: pin('object = "ab"'), says: /^p:5: .*object: want 64/ },
    {
      what: 'a path pinned twice',
      text: pin(`object = "${HASH}"`, '[[origin.pin]]', `object = "${HASH}"`),
      says: /pin\[2\]\.path: pinned twice$/,
    },
    {
      what: 'a revoked key of no kind',
      text: 'revoked_keys = ["x"]\n',
      says: /^p:1: revoked_keys/,
    },
    { what: 'a revoked object cut', text: 'revoked_objects = ["ab"]\n', says: /^p:1: revoked_ob/ },
  ])('refuses $what', ({ text, says }) => {
    const parse = () => parsePolicy(text, 'p');
    expect(parse).toThrow(failure('PolicyError', 'ERR_POLICY'));
    expect(parse).toThrow(says);
  });

  test('property: any text is a policy, or refused as none', () => {
    const whole = pin('path = "a"', `object = "${HASH}"`);
    const edit = fc.tuple(fc.nat(whole.length), fc.nat(9), fc.string({ maxLength: 9 }));
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      edit.map(([at, cut, put]) => whole.slice(0, at) + put + whole.slice(at + cut)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(parsePolicy(text).rules.length).toBeLessThanOrEqual(2);
        } catch (error) {
          expect(error).toEqual(failure('PolicyError', 'ERR_POLICY'));
        }
      }),
      { numRuns: NUM_RUNS * 5 },
    );
  });

  test('a line that only looks like a rule moves no rule', () => {
    const text = `${rule()}\n# [[origin]]\n${rule('series = 1').replace('/nm', '/other')}`;
    expect(parsePolicy(text).rules.map(({ line }) => line)).toEqual([1, 6]);
  });
});
