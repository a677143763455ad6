import { createHash, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import { verifierKey, verifyNote } from '../../common/signature.ts';
import { flipBit, hex, join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { line, noteOf, signer, TEXT } from '../helpers/signers.ts';

const badKey = failure('KeyError', 'ERR_KEY');
const forged = failure('IntegrityError', 'ERR_SIGNATURE');

const edwards = signer('ed25519');

/** A point of order 8, and all multiples of it: the points of small order. */
const torsion = ed25519.Point.fromHex(
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
);
const small = [0, 1, 2, 3, 4, 5, 6, 7].map((k) => torsion.multiplyUnsafe(BigInt(k)));
const P = 2n ** 255n - 19n;
const L = ed25519.Point.Fn.ORDER;

/** Writes a number as 32 little-endian bytes. */
function little(value: bigint): Uint8Array {
  return hex(value.toString(16).padStart(64, '0')).reverse();
}

describe('verifierKey() of Ed25519', () => {
  it('is tried with all eight points of small order', () => {
    expect(new Set(small.map((point) => point.toHex())).size).toBe(8);
  });

  it.each(small.map((point) => ({ key: point.toHex() })))(
    'refuses small order: $key',
    ({ key }) => {
      expect(() => verifierKey('a', 'ed25519', hex(key))).toThrow(badKey);
    },
  );

  it.each(small.slice(1).map((point, i) => ({ point, order: i + 1 })))(
    'refuses a key of mixed order, with the torsion $order',
    ({ point }) => {
      const mixed = ed25519.Point.fromBytes(edwards.key.publicKey).add(point);
      expect(() => verifierKey('a', 'ed25519', mixed.toBytes())).toThrow(badKey);
    },
  );

  it.each([
    { what: 'y = p', key: little(P) },
    { what: 'y = p + 1, the neutral element', key: little(P + 1n) },
    { what: 'y = p + 3', key: little(P + 3n) },
    { what: 'y = 2^255 - 1', key: little(2n ** 255n - 1n) },
    { what: 'x = 0 with its sign set', key: little(1n + 2n ** 255n) },
    { what: 'a point off the curve', key: little(2n) },
    { what: 'no bytes', key: new Uint8Array() },
    { what: '31 bytes', key: edwards.key.publicKey.slice(1) },
    { what: '33 bytes', key: join(edwards.key.publicKey, Uint8Array.of(0)) },
  ])('refuses $what', ({ key }) => {
    expect(() => verifierKey('a', 'ed25519', key)).toThrow(badKey);
  });
});

function sha512(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(
    createHash('sha512')
      .update(join(...parts))
      .digest(),
  );
}

describe('verifyNote() of Ed25519', () => {
  const seed = noise(32);
  const { scalar, pointBytes, point } = ed25519.utils.getExtendedPublicKey(seed);
  const key = verifierKey('lab.example', 'ed25519', pointBytes);
  const challenge = (r: Uint8Array) => {
    const hash = BigInt(`0x${toHex(sha512(r, pointBytes, TEXT).reverse())}`);
    return hash % L;
  };
  const verifies = (signature: Uint8Array) => () =>
    verifyNote(noteOf(line(key, signature)), [key], 1);

  /** The signature with nonce 7 whose point is `torsion` away from where it belongs. */
  function signature(torsion = small[0], encode = (r: Uint8Array) => r): Uint8Array {
    const nonce = ed25519.Point.BASE.multiply(7n);
    const r = encode((torsion ? nonce.add(torsion) : nonce).toBytes());
    return join(r, little((7n + challenge(r) * scalar) % L));
  }

  it('verifies what is signed by the book', () => {
    expect(point.toHex()).toBe(toHex(pointBytes));
    expect(verifies(signature())()).toBe(TEXT);
  });

  it.each(small.slice(1).map((torsion, i) => ({ torsion, order: i + 1 })))(
    'V2 rejects a signature point with the torsion $order, which has the cofactor on its side',
    ({ torsion }) => {
      const mixed = signature(torsion);
      expect(ed25519.verify(mixed, TEXT, pointBytes, { zip215: false })).toBe(true);
      expect(verifies(mixed)).toThrow(forged);
    },
  );

  it.each([
    { what: 'S + L', s: (s: bigint) => s + L },
    { what: 'S + 2 L', s: (s: bigint) => s + 2n * L },
    { what: 'S + 8 L', s: (s: bigint) => s + 8n * L },
    { what: 'S = L', s: () => L },
    { what: 'S = 2^256 - 1', s: () => 2n ** 256n - 1n },
  ])('V2 rejects $what', ({ s }) => {
    const good = signature();
    const scalar = BigInt(`0x${toHex(good.slice(32).reverse())}`);
    expect(verifies(join(good.slice(0, 32), little(s(scalar))))).toThrow(forged);
  });

  it.each([
    { what: 'y = p + 1', r: little(P + 1n) },
    { what: 'x = 0 with its sign set', r: little(1n + 2n ** 255n) },
  ])('V2 rejects the neutral element, encoded as $what', ({ r }) => {
    const bytes = join(r, little((challenge(r) * scalar) % L));
    expect(verifies(bytes)).toThrow(forged);
  });

  it('verifies the neutral element in its canonical encoding, as RFC 8032 has it', () => {
    const r = little(1n);
    const bytes = join(r, little((challenge(r) * scalar) % L));
    expect(verifies(bytes)()).toBe(TEXT);
  });

  test('property: agrees with OpenSSL on signatures and their torsions', () => {
    const spki = {
      key: Buffer.from(join(hex('302a300506032b6570032100'), pointBytes)),
      format: 'der',
      type: 'spki',
    } as const;
    const bytes = fc.oneof(
      fc.constantFrom(...small).map((torsion) => signature(torsion)),
      fc.nat(511).map((bit) => flipBit(signature(), bit)),
      fc.constantFrom(...small).map((torsion) => {
        const r = torsion.toBytes();
        return join(r, little((challenge(r) * scalar) % L));
      }),
    );
    fc.assert(
      fc.property(bytes, (candidate) => {
        const openssl = verify(null, TEXT, spki, candidate);
        if (openssl) expect(verifies(candidate)()).toBe(TEXT);
        else expect(verifies(candidate)).toThrow(forged);
      }),
      { numRuns: Math.min(NUM_RUNS, 1000) },
    );
  });
});
