import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { NameList } from '../../publisher/name-list.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

function spell(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function listOf(names: readonly Uint8Array[]): NameList {
  const list = new NameList();
  for (const [i, name] of names.entries()) list.add(name, i % 256);
  return list;
}

function namesOf(list: NameList): string[] {
  return Array.from({ length: list.count }, (_, i) => spell(list.name(i)));
}

/** What a list must hold after sorting, by Node's own comparison of bytes. */
function sorted(names: readonly Uint8Array[]): string[] {
  return [...names].sort((a, b) => Buffer.compare(a, b)).map(spell);
}

describe('NameList', () => {
  const shared = fc.array(fc.constantFrom(0, 1, 0x61, 0x7f, 0x80, 0xff), { maxLength: 6 });
  const any = fc.uint8Array({ minLength: 1, maxLength: 255 });
  const name = fc.oneof(
    shared.map((bytes) => Uint8Array.of(0x61, ...bytes)),
    any,
  );

  test('property: names are sorted by their bytes, and keep their types', () => {
    const distinct = fc.uniqueArray(name, {
      selector: spell,
      maxLength: 200,
    });
    fc.assert(
      fc.property(distinct, (names) => {
        const list = listOf(names);
        const types = new Map(names.map((bytes, i) => [spell(bytes), i % 256]));
        list.sort();
        expect(namesOf(list)).toEqual(sorted(names));
        for (let i = 0; i < list.count; i += 1) {
          expect(list.type(i)).toBe(types.get(spell(list.name(i))));
        }
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('keeps names that fill several chunks', () => {
    const names = Array.from({ length: 20_000 }, (_, i) =>
      Buffer.from(`${i}`.padStart(5, '0').padEnd(60 + (i % 190), 'x')),
    );
    const list = listOf(names.toReversed());
    list.sort();
    expect(namesOf(list)).toEqual(sorted(names));
  });

  it('sorts names whose every byte makes a bad pivot, without a deep stack', () => {
    const names: Uint8Array[] = [];
    for (let length = 1; length <= 255; length += 1) {
      for (const last of [1, 2, 3, 0xfe, 0xff]) {
        names.push(Uint8Array.from({ length }, (_, i) => (i === length - 1 ? last : 0x80)));
      }
    }
    const list = listOf(names);
    list.sort();
    expect(namesOf(list)).toEqual(sorted(names));
  });

  it('sorts nothing, and one name', () => {
    const list = new NameList();
    list.sort();
    expect(list.count).toBe(0);
    list.add(Uint8Array.of(0x61), 3);
    list.sort();
    expect(namesOf(list)).toEqual(['a']);
    expect(list.type(0)).toBe(3);
  });
});
