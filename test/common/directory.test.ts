import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex, utf8 } from '../../common/bytes.ts';
import type { Descriptor } from '../../common/descriptor.ts';
import {
  checkNeighbours,
  DirectoryEncoder,
  type DirectoryPage,
  decodeDirectoryPage,
  type Entry,
  encodeEntry,
  entryLength,
  firstName,
} from '../../common/directory.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { flipBit, hex, join, noise } from '../helpers/bytes.ts';
import { entries, sortedEntries } from '../helpers/entries.ts';
import { failure } from '../helpers/failure.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const PAGE = 8192;
const malformed = failure('IntegrityError', 'ERR_DIRECTORY');
const impossible = failure('IntegrityError', 'ERR_DESCRIPTOR');

const root = hex('bb8d1ea60e1cf985b764f30886dab9b3ef700d12b6e8f7a603a5a48fb44afcbd');
const descriptor: Descriptor = { profile: RFC9162, pageSize: 4096, size: 16_384, root };
const file = (name: string): Entry => ({ type: 'file', name, mode: 0o644, descriptor });
const link = (name: string, target: string): Entry => ({
  type: 'symlink',
  name,
  mode: 0o777,
  target,
});

/** Encodes a directory; copies of its pages. */
function pagesOf(list: readonly Entry[], pageSize = PAGE): { pages: Uint8Array[]; size: number } {
  const pages: Uint8Array[] = [];
  const encoder = new DirectoryEncoder(pageSize, (page) => pages.push(page.slice()));
  for (const entry of list) encoder.add(entry);
  encoder.finish();
  return { pages, size: encoder.size };
}

function decodeAll(pages: readonly Uint8Array[]): DirectoryPage[] {
  return pages.map((page, i) => decodeDirectoryPage(page, i === pages.length - 1));
}

