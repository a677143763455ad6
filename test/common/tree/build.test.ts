import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex } from '../../../common/bytes.ts';
import { TreeBuilder } from '../../../common/tree/build.ts';
import { FSVERITY, type Profile, RFC9162 } from '../../../common/tree/profile.ts';
import { treeShape } from '../../../common/tree/shape.ts';
import { TileLayout } from '../../../common/tree/tiles.ts';
import { noise } from '../../helpers/bytes.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';
import { ReferenceTree } from '../../helpers/reference-tree.ts';
import { expectStoredTree } from '../../helpers/stored-tree.ts';

/** Small pages keep many-paged trees cheap; fs-verity needs 64 bytes for an arity of 2. */
const ROWS = [
  ...[0, 1, 2, 3, 5, 7, 8, 11, 13, 127, 128, 129, 255, 256, 257, 300].map((pages) => ({
    profile: RFC9162,
    pageSize: 16,
    pages,
  })),
  ...[0, 1, 2, 5, 16, 17, 64, 65, 200].map((pages) => ({
    profile: FSVERITY,
    pageSize: 128,
    pages,
  })),
  ...[31, 32, 33].map((pages) => ({ profile: FSVERITY, pageSize: 1024, pages })),
].map((row) => ({ ...row, name: row.profile.name }));

interface Built {
  readonly root: Uint8Array;
  readonly stored: Uint8Array;
  readonly layout: TileLayout;
}

/** Builds a tree of pages that arrive in runs of the given numbers of pages. */
function build(profile: Profile, pageSize: number, data: Uint8Array, runs: number[]): Built {
  const layout = new TileLayout(treeShape(profile, pageSize, data.length));
  const stored = new Uint8Array(layout.length);
  let written = 0;
  const builder = new TreeBuilder(layout, (offset, tile) => {
    stored.set(tile, offset);
    written += tile.length;
  });
  let at = 0;
  for (const pages of [...runs, Number.POSITIVE_INFINITY]) {
    const end = Math.min(at + pages * pageSize, data.length);
    builder.addPages(data.subarray(at, end));
    at = end;
  }
  const root = builder.finish();
  expect(written).toBe(layout.length);
  return { root, stored, layout };
}

function expectReference(profile: Profile, pageSize: number, data: Uint8Array, built: Built) {
  const { root, stored, layout } = built;
  const reference = new ReferenceTree(profile.name, pageSize, data);
  expect(toHex(root)).toBe(toHex(reference.root));
  expectStoredTree(layout, stored, reference);
}

describe('TreeBuilder', () => {
  it.each(ROWS)('builds the reference tree of $pages pages, $name', (row) => {
    const { profile, pageSize, pages } = row;
    for (const missing of [0, 1, pageSize - 1]) {
      const data = noise(Math.max(0, pages * pageSize - missing), missing);
      expectReference(profile, pageSize, data, build(profile, pageSize, data, []));
    }
  });

  test('property: any split of the pages gives the same tree', () => {
    const rows = fc.constantFrom(...ROWS);
    const runs = fc.array(fc.nat(150), { maxLength: 6 });
    fc.assert(
      fc.property(rows, fc.nat(15), runs, ({ profile, pageSize, pages }, missing, split) => {
        const data = noise(Math.max(0, pages * pageSize - missing));
        const whole = build(profile, pageSize, data, []);
        const parts = build(profile, pageSize, data, split);
        expect(toHex(parts.root)).toBe(toHex(whole.root));
        expect(toHex(parts.stored)).toBe(toHex(whole.stored));
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('leaves its input as it was', () => {
    const data = noise(300 * 16);
    build(RFC9162, 16, data, [3, 130]);
    expect(toHex(data)).toBe(toHex(noise(300 * 16)));
  });

  it('gives its caller the root, and keeps the empty root for itself', () => {
    build(RFC9162, 16, new Uint8Array(), []).root.fill(0);
    expect(toHex(build(RFC9162, 16, new Uint8Array(), []).root)).toMatch(/^e3b0c442/);
  });
});

describe('TreeBuilder.addPages()', () => {
  const builder = (size: number) =>
    new TreeBuilder(new TileLayout(treeShape(RFC9162, 16, size)), () => {});

  it.each([
    { size: 0, added: 1 },
    { size: 16, added: 17 },
    { size: 40, added: 41 },
    { size: 40, added: 48 },
  ])('throws RangeError for $added bytes of an object of $size', ({ size, added }) => {
    expect(() => builder(size).addPages(new Uint8Array(added))).toThrow(
      new RangeError('more pages than the object has'),
    );
  });

  it.each([1, 15, 17, 39])('throws RangeError for %d bytes, which end within a page', (added) => {
    expect(() => builder(40).addPages(new Uint8Array(added))).toThrow(
      new RangeError('a short page before the last one'),
    );
  });

  it('throws RangeError when too much comes in parts', () => {
    const inParts = builder(40);
    inParts.addPages(new Uint8Array(32));
    expect(() => inParts.addPages(new Uint8Array(9))).toThrow(RangeError);
    inParts.addPages(new Uint8Array(8));
    expect(toHex(inParts.finish())).toHaveLength(64);
  });
});

describe('TreeBuilder.finish()', () => {
  it.each([0, 16, 32])('throws RangeError after %d of 40 bytes', (added) => {
    const builder = new TreeBuilder(new TileLayout(treeShape(RFC9162, 16, 40)), () => {});
    builder.addPages(new Uint8Array(added));
    expect(() => builder.finish()).toThrow(new RangeError('fewer pages than the object has'));
  });
});
