import { describe, expect, it } from 'vitest';
import { mapInOrder } from '../../client/in-order.ts';

describe('mapInOrder()', () => {
  it('returns the results in the order of the items, so many at once', async () => {
    let running = 0;
    let most = 0;
    const results = await mapInOrder([5, 1, 4, 2, 3], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      running -= 1;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure', async () => {
    const begun: number[] = [];
    const failure = new Error('no');
    const mapping = mapInOrder([1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await Promise.resolve();
      if (item === 1) throw failure;
    });
    await expect(mapping).rejects.toBe(failure);
    await new Promise(setImmediate);
    expect(begun).toEqual([1, 2]);
  });

  it('does nothing for no items', async () => {
    expect(await mapInOrder([], 3, () => Promise.reject(new Error('never')))).toEqual([]);
  });
});
