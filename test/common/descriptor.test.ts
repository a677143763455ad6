import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import {
  checkDescriptor,
  type Descriptor,
  decodeDescriptor,
  encodeDescriptor,
  equalDescriptors,
  fsverityDigest,
  objectId,
  objectIdHex,
} from '../../common/descriptor.ts';
import { MAX_SIZE } from '../../common/limits.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { flipBit, hex, join, noise } from '../helpers/bytes.ts';
import { descriptors } from '../helpers/descriptors.ts';
import { failure } from '../helpers/failure.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { sha256 } from '../helpers/reference-tree.ts';

/** The file of the example in SPEC.md. */
const EXAMPLE = hex(
  `01010c0000000000 0000000000004000
  bb8d1ea60e1cf985b764f30886dab9b3ef700d12b6e8f7a603a5a48fb44afcbd`.replaceAll('\n', ''),
);
const ROOT = EXAMPLE.slice(16);
const example: Descriptor = { profile: RFC9162, pageSize: 4096, size: 16_384, root: ROOT };
const impossible = failure('IntegrityError', 'ERR_DESCRIPTOR');

function withBytes(at: number, bytes: readonly number[]): Uint8Array {
  const copy = EXAMPLE.slice();
  copy.set(bytes, at);
  return copy;
}

