import { generateKeyPairSync } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toBase64, toHex, utf8 } from '../../common/bytes.ts';
import {
  formatVerifierKey,
  parseVerifierKey,
  verifierKey,
  verifierKeyFromSpki,
  verifyNote,
} from '../../common/signature.ts';
import { flipBit, hex, join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { sha256 } from '../helpers/reference-tree.ts';
import { line, noteOf, signedBy, signer, signText, spkiOf, TEXT } from '../helpers/signers.ts';

const badKey = failure('KeyError', 'ERR_KEY');
const forged = failure('IntegrityError', 'ERR_SIGNATURE');
const tooFew = failure('IntegrityError', 'ERR_THRESHOLD');

const edwards = signer('ed25519');
const ecdsa = signer('ecdsa-p256', 'lab.example/ecdsa');
const other = signer('ed25519', 'other.example');

describe('verifierKey()', () => {
  it('names an Ed25519 key as C2SP signed-note does', () => {
    const { name, publicKey, keyId } = edwards.key;
    const hashed = join(utf8(name), Uint8Array.of(0x0a, 0x01), publicKey);
    expect(toHex(keyId)).toBe(toHex(sha256(hashed).subarray(0, 4)));
  });

  it('names an ECDSA key by its SPKI alone', () => {
    const id = toHex(sha256(spkiOf(ecdsa.publicKey)).subarray(0, 4));
    expect(toHex(ecdsa.key.keyId)).toBe(id);
  });

  it.each(['', 'a b', 'a+b', 'a\u3000b', 'x'.repeat(201)])('refuses the name "%s"', (name) => {
    expect(() => verifierKey(name, 'ed25519', edwards.key.publicKey)).toThrow(badKey);
  });
});

describe('verifierKeyFromSpki()', () => {
  const ec = spkiOf(ecdsa.publicKey);
  const point = ec.slice(-65);
  const compressed = p256.Point.fromBytes(point).toBytes(true);

  it.each([
    { what: 'no bytes', spki: new Uint8Array() },
    { what: 'an Ed25519 SPKI cut short', spki: spkiOf(edwards.publicKey).slice(0, -1) },
    { what: 'an Ed25519 SPKI with a byte more', spki: join(spkiOf(edwards.publicKey), hex('00')) },
    { what: 'an Ed25519 SPKI alone, without key', spki: spkiOf(edwards.publicKey).slice(0, 12) },
    { what: 'X25519', spki: spkiOf(generateKeyPairSync('x25519').publicKey) },
    { what: 'Ed448', spki: spkiOf(generateKeyPairSync('ed448').publicKey) },
    { what: 'P-384', spki: spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey) },
    {
      what: 'secp256k1',
      spki: spkiOf(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey),
    },
    { what: 'a P-256 point under another curve', spki: flipBit(ec, 22 * 8) },
    { what: 'a P-256 point under another algorithm', spki: flipBit(ec, 12 * 8) },
    { what: 'a P-256 SPKI with a byte more', spki: join(ec, hex('00')) },
    { what: 'a P-256 SPKI cut short', spki: ec.slice(0, -1) },
    {
      what: 'a compressed point',
      spki: join(hex('3039301306072a8648ce3d020106082a8648ce3d030107032200'), compressed),
    },
    {
      what: 'a compressed point in place of an uncompressed one',
      spki: join(ec.slice(0, 26), compressed),
    },
    { what: 'a hybrid point', spki: join(ec.slice(0, 26), hex('06'), point.slice(1)) },
    { what: 'a point off the curve', spki: flipBit(ec, 8 * 90) },
    { what: 'the point at infinity', spki: join(ec.slice(0, 26), new Uint8Array(65)) },
    {
      what: 'coordinates of zero',
      spki: join(ec.slice(0, 26), Uint8Array.of(4), new Uint8Array(64)),
    },
    { what: 'a bare point', spki: point },
  ])('throws ERR_KEY for $what', ({ spki }) => {
    expect(() => verifierKeyFromSpki('a', spki)).toThrow(badKey);
  });

  it('keeps nothing of its input', () => {
    for (const one of [edwards, ecdsa]) {
      const spki = spkiOf(one.publicKey);
      const key = verifierKeyFromSpki('lab.example', spki);
      const before = toHex(key.publicKey);
      spki.fill(0);
      expect(toHex(key.publicKey)).toBe(before);
    }
  });
});

