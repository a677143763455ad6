import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Pending, type PendingOwner } from '../../client/pending.ts';
import { RequestTable } from '../../client/request-table.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const NOBODY: PendingOwner = { answered: () => undefined, refused: () => undefined };

function pendingOf(requestId: number, deadline = requestId): Pending {
  const ask = { message: { type: 'ping' }, answer: 'pong', accept: () => undefined } as const;
  const [resolve, reject] = [() => undefined, () => undefined];
  const pending = new Pending(NOBODY, ask, { cost: 1, deadline, resolve, reject });
  pending.requestId = requestId;
  return pending;
}

function addIfFree(table: RequestTable, model: Map<number, Pending>, id: number): void {
  if (!table.isFree(id)) return;
  expect(model.has(id)).toBe(false);
  const pending = pendingOf(id);
  model.set(id, pending);
  table.add(pending);
}

describe('RequestTable', () => {
  test('property: is a map as long as ids that are not free are passed over', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(300)), { maxLength: 400 });
    fc.assert(
      fc.property(steps, (all) => {
        const table = new RequestTable();
        const model = new Map<number, Pending>();
        for (const [isAdded, id] of all) {
          if (isAdded) addIfFree(table, model, id);
          else if (model.delete(id)) table.delete(id);
          expect(table.size).toBe(model.size);
        }
        for (let id = 0; id <= 300; id += 1) expect(table.get(id)).toBe(model.get(id));
        expect(table.earliestDeadline()).toBe(Math.min(...model.keys())); // as `pendingOf` has it
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('has room for more requests than it has slots at first', () => {
    const table = new RequestTable();
    const all = Array.from({ length: 200_000 }, (_, i) => pendingOf(i + 7));
    for (const pending of all) if (table.isFree(pending.requestId)) table.add(pending);
    expect(table.size).toBe(200_000);
    expect(all.every((pending) => table.get(pending.requestId) === pending)).toBe(true);
    expect(table.earliestDeadline()).toBe(7);
  });

  it('does not take a request for another one that would stand in its place', () => {
    const table = new RequestTable();
    table.add(pendingOf(5));
    expect(table.isFree(5 + 64)).toBe(false);
    expect(table.get(5 + 64)).toBeUndefined();
    expect(table.get(5)?.requestId).toBe(5);
  });
});