describe('encodeDescriptor()', () => {
  it('encodes the example of SPEC.md', () => {
    expect(toHex(encodeDescriptor(example))).toBe(toHex(EXAMPLE));
  });

  test('property: is what decodeDescriptor() reads', () => {
    fc.assert(
      fc.property(descriptors(), (descriptor) => {
        const bytes = encodeDescriptor(descriptor);
        expect(decodeDescriptor(bytes)).toEqual(descriptor);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('decodeDescriptor()', () => {
  it('reads a view of larger memory and keeps nothing of it', () => {
    const memory = join(noise(7), EXAMPLE, noise(9));
    const descriptor = decodeDescriptor(memory.subarray(7, 55), 'file');
    memory.fill(0);
    expect(descriptor).toEqual(example);
  });

  test('V10 property: reads each descriptor in one spelling and fails with its code alone', () => {
    // Mostly plausible: every field is either right or anything.
    const field = (right: number[], length: number) =>
      fc.oneof(
        fc.constant(Uint8Array.from(right)),
        fc.uint8Array({ minLength: length, maxLength: length }),
      );
    const bytes = fc
      .tuple(
        field([1], 1),
        fc.integer({ min: 0, max: 3 }).map((n) => Uint8Array.of(n)),
        fc.integer({ min: 8, max: 22 }).map((n) => Uint8Array.of(n)),
        field([0, 0, 0, 0, 0], 5),
        field([0, 0, 0, 0, 0, 0, 64, 0], 8),
        field([...ROOT], 32),
      )
      .map((parts) => join(...parts));
    fc.assert(
      fc.property(bytes, fc.constantFrom('file', 'directory', undefined), (spelling, type) => {
        try {
          expect(toHex(encodeDescriptor(decodeDescriptor(spelling, type)))).toBe(toHex(spelling));
        } catch (error) {
          expect(error).toEqual(impossible);
        }
      }),
      { numRuns: NUM_RUNS * 5 },
    );
  });

  it.each([
    { what: 'no bytes', bytes: new Uint8Array() },
    { what: '47 bytes', bytes: EXAMPLE.slice(0, 47) },
    { what: '49 bytes', bytes: join(EXAMPLE, Uint8Array.of(0)) },
    { what: 'version 0', bytes: withBytes(0, [0]) },
    { what: 'version 2', bytes: withBytes(0, [2]) },
    { what: 'profile 0', bytes: withBytes(1, [0]) },
    { what: 'profile 3', bytes: withBytes(1, [3]) },
    { what: 'pages of 512 bytes', bytes: withBytes(2, [9]) },
    { what: 'pages of 2 MiB', bytes: withBytes(2, [21]) },
    { what: 'pages of 2^32 bytes', bytes: withBytes(2, [32]) },
    { what: 'pages of 2^255 bytes', bytes: withBytes(2, [255]) },
    { what: 'fs-verity pages of 128 KiB', bytes: withBytes(1, [2, 17]) },
    { what: 'a first filler', bytes: withBytes(3, [1]) },
    { what: 'a last filler', bytes: withBytes(7, [1]) },
    { what: 'size 2^53', bytes: withBytes(8, [0, 0x20, 0, 0, 0, 0, 0, 0]) },
    { what: 'size 2^53 + 1', bytes: withBytes(8, [0, 0x20, 0, 0, 0, 0, 0, 1]) },
    {
      what: 'size 2^53 - 1, which no page size divides into 2^32 - 1 pages',
      bytes: withBytes(2, [20, 0, 0, 0, 0, 0, 0, 0x1f, 255, 255, 255, 255, 255, 255]),
    },
    {
      what: 'size 2^64 - 1',
      bytes: withBytes(
        8,
        Array.from({ length: 8 }, () => 255),
      ),
    },
    { what: '2^32 pages', bytes: withBytes(8, [0, 0, 0x10, 0, 0, 0, 0, 0]) },
    { what: '2^32 - 1 pages and a byte', bytes: withBytes(8, [0, 0, 0x0f, 255, 255, 255, 240, 1]) },
    { what: 'size 0 with a root', bytes: withBytes(8, [0, 0, 0, 0, 0, 0, 0, 0]) },
    {
      what: "size 0 with the other profile's root",
      bytes: join(hex('01020c0000000000 0000000000000000'), RFC9162.emptyRoot),
    },
    {
      what: "size 0 with the other profile's root of zeros",
      bytes: join(hex('01010c0000000000 0000000000000000'), FSVERITY.emptyRoot),
    },
  ])('V10 rejects $what', ({ bytes }) => {
    expect(() => decodeDescriptor(bytes)).toThrow(impossible);
    expect(() => decodeDescriptor(bytes, 'file')).toThrow(impossible);
  });

  it.each([
    { what: 'a directory of fsverity-sha256', bytes: withBytes(1, [2, 13]) },
    { what: 'a directory of pages of 4096 bytes', bytes: EXAMPLE },
  ])('V10 rejects $what, which may be a file', ({ bytes }) => {
    expect(() => decodeDescriptor(bytes, 'directory')).toThrow(impossible);
    expect(decodeDescriptor(bytes, 'file')).toBeDefined();
    expect(decodeDescriptor(bytes)).toBeDefined();
  });

  it.each([
    { what: 'pages of 1024 bytes', bytes: withBytes(2, [10]) },
    { what: 'pages of 1 MiB', bytes: withBytes(2, [20]) },
    { what: 'fs-verity pages of 64 KiB', bytes: withBytes(1, [2, 16]) },
    { what: '2^32 - 1 pages', bytes: withBytes(8, [0, 0, 0x0f, 255, 255, 255, 240, 0]) },
    {
      what: '2^32 - 1 pages of 1 MiB',
      bytes: withBytes(2, [20, 0, 0, 0, 0, 0, 0, 0x0f, 255, 255, 255, 240, 0, 0]),
    },
  ])('accepts $what', ({ bytes }) => {
    expect(toHex(encodeDescriptor(decodeDescriptor(bytes)))).toBe(toHex(bytes));
  });
});

describe('checkDescriptor()', () => {
  it.each([0, 3, 1023, 1025, 4095, -4096, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'V10 rejects pages of %d bytes',
    (pageSize) => {
      expect(() => checkDescriptor({ ...example, pageSize })).toThrow(impossible);
    },
  );

  it.each([-1, MAX_SIZE + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'V10 rejects size %d',
    (size) => {
      expect(() => checkDescriptor({ ...example, size })).toThrow(impossible);
    },
  );
});

describe('objectId()', () => {
  it('is the one of SPEC.md', () => {
    const id = '323d8a52c4a11bb38950b4a2b80f68bec1dbcb3b4540ea24b7ed5291b62e5933';
    expect(toHex(objectId(EXAMPLE))).toBe(id);
    expect(objectIdHex(example)).toBe(id);
  });

  it('hashes a prefix of its own', () => {
    expect(toHex(objectId(EXAMPLE))).toBe(
      toHex(sha256(Buffer.from('pageseal.v1 object\n'), EXAMPLE)),
    );
  });
});

describe('equalDescriptors()', () => {
  it('is true for the same fields, wherever the root stands in memory', () => {
    expect(equalDescriptors(example, { ...example, root: example.root.slice() })).toBe(true);
  });

  it.each([
    { field: 'profile', more: { profile: FSVERITY } },
    { field: 'pageSize', more: { pageSize: 2 * example.pageSize } },
    { field: 'size', more: { size: example.size + 1 } },
    { field: 'root', more: { root: flipBit(example.root, 255) } },
  ])('is false for another $field', ({ more }) => {
    expect(equalDescriptors(example, { ...example, ...more })).toBe(false);
  });
});

describe('fsverityDigest()', () => {
  it('is the one of SPEC.md', () => {
    const root = hex('69286f30ce62557d38146ea1503ce0aacf86b2e6ddd759dc8ec57d5427f834e5');
    const digest = fsverityDigest({ ...example, profile: FSVERITY, root });
    expect(toHex(digest ?? new Uint8Array())).toBe(
      '0d66b79695661425f88742ed0e7cd39f5a21755962734aa37c756aaf54cf7cd0',
    );
  });

  it('is undefined for another profile', () => {
    expect(fsverityDigest(example)).toBeUndefined();
  });
});
