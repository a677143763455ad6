import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type ChangedPages, type ComparedTree, changedBelow } from '../../client/tree-descent.ts';
import { segmentsOf } from '../../client/tree-segments.ts';
import { equalBytes } from '../../common/bytes.ts';
import { FSVERITY, type Profile, RFC9162 } from '../../common/tree/profile.ts';
import { pageCount, treeShape, widthOf } from '../../common/tree/shape.ts';
import { join, noise } from '../helpers/bytes.ts';
import { file, type MemoryObject } from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

/** A tree in memory, and how many hashes and steps were read of it. */
class CountedTree implements ComparedTree {
  readonly object: MemoryObject;
  hashes = 0;
  readonly levels = new Set<number>();

  constructor(object: MemoryObject) {
    this.object = object;
  }

  get shape() {
    return this.object.shape;
  }

  read(level: number, start: number, end: number): Uint8Array {
    this.hashes += end - start;
    this.levels.add(level);
    return this.object.nodes(level, start, end);
  }
}

/** Descends two whole trees from the highest level that both have. */
async function compare(next: MemoryObject, old: MemoryObject) {
  const trees = [new CountedTree(next), new CountedTree(old)] as const;
  const level = Math.min(next.shape.height, old.shape.height);
  const count = Math.min(widthOf(next.shape, level), widthOf(old.shape, level));
  const [nextTop, oldTop] = [next.nodes(level, 0, count), old.nodes(level, 0, count)];
  const run = { level, start: 0, next: nextTop, old: oldTop };
  const changed = count === 0 ? [] : await changedBelow(...trees, run);
  return { changed, tree: trees[0], compared: count * next.shape.arity ** level };
}

function numbers(ranges: readonly ChangedPages[]): number[] {
  return ranges.flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, i) => start + i),
  );
}

/** Compares pages one by one, byte by byte. */
function differing(next: MemoryObject, old: MemoryObject, end: number): number[] {
  const pages = Array.from({ length: Math.min(end, pageCount(next.shape)) }, (_, i) => i);
  return pages.filter((i) => i >= pageCount(old.shape) || !equalBytes(next.page(i), old.page(i)));
}

const MAX_SIZE = 90_000;

/** Bytes of which many pages are equal, and end in zeros; with a change and another end. */
const edits = fc.record({
  size: fc.nat(MAX_SIZE),
  nextSize: fc.oneof(fc.nat(MAX_SIZE), fc.constant(undefined)),
  zeros: fc.boolean(),
  flips: fc.array(fc.nat(MAX_SIZE - 1), { maxLength: 6 }),
});

describe('changedBelow()', () => {
  it.each([
    { profile: RFC9162, pageSize: 1024 },
    { profile: FSVERITY, pageSize: 1024 },
    { profile: FSVERITY, pageSize: 2048 },
  ])(
    'property: finds what comparing pages finds, $profile.name with pages of $pageSize',
    async ({ profile, pageSize }: { profile: Profile; pageSize: number }) => {
      await fc.assert(
        fc.asyncProperty(edits, async ({ size, nextSize, zeros, flips }) => {
          const base = zeros ? new Uint8Array(MAX_SIZE) : noise(MAX_SIZE);
          const changedBase = base.slice();
          for (const at of flips) changedBase[at] = (changedBase[at] ?? 0) ^ 1;
          const old = file(base.slice(0, size), { profile, pageSize });
          const next = file(changedBase.slice(0, nextSize ?? size), { profile, pageSize });
          const { changed, compared } = await compare(next, old);
          expect(numbers(changed)).toEqual(differing(next, old, compared));
          for (const { start, end, leaves } of changed) {
            expect(end).toBeGreaterThan(start);
            if (leaves) expect(leaves).toEqual(next.nodes(0, start, end));
          }
        }),
        { numRuns: NUM_RUNS },
      );
    },
  );

  it('reads nothing of equal trees', async () => {
    const { changed, tree } = await compare(file(noise(50_000)), file(noise(50_000)));
    expect(changed).toEqual([]);
    expect(tree.hashes).toBe(0);
  });

  it('reads four hashes per two levels for one changed page, in half as many steps', async () => {
    const data = noise(1024 * 1024);
    const next = data.slice();
    next[500_000] = (next[500_000] ?? 0) ^ 1;
    const { changed, tree } = await compare(file(next), file(data));
    expect(numbers(changed)).toEqual([488]);
    expect(tree.hashes).toBe(5 * 4);
    expect([...tree.levels]).toEqual([8, 6, 4, 2, 0]);
  });

  it('does not look for pages that the old tree does not have', async () => {
    const data = noise(64 * 1024);
    const { changed, tree } = await compare(file(join(data, noise(960 * 1024, 1))), file(data));
    expect(numbers(changed)).toEqual([]); // the old tree's height ends before them
    expect(tree.hashes).toBe(0);
  });

  test('a page that is longer by zeros is another page, though its hash is the same', async () => {
    const old = file(new Uint8Array(5000), { profile: FSVERITY });
    const next = file(new Uint8Array(5001), { profile: FSVERITY });
    expect(next.parsed.root).toEqual(old.parsed.root);
    expect(numbers((await compare(next, old)).changed)).toEqual([4]);
  });

  it('takes nodes that are not known for changed, and reads nothing below them', async () => {
    const data = noise(16 * 1024);
    const next = new CountedTree(file(noise(16 * 1024, 1)));
    const forgotten = {
      shape: next.shape,
      read: (_: number, a: number, b: number) => new Uint8Array(32 * (b - a)),
    };
    const top = {
      level: 4,
      start: 0,
      next: next.object.nodes(4, 0, 1),
      old: file(data).nodes(4, 0, 1),
    };
    const changed = await changedBelow(next, forgotten, top);
    expect(numbers(changed)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(changed.every(({ leaves }) => leaves === undefined)).toBe(true);
    expect(next.hashes).toBe(4);
  });
});

describe('segmentsOf()', () => {
  const TIB = 2 ** 40;
  it.each([
    {
      profile: RFC9162,
      pageSize: 4096,
      size: 2 ** 30,
      want: { level: 18, span: 262_144, pages: 262_144 },
    },
    {
      profile: RFC9162,
      pageSize: 4096,
      size: 16 * TIB - 4096,
      want: { level: 18, span: 262_144, pages: 262_144 },
    },
    { profile: RFC9162, pageSize: 4096, size: 5000, want: { level: 1, span: 2, pages: 262_144 } },
    {
      profile: FSVERITY,
      pageSize: 4096,
      size: 2 ** 40,
      want: { level: 2, span: 16_384, pages: 262_144 },
    },
    {
      profile: FSVERITY,
      pageSize: 1024,
      size: 2 ** 40,
      want: { level: 3, span: 32_768, pages: 262_144 },
    },
    {
      profile: FSVERITY,
      pageSize: 65_536,
      size: 2 ** 40,
      want: { level: 1, span: 2048, pages: 262_144 },
    },
    { profile: RFC9162, pageSize: 4096, size: 0, want: { level: 0, span: 1, pages: 262_144 } },
  ])(
    'cuts $size bytes of $profile.name in pages of $pageSize',
    ({ profile, pageSize, size, want }) => {
      const shape = treeShape(profile, pageSize, size);
      expect(segmentsOf(shape, shape.height)).toEqual(want);
    },
  );
});
