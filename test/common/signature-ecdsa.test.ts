import { sign } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { verifyNote } from '../../common/signature.ts';
import { hex, join } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { line, noteOf, signer, signText, TEXT } from '../helpers/signers.ts';

const forged = failure('IntegrityError', 'ERR_SIGNATURE');

const ecdsa = signer('ecdsa-p256');

describe('verifyNote() of ECDSA', () => {
  const N = p256.Point.Fn.ORDER;
  const verifies = (signature: Uint8Array) => () =>
    verifyNote(noteOf(line(ecdsa.key, signature)), [ecdsa.key], 1);
  const { r, s } = p256.Signature.fromBytes(signText(ecdsa), 'der');

  const tlv = (tag: number, value: Uint8Array) => join(Uint8Array.of(tag, value.length), value);
  const integer = (value: bigint) => {
    const digits = value.toString(16);
    const bytes = hex(digits.padStart(digits.length + (digits.length % 2), '0'));
    return (bytes[0] ?? 0) >= 0x80 ? join(Uint8Array.of(0), bytes) : bytes;
  };
  const der = (a: bigint, b: bigint) => tlv(0x30, join(tlv(2, integer(a)), tlv(2, integer(b))));
  const [rBytes, sBytes] = [integer(r), integer(s)];
  const both = join(tlv(2, rBytes), tlv(2, sBytes));

  it('verifies either half of s', () => {
    expect(verifies(der(r, s))()).toBe(TEXT);
    expect(verifies(der(r, N - s))()).toBe(TEXT);
  });

  it.each([
    { what: 'a byte after the sequence', signature: join(der(r, s), hex('00')) },
    { what: 'a byte within the sequence', signature: tlv(0x30, join(both, hex('00'))) },
    { what: 'a third integer', signature: tlv(0x30, join(both, hex('020101'))) },
    { what: 'r alone', signature: tlv(0x30, tlv(2, rBytes)) },
    { what: 'an empty sequence', signature: hex('3000') },
    { what: 'no sequence', signature: both },
    { what: 'a set for the sequence', signature: tlv(0x31, both) },
    {
      what: 'a length in long form',
      signature: join(Uint8Array.of(0x30, 0x81, both.length), both),
    },
    {
      what: 'a length of two bytes',
      signature: join(Uint8Array.of(0x30, 0x82, 0, both.length), both),
    },
    { what: 'a length without end', signature: join(Uint8Array.of(0x30, 0x80), both, hex('0000')) },
    { what: 'a length too large', signature: join(Uint8Array.of(0x30, both.length + 1), both) },
    { what: 'a length too small', signature: join(Uint8Array.of(0x30, both.length - 1), both) },
    {
      what: "an integer's length in long form",
      signature: tlv(0x30, join(Uint8Array.of(2, 0x81, rBytes.length), rBytes, tlv(2, sBytes))),
    },
    {
      what: 'a zero ahead of r',
      signature: tlv(0x30, join(tlv(2, join(hex('00'), rBytes)), tlv(2, sBytes))),
    },
    {
      what: 'a zero ahead of s',
      signature: tlv(0x30, join(tlv(2, rBytes), tlv(2, join(hex('00'), sBytes)))),
    },
    { what: 'an empty integer', signature: tlv(0x30, join(tlv(2, rBytes), hex('0200'))) },
    { what: 'a bit string for s', signature: tlv(0x30, join(tlv(2, rBytes), tlv(3, sBytes))) },
    { what: 'r = 0', signature: der(0n, s) },
    { what: 's = 0', signature: der(r, 0n) },
    { what: 'r + n', signature: der(r + N, s) },
    { what: 's + n', signature: der(r, s + N) },
    { what: 's = n', signature: der(r, N) },
    { what: 'r = s = 1', signature: der(1n, 1n) },
    {
      what: 'a negative s',
      signature: tlv(0x30, join(tlv(2, rBytes), tlv(2, join(hex('ff'), sBytes)))),
    },
    {
      what: 'r and s as 64 bytes',
      signature: p256.Signature.fromBytes(der(r, s), 'der').toBytes('compact'),
    },
  ])('V2 rejects $what', ({ signature }) => {
    expect(verifies(signature)).toThrow(forged);
  });

  it('V2 rejects an integer without the zero that keeps it positive', () => {
    // The larger of s and n - s: but for one key in 2^32, its top bit is set.
    const [larger = s] = [s, N - s].sort((a, b) => (a < b ? 1 : -1));
    const bytes = integer(larger).slice(-32);
    expect(verifies(tlv(0x30, join(tlv(2, rBytes), tlv(2, bytes))))).toThrow(forged);
  });

  it('V2 rejects the SHA-512 signature of the same key', () => {
    const signature = new Uint8Array(sign('sha512', TEXT, ecdsa.privateKey));
    expect(verifies(signature)).toThrow(forged);
  });
});
