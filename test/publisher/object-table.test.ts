import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { ObjectTable } from '../../publisher/object-table.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { sha256 } from '../helpers/reference-tree.ts';

const idOf = (n: number) => sha256(Uint8Array.of(n % 256, Math.floor(n / 256) % 256, n / 65_536));

describe('ObjectTable', () => {
  it('numbers more objects than its first room is for, each once', () => {
    const table = new ObjectTable();
    for (let n = 0; n < 70_000; n += 1) expect(table.add(idOf(n))).toBe(n);
    for (let n = 0; n < 70_000; n += 17) expect(table.add(idOf(n))).toBe(n);
    expect(table.count).toBe(70_000);
  });

  it('tells ids apart that start alike', () => {
    const table = new ObjectTable();
    const first = new Uint8Array(32);
    const second = new Uint8Array(32).fill(1, 31);
    expect([table.add(first), table.add(second), table.add(first)]).toEqual([0, 1, 0]);
  });

  it('keeps its own copy of an id', () => {
    const table = new ObjectTable();
    const id = idOf(1);
    table.add(id);
    id.fill(7);
    expect([table.add(id), table.add(idOf(1))]).toEqual([1, 0]);
  });

  test('property: numbers and states are those of a map', () => {
    const operation = fc.tuple(fc.nat(40), fc.nat(255));
    fc.assert(
      fc.property(fc.array(operation), (operations) => {
        const table = new ObjectTable();
        const numbers = new Map<number, number>();
        const states = new Map<number, number>();
        for (const [n, state] of operations) {
          const number = table.add(idOf(n));
          if (!numbers.has(n)) numbers.set(n, numbers.size);
          expect(number).toBe(numbers.get(n));
          expect(table.state(number)).toBe(states.get(n) ?? 0);
          table.setState(number, state);
          states.set(n, state);
        }
        expect(table.count).toBe(numbers.size);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});
