import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { compareBytes, toHex, utf8 } from '../../../common/bytes.ts';
import { encodeDescriptor, objectId } from '../../../common/descriptor.ts';
import {
  type Content,
  decodeRecord,
  encodeRecord,
  findRecord,
  formatPacks,
  formatStoreConfig,
  parsePacks,
  parseStoreConfig,
  RECORD_LENGTH,
  usesPack,
} from '../../../common/store/layout.ts';
import { flipBit, join, noise } from '../../helpers/bytes.ts';
import { descriptors } from '../../helpers/descriptors.ts';
import { failure } from '../../helpers/failure.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';

const damaged = failure('StoreError', 'ERR_STORE_DAMAGED');

const contents: fc.Arbitrary<Content> = fc.oneof(
  fc.record({ kind: fc.constant('directory'), offset: fc.maxSafeNat() }),
  fc.record({
    kind: fc.constant('inPlace'),
    pathOffset: fc.maxSafeNat(),
    pathLength: fc.nat(0xffff),
  }),
  fc.record({ kind: fc.constant('copied') }),
);
const records = fc
  .record({
    descriptor: descriptors(),
    content: contents,
    pack: fc.integer({ min: 1, max: 0xffff_ffff }),
    treeOffset: fc.maxSafeNat(),
  })
  .map((record) => ({ ...record, pack: usesPack(record) ? record.pack : 0 }));