describe('parseVerifierKey()', () => {
  const text = formatVerifierKey(edwards.key);
  const [name, id, base64] = ['lab.example', toHex(edwards.key.keyId), text.slice(21)];

  it.each([edwards, ecdsa])('reads what formatVerifierKey() wrote', ({ key }) => {
    expect(parseVerifierKey(formatVerifierKey(key))).toEqual(key);
  });

  it('reads the key of SPEC.md', () => {
    const example = 'lab.example/images+d0fa84ab+AfCcTYrRacG8RYTiD++dJfhnoYiSkcv1CWc5c8KR2S2D';
    expect(formatVerifierKey(parseVerifierKey(example))).toBe(example);
  });

  it('is tried with the parts of a key', () => {
    expect(`${name}+${id}+${base64}`).toBe(text);
  });

  it.each([
    { what: 'nothing', key: '' },
    { what: 'a name alone', key: name },
    { what: 'no key', key: `${name}+${id}` },
    { what: 'an empty key', key: `${name}+${id}+` },
    { what: 'no name', key: `+${id}+${base64}` },
    { what: 'another name', key: `other.example+${id}+${base64}` },
    { what: 'another id', key: `${name}+00000000+${base64}` },
    { what: 'an id of three bytes', key: `${name}+${id.slice(2)}+${base64}` },
    { what: 'an id in upper case', key: `${name}+${'ABCDEF01'}+${base64}` },
    { what: 'type 0', key: `${name}+${id}+${toBase64(join(hex('00'), edwards.key.publicKey))}` },
    {
      what: 'type 2 of an Ed25519 key',
      key: `${name}+${id}+${toBase64(join(hex('02'), edwards.key.publicKey))}`,
    },
    { what: 'type 4', key: `${name}+${id}+${toBase64(join(hex('04'), edwards.key.publicKey))}` },
    { what: 'base64 that is none', key: `${name}+${id}+${base64}=` },
    { what: 'LF at the end', key: `${text}\n` },
    { what: 'a space ahead', key: ` ${text}` },
  ])('throws ERR_KEY for $what', ({ key }) => {
    expect(() => parseVerifierKey(key)).toThrow(badKey);
  });

  test('property: reads each key in one spelling and fails with its code alone', () => {
    const mutated = fc
      .tuple(
        fc.constantFrom(text, formatVerifierKey(ecdsa.key)),
        fc.nat(),
        fc.string({ unit: 'binary', maxLength: 2 }),
      )
      .map(
        ([key, at, by]) => key.slice(0, at % key.length) + by + key.slice((at % key.length) + 1),
      );
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string()), (spelling) => {
        try {
          expect(formatVerifierKey(parseVerifierKey(spelling))).toBe(spelling);
        } catch (error) {
          expect(error).toEqual(badKey);
        }
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('verifyNote()', () => {
  it.each([edwards, ecdsa])('returns the text that $key.algorithm signed', (one) => {
    expect(verifyNote(signedBy(one), [one.key], 1)).toBe(TEXT);
  });

  it.each([edwards, ecdsa])('V2 property: rejects any flipped bit, $key.algorithm', (one) => {
    const signature = signText(one);
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (pick, inText) => {
        const text = inText ? flipBit(TEXT, pick % (TEXT.length * 8)) : TEXT;
        const spoilt = inText ? signature : flipBit(signature, pick % (signature.length * 8));
        const note = { text, signatures: [line(one.key, spoilt)] };
        expect(() => verifyNote(note, [one.key], 1)).toThrow(forged);
      }),
      { numRuns: Math.min(NUM_RUNS, 1000) },
    );
  });

  it.each([edwards, ecdsa])('V2 rejects $key.algorithm signatures of wrong length', (one) => {
    const signature = signText(one);
    const wrong = [
      new Uint8Array(1),
      signature.slice(0, -1),
      join(signature, hex('00')),
      noise(4000),
    ];
    for (const bytes of wrong) {
      expect(() => verifyNote(noteOf(line(one.key, bytes)), [one.key], 1)).toThrow(forged);
    }
  });

  it('V2 rejects one forged line beside enough good ones', () => {
    const note = noteOf(...signedBy(edwards, ecdsa).signatures, line(other.key, noise(64)));
    expect(() => verifyNote(note, [edwards.key, ecdsa.key, other.key], 1)).toThrow(forged);
    expect(verifyNote(note, [edwards.key, ecdsa.key], 2)).toBe(TEXT);
  });

  it('V2 rejects a second, forged line of a key that has signed', () => {
    const note = noteOf(line(edwards.key, signText(edwards)), line(edwards.key, noise(64)));
    expect(() => verifyNote(note, [edwards.key], 1)).toThrow(forged);
  });

  it('V2 ignores lines of other keys, even under a known name or a known key id', () => {
    const { name, keyId } = edwards.key;
    const lines = [
      { name, keyId: other.key.keyId, signature: noise(64) },
      { name: 'unknown.example', keyId, signature: noise(64) },
    ];
    const note = noteOf(...lines, line(edwards.key, signText(edwards)));
    expect(verifyNote(note, [edwards.key], 1)).toBe(TEXT);
    expect(() => verifyNote(noteOf(...lines), [edwards.key], 1)).toThrow(tooFew);
  });

  it.each([
    { what: 'nobody has signed', note: noteOf(), keys: [edwards.key], threshold: 1 },
    { what: 'there are no keys', note: signedBy(edwards), keys: [], threshold: 1 },
    {
      what: 'one of two has signed',
      note: signedBy(edwards),
      keys: [edwards.key, ecdsa.key],
      threshold: 2,
    },
    {
      what: 'one has signed twice',
      note: signedBy(edwards, edwards),
      keys: [edwards.key, ecdsa.key],
      threshold: 2,
    },
    {
      what: 'one key is given twice',
      note: signedBy(edwards),
      keys: [edwards.key, edwards.key],
      threshold: 2,
    },
    {
      what: 'the threshold is out of reach',
      note: signedBy(edwards),
      keys: [edwards.key],
      threshold: Number.POSITIVE_INFINITY,
    },
  ])('V3 throws ERR_THRESHOLD if $what', ({ note, keys, threshold }) => {
    expect(() => verifyNote(note, keys, threshold)).toThrow(tooFew);
  });

  it.each(['ed25519', 'ecdsa-p256'] as const)(
    'V3 counts one %s key under two names once',
    (algorithm) => {
      const one = signer(algorithm, 'a');
      const again = { ...one, key: verifierKey('b', algorithm, one.key.publicKey) };
      const note = signedBy(one, again);
      const keys = [one.key, again.key];
      expect(verifyNote(note, keys, 1)).toBe(TEXT);
      expect(() => verifyNote(note, keys, 2)).toThrow(tooFew);
      expect(verifyNote(signedBy(one, again, edwards), [...keys, edwards.key], 2)).toBe(TEXT);
    },
  );

  it.each([0, -1, Number.NaN])('throws RangeError for the threshold %d', (threshold) => {
    expect(() => verifyNote(noteOf(), [edwards.key], threshold)).toThrow(RangeError);
  });
});
