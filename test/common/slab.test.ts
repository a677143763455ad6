import { expect, it } from 'vitest';
import { Slab } from '../../common/slab.ts';

it('take() returns zeros of the length asked for, each in a place of its own', () => {
  const slab = new Slab(1024);
  const taken = Array.from({ length: 100 }, (_, i) => slab.take(i));
  expect(taken.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  for (const [i, bytes] of taken.entries()) bytes.fill(i);
  expect(taken.map((bytes, i) => bytes.length === i && bytes.every((byte) => byte === i))).toEqual(
    taken.map(() => true),
  );
});

it('take() gives much memory of its own, so that a few bytes do not keep it', () => {
  const slab = new Slab(1024);
  expect(slab.take(128).buffer).toBe(slab.take(128).buffer);
  expect(slab.take(129).buffer.byteLength).toBe(129);
  expect(slab.take(4096)).toHaveLength(4096);
});