describe('encodeRecord()', () => {
  test('property: is what decodeRecord() reads, under the object id', () => {
    fc.assert(
      fc.property(records, (record) => {
        const bytes = encodeRecord(record);
        expect(bytes).toHaveLength(RECORD_LENGTH);
        const id = objectId(encodeDescriptor(record.descriptor));
        expect(decodeRecord(bytes)).toEqual({ id, ...record });
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('decodeRecord()', () => {
  const one = fc.sample(records, { numRuns: 1, seed: 1 })[0];
  if (one === undefined) throw new Error('no record');
  const descriptor = { ...one.descriptor, size: one.descriptor.pageSize + 1 };
  const inPack = { descriptor, pack: 3, treeOffset: 7 };
  const bytes = encodeRecord({ ...inPack, content: { kind: 'directory', offset: 5 } });
  const copied = encodeRecord({
    ...inPack,
    descriptor: { ...descriptor, size: 1 },
    content: { kind: 'copied' },
    pack: 0,
  });
  const withByte = (at: number, value: number) => {
    const copy = bytes.slice();
    copy[at] = value;
    return copy;
  };

  it.each([
    { what: 'no bytes', record: new Uint8Array() },
    { what: 'a byte too few', record: bytes.slice(1) },
    { what: 'a byte too many', record: join(bytes, Uint8Array.of(0)) },
    { what: 'zeros', record: new Uint8Array(RECORD_LENGTH) },
    { what: 'the id of another object', record: flipBit(bytes, 0) },
    { what: 'an impossible descriptor', record: withByte(34, 99) },
    { what: 'kind 0', record: withByte(80, 0) },
    { what: 'kind 4', record: withByte(80, 4) },
    { what: 'a filler', record: withByte(81, 1) },
    { what: 'no pack, where something is in one', record: withByte(85, 0) },
    { what: 'a pack, where nothing is in one', record: flipBit(copied, 85 * 8) },
    { what: 'a place of a copy in a pack', record: flipBit(copied, 95 * 8) },
    { what: 'a path length of a directory', record: withByte(87, 1) },
    { what: 'an offset of 2^56', record: withByte(88, 1) },
    { what: 'a tree offset of 2^56', record: withByte(96, 1) },
  ])('throws ERR_STORE_DAMAGED for $what', ({ record }) => {
    expect(() => decodeRecord(record)).toThrow(damaged);
  });

  test('property: throws ERR_STORE_DAMAGED or reads what was written, and nothing else', () => {
    const any = fc.tuple(records, fc.nat(RECORD_LENGTH * 8 - 1));
    fc.assert(
      fc.property(any, ([record, bit]) => {
        const flipped = flipBit(encodeRecord(record), bit);
        try {
          expect(toHex(encodeRecord(decodeRecord(flipped)))).toBe(toHex(flipped));
        } catch (error) {
          expect(error).toEqual(damaged);
        }
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('findRecord()', () => {
  test('property: finds the first of every key, and none that is not there', () => {
    // Keys of one byte that counts, so that many are equal and many are missing.
    const key = fc.nat(20).map((byte) => join(Uint8Array.of(byte), noise(31)));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 30 }), key, (keys, wanted) => {
        const sorted = keys.map((k) => join(k, noise(72))).sort(compareBytes);
        let reads = 0;
        const found = findRecord(sorted.length, wanted, (index) => {
          reads += 1;
          return sorted[index] ?? new Uint8Array();
        });
        expect(found).toBe(sorted.findIndex((record) => record[0] === wanted[0]));
        expect(reads).toBeLessThanOrEqual(Math.ceil(Math.log2(sorted.length + 1)) + 1);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('reads nothing of an empty index', () => {
    expect(findRecord(0, noise(32), () => expect.unreachable())).toBe(-1);
  });
});

describe('formatStoreConfig()', () => {
  it.each(['/srv/data', '/', '/with "quotes"\n/and é'])('keeps the source %j', (source) => {
    for (const copies of [true, false]) {
      const config = { origin: 'lab.example/images', source, copies };
      expect(parseStoreConfig(formatStoreConfig(config))).toEqual(config);
    }
  });
});

describe('parseStoreConfig()', () => {
  const format = '"format": "pageseal.store/2"';
  it.each([
    { what: 'no bytes', text: '' },
    { what: 'no JSON', text: '{' },
    { what: 'null', text: 'null' },
    { what: 'a number', text: '1' },
    { what: 'an array', text: '[]' },
    { what: 'no format', text: '{"origin": "a", "source": "/"}' },
    {
      what: 'another format',
      text: '{"format": "pageseal.store/1", "origin": "a", "source": "/", "copies": false}',
    },
    { what: 'no origin', text: `{${format}, "source": "/"}` },
    { what: 'an origin that is none', text: `{${format}, "origin": "../a", "source": "/"}` },
    { what: 'an origin that is no text', text: `{${format}, "origin": ["a"], "source": "/"}` },
    { what: 'no source', text: `{${format}, "origin": "a"}` },
    { what: 'a source that is no text', text: `{${format}, "origin": "a", "source": 1}` },
    {
      what: 'no word on copies',
      text: `{${format}, "origin": "a", "source": "/", "copies": "no"}`,
    },
    {
      what: 'more than it has',
      text: `{${format}, "origin": "a", "source": "/", "copies": true}`.padEnd(65_537),
    },
  ])('throws ERR_STORE for $what', ({ text }) => {
    expect(() => parseStoreConfig(utf8(text))).toThrow(failure('StoreError', 'ERR_STORE'));
  });

  it('throws ERR_STORE for bytes that are not UTF-8', () => {
    expect(() => parseStoreConfig(Uint8Array.of(0xff))).toThrow(failure('StoreError', 'ERR_STORE'));
  });
});

/** Lines with their checksum. */
function checked(lines: string): string {
  return `${lines}${createHash('sha256').update(lines).digest('hex')}\n`;
}

/** As many numbers, a line each. */
function ascending(count: number): string {
  return Array.from({ length: count }, (_, i) => `${100_000_000 + i}\n`).join('');
}

describe('parsePacks()', () => {
  it.each([
    { lines: '', packs: [] },
    { lines: '1\n', packs: [1] },
    { lines: '2\n10\n11\n', packs: [2, 10, 11] },
  ])('reads $packs as it was written', ({ lines, packs }) => {
    expect(parsePacks(utf8(checked(lines)))).toEqual(packs);
    expect(formatPacks(packs)).toEqual(utf8(checked(lines)));
  });

  it.each([
    { what: 'no last line end', text: checked('1\n2') },
    { what: 'an empty line', text: checked('\n') },
    { what: 'a number twice', text: checked('1\n1\n') },
    { what: 'numbers out of order', text: checked('2\n1\n') },
    { what: 'pack 0', text: checked('0\n') },
    { what: 'a leading zero', text: checked('01\n') },
    { what: 'a word', text: checked('one\n') },
    { what: 'a space', text: checked('1 \n') },
    { what: 'nothing', text: '' },
    { what: 'no checksum', text: '1\n2\n' },
    { what: 'another checksum', text: checked('1\n2\n').replace('2', '3') },
    { what: 'a line behind the checksum', text: `${checked('1\n')}2\n` },
    { what: 'no end of the last line', text: checked('1\n').slice(0, -1) },
    { what: 'more than there may be', text: checked(ascending(1_700_000)) },
  ])('throws ERR_STORE_DAMAGED for $what', ({ text }) => {
    expect(() => parsePacks(utf8(text))).toThrow(damaged);
  });
});