describe('encodeEntry()', () => {
  it('encodes the example of SPEC.md', () => {
    expect(toHex(encodeEntry(file('disk.img')))).toBe(
      `004a010801a4ffffffff000000000000000001010c00000000000000000000004000${toHex(root)}` +
        '6469736b2e696d67',
    );
  });

  it('encodes a symlink before 1970', () => {
    const entry: Entry = { ...link('l', '../a'), mtime: { seconds: -1, nanoseconds: 999_999_999 } };
    expect(toHex(encodeEntry(entry))).toBe(
      '0017030101ff3b9ac9ffffffffffffffffff' + '6c' + '2e2e2f61',
    );
  });

  test('property: is as long as entryLength() says, and is read again', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const bytes = encodeEntry(entry);
        expect(bytes).toHaveLength(entryLength(entry));
        expect(decodeDirectoryPage(bytes, true)).toEqual({ entries: [entry], used: bytes.length });
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('DirectoryEncoder', () => {
  test('property: its pages are read again, and are packed as V21 wants them', () => {
    fc.assert(
      fc.property(sortedEntries, fc.constantFrom(8192, 16_384), (list, pageSize) => {
        const { pages, size } = pagesOf(list, pageSize);
        expect(size).toBe(pages.reduce((sum, page) => sum + page.length, 0));
        expect(pages.slice(0, -1).every((page) => page.length === pageSize)).toBe(true);
        const decoded = decodeAll(pages);
        expect(decoded.flatMap((page) => page.entries)).toEqual(list);
        decoded.forEach((page, i) => {
          const next = decoded[i + 1];
          if (next) checkNeighbours(page, next, pageSize);
          expect(pages[i]?.subarray(page.used).every((byte) => byte === 0)).toBe(true);
        });
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('makes no page of no entries', () => {
    expect(pagesOf([])).toEqual({ pages: [], size: 0 });
  });

  it.each([
    { what: 'fills a page to its last byte', last: 4080, pages: 1, size: 8192 },
    { what: 'starts a page for a byte more', last: 4081, pages: 2, size: 8192 + 4100 },
  ])('$what', ({ last, pages: count, size }) => {
    const list = [link('a', 'x'.repeat(4074)), link('b', 'x'.repeat(last))];
    const { pages, size: found } = pagesOf(list);
    expect(pages).toHaveLength(count);
    expect(found).toBe(size);
  });

  it.each([
    { what: 'the same name twice', first: 'a', second: 'a' },
    { what: 'a name out of order', first: 'b', second: 'a' },
    { what: 'names in the order of UTF-16', first: '\u{10000}', second: '\uffff' },
  ])('throws RangeError for $what', ({ first, second }) => {
    const encoder = new DirectoryEncoder(PAGE, () => {});
    encoder.add(file(first));
    expect(() => encoder.add(file(second))).toThrow(RangeError);
  });

  it('throws RangeError for the name it has just handed out with its page', () => {
    const encoder = new DirectoryEncoder(PAGE, () => {});
    encoder.add(link('a', 'x'.repeat(4000)));
    encoder.add(link('b', 'x'.repeat(4000)));
    encoder.add(link('c', 'x'.repeat(4000)));
    expect(() => encoder.add(file('b'))).toThrow(RangeError);
  });
});

/** An entry's bytes, with wrong ones from `at` on and, if given, another length. */
function spoilt(entry: Entry, at: number, bytes: readonly number[], length?: number): Uint8Array {
  const page = encodeEntry(entry);
  page.set(bytes, at);
  if (length !== undefined) page.set([Math.floor(length / 256), length % 256]);
  return page;
}

const FAULTS = [
  { what: 'no bytes', page: new Uint8Array() },
  { what: 'one byte', page: Uint8Array.of(0) },
  { what: 'nothing but fill', page: new Uint8Array(PAGE) },
  { what: 'an entry shorter than its fixed part', page: spoilt(file('abc'), 0, [0, 17]) },
  { what: 'an entry of one byte', page: spoilt(file('abc'), 0, [0, 1]) },
  { what: 'an entry of its own length alone', page: hex('0002') },
  { what: 'such an entry after another', page: join(encodeEntry(file('a')), hex('0002')) },
  { what: 'a whole page of 17 bytes', page: encodeEntry(file('abc')).slice(0, 17).fill(17, 1, 2) },
  { what: 'an entry longer than the page', page: spoilt(file('abc'), 0, [0, 70]) },
  { what: 'an entry of 65,535 bytes', page: spoilt(file('abc'), 0, [255, 255]) },
  { what: 'an entry cut short', page: encodeEntry(file('abc')).slice(0, -1) },
  { what: 'the first two bytes of an entry', page: encodeEntry(file('abc')).slice(0, 2) },
  { what: 'type 0', page: spoilt(file('abc'), 2, [0]) },
  { what: 'type 4', page: spoilt(file('abc'), 2, [4]) },
  { what: 'type 255', page: spoilt(file('abc'), 2, [255]) },
  { what: 'a name of no bytes', page: spoilt(file('abc'), 3, [0]) },
  { what: 'a name shorter than the entry', page: spoilt(file('abc'), 3, [2]) },
  { what: 'a name longer than the entry', page: spoilt(file('abc'), 3, [4]) },
  { what: 'a name of 255 bytes in a short entry', page: spoilt(file('abc'), 3, [255]) },
  { what: 'an empty name', page: spoilt(file('a'), 3, [0], 66).slice(0, 66) },
  { what: 'the name "."', page: spoilt(file('a'), 66, [0x2e]) },
  { what: 'the name ".."', page: spoilt(file('ab'), 66, [0x2e, 0x2e]) },
  { what: 'a slash in a name', page: spoilt(file('abc'), 67, [0x2f]) },
  { what: 'a NUL in a name', page: spoilt(file('abc'), 67, [0]) },
  { what: 'a name that is not UTF-8', page: spoilt(file('abc'), 66, [0xff]) },
  { what: 'a slash in two bytes', page: spoilt(file('abc'), 66, [0xc0, 0xaf]) },
  { what: 'a surrogate in a name', page: spoilt(file('abc'), 66, [0xed, 0xa0, 0x80]) },
  { what: 'mode 0o1000', page: spoilt(file('abc'), 4, [2, 0]) },
  { what: 'mode 0o4755', page: spoilt(file('abc'), 4, [0x09, 0xed]) },
  { what: 'mode 0xFFFF', page: spoilt(file('abc'), 4, [255, 255]) },
  { what: 'a symlink of mode 0o644', page: spoilt(link('abc', 'x'), 4, [1, 0xa4]) },
  { what: 'a symlink of mode 0', page: spoilt(link('abc', 'x'), 4, [0, 0]) },
  { what: '10^9 nanoseconds', page: spoilt(file('abc'), 6, [0x3b, 0x9a, 0xca, 0]) },
  { what: '0xFFFFFFFE nanoseconds', page: spoilt(file('abc'), 6, [255, 255, 255, 254]) },
  { what: 'seconds of a time not recorded', page: spoilt(file('abc'), 17, [1]) },
  { what: '2^53 seconds', page: spoilt(file('abc'), 6, [0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0]) },
  {
    what: '2^53 + 1 seconds',
    page: spoilt(file('abc'), 6, [0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 1]),
  },
  {
    what: '-2^53 seconds',
    page: spoilt(file('abc'), 6, [0, 0, 0, 0, 255, 0xe0, 0, 0, 0, 0, 0, 0]),
  },
  { what: '-2^63 seconds', page: spoilt(file('abc'), 6, [0, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]) },
  { what: 'a symlink without target', page: spoilt(link('abc', 'x'), 3, [4]) },
  { what: 'a symlink shorter than its name', page: spoilt(link('abc', 'x'), 3, [200]) },
  { what: 'a symlink shorter than its fixed part', page: spoilt(link('abc', 'x'), 0, [0, 10]) },
  { what: 'a NUL in a target', page: spoilt(link('abc', 'xy'), 22, [0]) },
  { what: 'a target that is not UTF-8', page: spoilt(link('abc', 'xy'), 22, [0xff]) },
  { what: 'a target of 4,096 bytes', page: encodeEntry(link('a', 'x'.repeat(4096))) },
  { what: 'a name twice', page: join(encodeEntry(file('a')), encodeEntry(link('a', 'x'))) },
  { what: 'names out of order', page: join(encodeEntry(file('b')), encodeEntry(file('a'))) },
  {
    what: 'names in the order of UTF-16',
    page: join(encodeEntry(file('\u{10000}')), encodeEntry(file('\uffff'))),
  },
  {
    what: 'a prefix after the longer name',
    page: join(encodeEntry(file('ab')), encodeEntry(file('a'))),
  },
];

describe('decodeDirectoryPage()', () => {
  const entry = encodeEntry(file('a'));

  it.each(FAULTS)('V20 rejects $what', ({ page }) => {
    expect(() => decodeDirectoryPage(page, true)).toThrow(malformed);
    expect(() => decodeDirectoryPage(page, false)).toThrow(malformed);
  });

  it.each([
    { what: 'fill on the last page', page: join(entry, new Uint8Array(2)), isLast: true },
    { what: 'a byte of fill on the last page', page: join(entry, new Uint8Array(1)), isLast: true },
    { what: 'a byte that is no fill', page: join(entry, Uint8Array.of(1)), isLast: false },
    { what: 'fill that ends', page: join(entry, new Uint8Array(9), entry), isLast: false },
    { what: 'fill with a last byte', page: join(entry, hex('000000000001')), isLast: false },
    { what: 'fill after an odd byte', page: join(entry, hex('0000ff')), isLast: false },
    { what: 'entries after fill', page: join(new Uint8Array(2), entry), isLast: false },
  ])('V20 rejects $what', ({ page, isLast }) => {
    expect(() => decodeDirectoryPage(page, isLast)).toThrow(malformed);
  });

  it.each([
    { what: 'no fill', fill: 0 },
    { what: 'one byte of fill', fill: 1 },
    { what: 'two bytes of fill', fill: 2 },
    { what: 'much fill', fill: 8000 },
  ])('reads a page that is not the last, with $what', ({ fill }) => {
    const page = decodeDirectoryPage(join(entry, new Uint8Array(fill)), false);
    expect(page).toEqual({ entries: [file('a')], used: entry.length });
  });

  it.each([
    { what: 'an unknown version', at: 18, bytes: [2] },
    { what: 'an unknown profile', at: 19, bytes: [9] },
    { what: 'pages that are too small', at: 20, bytes: [9] },
    { what: 'too many pages', at: 26, bytes: [0, 0x1f] },
  ])('V10 rejects a descriptor of $what', ({ at, bytes }) => {
    expect(() => decodeDirectoryPage(spoilt(file('abc'), at, bytes), true)).toThrow(impossible);
  });

  it('V10 rejects a directory whose descriptor only a file may have', () => {
    for (const profile of [RFC9162, FSVERITY]) {
      const small = { ...descriptor, profile };
      const page = encodeEntry({ type: 'directory', name: 'd', mode: 0o755, descriptor: small });
      expect(() => decodeDirectoryPage(page, true)).toThrow(impossible);
    }
  });

  it('reads a view of larger memory and keeps nothing of it', () => {
    const memory = join(noise(5), entry, noise(5));
    const page = decodeDirectoryPage(memory.subarray(5, 5 + entry.length), true);
    memory.fill(0);
    expect(page.entries).toEqual([file('a')]);
  });

  test('V20 property: reads no page in two spellings, and fails with its codes alone', () => {
    const page = fc
      .tuple(sortedEntries, fc.array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 4 }))
      .map(([list, flips]) => {
        let [bytes = noise(50)] = pagesOf(list).pages;
        for (const [bit, early] of flips) {
          // Half of the flips hit the first entry's fixed part, where most faults lie.
          bytes = flipBit(bytes, bit % (early ? 18 * 8 : bytes.length * 8));
        }
        return bytes;
      });
    fc.assert(
      fc.property(
        fc.oneof(page, fc.uint8Array({ maxLength: 60 })),
        fc.boolean(),
        (bytes, isLast) => {
          let decoded: DirectoryPage;
          try {
            decoded = decodeDirectoryPage(bytes, isLast);
          } catch (error) {
            expect(error).toMatchObject({
              name: 'IntegrityError',
              code: expect.stringMatching(/^ERR_(?:DIRECTORY|DESCRIPTOR)$/) as string,
            });
            return;
          }
          const again = join(...decoded.entries.map(encodeEntry));
          expect(toHex(bytes.subarray(0, decoded.used))).toBe(toHex(again));
          expect(bytes.subarray(decoded.used).every((byte) => byte === 0)).toBe(true);
        },
      ),
      { numRuns: NUM_RUNS * 5 },
    );
  });

  it('reads the fullest page of 1 MiB in time that grows with its length alone', () => {
    const list = Array.from({ length: 45_000 }, (_, i) => link(String(i).padStart(5, '0'), '.'));
    const { pages } = pagesOf(list.slice(0, 43_690), 1_048_576);
    expect(pages).toHaveLength(1);
    const before = performance.now();
    expect(decodeAll(pages)[0]?.entries).toHaveLength(43_690);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe('firstName()', () => {
  test('property: is the name that decodeDirectoryPage() finds first', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        expect(toHex(firstName(encodeEntry(entry)))).toBe(toHex(utf8(entry.name)));
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it.each([0, 1, 3, 4, 20])('is short, not wrong memory, for a page of %d bytes', (length) => {
    expect(firstName(encodeEntry(file('abc')).slice(0, length))).toHaveLength(0);
  });
});

describe('checkNeighbours()', () => {
  const page = (list: readonly Entry[], used: number): DirectoryPage => ({ entries: list, used });
  const [a, b] = [file('a'), file('b')];

  it.each([
    { what: 'the same name on both', before: page([a], PAGE), after: page([a], 67) },
    { what: 'names out of order', before: page([b], PAGE), after: page([a], 67) },
    { what: 'an entry that would have fitted', before: page([a], PAGE - 67), after: page([b], 67) },
    { what: 'much room before', before: page([a], 67), after: page([b], 67) },
  ])('V21 rejects two pages with $what', ({ before, after }) => {
    expect(() => checkNeighbours(before, after, PAGE)).toThrow(malformed);
  });

  it('accepts an entry that is one byte too long for the page before', () => {
    expect(checkNeighbours(page([a], PAGE - 66), page([b], 67), PAGE)).toBeUndefined();
  });
});
