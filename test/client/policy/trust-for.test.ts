import { describe, expect, it, test } from 'vitest';
import { type LoadKey, parsePolicy, trustFor, trustInKeys } from '../../../client/policy/index.ts';
import { digest } from '../../../common/hash.ts';
import {
  formatVerifierKey,
  KeyError,
  spkiOfVerifierKey,
  toHex,
  verifierKey,
} from '../../../common/index.ts';
import { failure } from '../../helpers/failure.ts';
import { signer } from '../../helpers/signers.ts';

const ORIGIN = 'lab.example';
const a = signer('ed25519').key;
const b = signer('ecdsa-p256').key;
const aRenamed = verifierKey('another-name', a.algorithm, a.publicKey);
const [A, B] = [a, b].map(formatVerifierKey);
const HASH = 'ef'.repeat(32);
const FINGERPRINT = toHex(digest(spkiOfVerifierKey(a)));

const noFiles: LoadKey = ({ file }) => {
  throw new KeyError('ERR_KEY', `no ${file}`);
};
const rule = (...lines: readonly string[]) =>
  [`[[origin]]\nmatch = "${ORIGIN}"`, ...lines, ''].join('\n');
const trust = (text: string, load = noFiles) => trustFor(parsePolicy(text, 'p'), ORIGIN, load);

describe('trustFor()', () => {
  it('says what the rule says', () => {
    const lines = [`keys = ["${A}", "${B}"]`, 'threshold = 2', 'max_age = "1h"', 'series = 4'];
    const text = `revoked_objects = ["${HASH}"]\n${rule(...lines, 'min_version = 7', 'audit = ["rollback"]')}`;
    expect(trust(text)).toEqual({
      origin: ORIGIN,
      keys: [a, b],
      threshold: 2,
      rule: `rule "${ORIGIN}" (p:2)`,
      maxAgeMs: 3_600_000,
      minVersion: 7,
      series: 4,
      revokedObjects: new Set([HASH]),
      audit: new Set(['rollback']),
    });
  });

  it('calls a key that has no name as the origin asked for', () => {
    const text =
      '[[origin]]\nmatch="lab.example/*"\nkeys=[{ file = "f" }, { file = "g", name = "n" }]\n';
    const load: LoadKey = ({ file }, name) =>
      verifierKey(`${name}-${file}`, a.algorithm, a.publicKey);
    const { keys } = trustFor(parsePolicy(text), 'lab.example/nm', load);
    expect(keys.map(({ name }) => name)).toEqual(['lab.example/nm-f', 'n-g']);
  });

  it('reports a key that can not be loaded', () => {
    const load = () => trust(rule('keys = [{ file = "f" }]'));
    expect(load).toThrow(failure('KeyError', 'ERR_KEY'));
  });

  it('V32 refuses an origin of which only single files are pinned', () => {
    const text = rule(`pin = [{ path = "a", object = "${HASH}" }]`);
    expect(() => trust(text)).toThrow(failure('PolicyError', 'ERR_UNTRUSTED_ORIGIN'));
  });

  describe.each([
    { how: 'itself', revoked: A },
    { how: 'its fingerprint', revoked: `sha256:${FINGERPRINT}` },
    {
      how: 'its fingerprint with colons',
      revoked: `sha256:${FINGERPRINT.match(/../g)?.join(':')}`,
    },
    { how: 'its id', revoked: toHex(a.keyId) },
    { how: 'the same key of another name', revoked: formatVerifierKey(aRenamed) },
  ])('of a key that is revoked by $how', ({ revoked }) => {
    const revocation = `revoked_keys = ["${revoked}"]\n`;
    it('V29 leaves the other keys', () => {
      expect(trust(revocation + rule(`keys = ["${A}", "${B}"]`)).keys).toEqual([b]);
    });
    it.each([
      { lines: [`keys = ["${A}"]`] },
      { lines: [`keys = ["${A}", "${B}"]`, 'threshold = 2'] },
    ])('V29 V32 refuses a rule that can not be satisfied without it: $lines', ({ lines }) => {
      const make = () => trust(revocation + rule(...lines));
      expect(make).toThrow(failure('PolicyError', 'ERR_UNTRUSTED_ORIGIN'));
    });
    it('V29 refuses it on the command line, too', () => {
      const policy = parsePolicy(revocation);
      const make = () => trustInKeys({ keys: [{ key: a }], threshold: 1 }, ORIGIN, policy);
      expect(make).toThrow(failure('PolicyError', 'ERR_UNTRUSTED_ORIGIN'));
    });
  });

  it('V29 counts a certificate as revoked by its own fingerprint', () => {
    const source = `{ certificate = "c", sha256 = "${HASH}" }`;
    const text = `revoked_keys = ["sha256:${HASH}"]\n${rule(`keys = ["${B}", ${source}]`)}`;
    expect(trust(text, () => a).keys).toEqual([b]);
  });

  it('V32 refuses a threshold that one key under two names would reach', () => {
    const text = rule(`keys = ["${A}", "${formatVerifierKey(aRenamed)}"]`, 'threshold = 2');
    expect(() => trust(text)).toThrow(failure('PolicyError', 'ERR_UNTRUSTED_ORIGIN'));
  });
});

describe('trustInKeys()', () => {
  const given = { keys: [{ key: b }], threshold: 1 };

  test('without a policy, is the keys alone', () => {
    const want = { origin: ORIGIN, keys: [b], threshold: 1, rule: '--key' };
    expect(trustInKeys(given, ORIGIN, undefined)).toEqual(want);
  });

  test('V29 keeps what restricts in the policy, and nothing that allows', () => {
    const text = `revoked_objects = ["${HASH}"]\n${rule(
      `keys = ["${A}"]`,
      'max_age = "1d"',
      'min_version = 5',
      'series = 2',
      'audit = ["expires"]',
    )}`;
    expect(trustInKeys(given, ORIGIN, parsePolicy(text, 'p'))).toEqual({
      origin: ORIGIN,
      keys: [b],
      threshold: 1,
      rule: `--key, within rule "${ORIGIN}" (p:2)`,
      maxAgeMs: 86_400_000,
      minVersion: 5,
      series: 2,
      revokedObjects: new Set([HASH]),
    });
  });

  test('V29 counts a key as revoked by the certificate it came in', () => {
    const policy = parsePolicy(`revoked_keys = ["sha256:${HASH}"]\n`);
    const keys = [{ key: b, certificate: HASH }];
    const make = () => trustInKeys({ keys, threshold: 1 }, ORIGIN, policy);
    expect(make).toThrow(failure('PolicyError', 'ERR_UNTRUSTED_ORIGIN'));
  });

  test('reads an origin of which the policy says nothing', () => {
    const { keys, rule: name } = trustInKeys(given, ORIGIN, parsePolicy(''));
    expect({ keys, name }).toEqual({ keys: [b], name: '--key' });
  });
});
