import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import { digest, portableSha256, type Sha256, sha256 } from '../../common/hash.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const expected = (input: Uint8Array) => createHash('sha256').update(input).digest('hex');

const IMPLEMENTATIONS: { name: string; hash: Sha256 }[] = [
  { name: 'sha256', hash: sha256 },
  { name: 'portableSha256', hash: portableSha256 },
];

it('takes the native implementation on Node', () => {
  expect(sha256).not.toBe(portableSha256);
});

describe.each(IMPLEMENTATIONS)('$name()', ({ hash }) => {
  test('property: hashes as node:crypto does, into its place and nowhere else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(40), (input, at) => {
        const out = new Uint8Array(at + 40).fill(7);
        hash(input, out, at);
        expect(toHex(out.subarray(at, at + 32))).toBe(expected(input));
        out.fill(7, at, at + 32);
        expect(out.every((byte) => byte === 7)).toBe(true);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test('property: overwrites its own input with its hash', () => {
    fc.assert(
      fc.property(fc.nat(64), fc.nat(96), fc.nat(64), (start, length, at) => {
        const memory = Uint8Array.from({ length: 160 }, (_, i) => i);
        const input = memory.subarray(start, start + length);
        const want = expected(input);
        hash(input, memory, at);
        expect(toHex(memory.subarray(at, at + 32))).toBe(want);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('hashes a Buffer', () => {
    const out = new Uint8Array(32);
    hash(Buffer.from('abc'), out, 0);
    expect(toHex(out)).toBe(expected(Buffer.from('abc')));
  });
});

describe('digest()', () => {
  it.each([
    // FIPS 180-4, examples of NIST.
    { text: '', hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
    { text: 'abc', hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
  ])('hashes "$text"', ({ text, hash }) => {
    expect(toHex(digest(Buffer.from(text)))).toBe(hash);
  });
});
