import fc from 'fast-check';
import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { toHex } from '../../../common/bytes.ts';
import type { Sha256 } from '../../../common/hash.ts';
import { hashLeaves } from '../../../common/tree/hash-nodes.ts';
import { FSVERITY, type Profile, RFC9162 } from '../../../common/tree/profile.ts';
import {
  anchorRange,
  checkProofLength,
  type NodeRange,
  rangeProofLength,
  siblingRuns,
} from '../../../common/tree/range-proof.ts';
import { type TreeShape, treeShape, widthOf } from '../../../common/tree/shape.ts';
import { nodesFromRangeProof, verifyRange } from '../../../common/tree/verify-range.ts';
import { flipBit, join, noise } from '../../helpers/bytes.ts';
import { failure } from '../../helpers/failure.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';
import { pagesOf, path, ReferenceTree } from '../../helpers/reference-tree.ts';

const hashed = vi.hoisted(() => ({ count: 0 }));

vi.mock('../../../common/hash.ts', async (importOriginal) => {
  const original = await importOriginal<{ sha256: Sha256 }>();
  const sha256: Sha256 = (input, out, at) => {
    hashed.count += 1;
    original.sha256(input, out, at);
  };
  return { ...original, sha256 };
});

afterEach(() => {
  hashed.count = 0;
});

interface Tree {
  readonly shape: TreeShape;
  readonly data: Uint8Array;
  readonly reference: ReferenceTree;
}

function treeOf(profile: Profile, pageSize: number, size: number): Tree {
  const data = noise(size);
  return {
    shape: treeShape(profile, pageSize, size),
    data,
    reference: new ReferenceTree(profile.name, pageSize, data),
  };
}

/** Every node range and anchor level of a tree. */
function* rangesOf({ height, widths }: TreeShape): Generator<NodeRange> {
  for (let level = 0; level <= height; level += 1) {
    for (let anchorLevel = level; anchorLevel <= height; anchorLevel += 1) {
      for (let end = 1; end <= (widths[level] ?? 0); end += 1) {
        for (let start = 0; start < end; start += 1) yield { level, start, end, anchorLevel };
      }
    }
  }
}

/** The honest inputs of a verification, by the reference. */
function honest({ reference, shape }: Tree, { level, start, end, anchorLevel }: NodeRange) {
  const proof = reference.rangeProof(level, start, end, anchorLevel);
  const anchors = anchorRange(shape, { level, start, end, anchorLevel });
  return {
    proof,
    nodes: reference.nodes(level, start, end),
    siblings: join(...proof.map((node) => reference.node(node.level, node.index))),
    anchors: reference.nodes(anchorLevel, anchors.start, anchors.end),
  };
}

/** Checks everything that holds of one range, and returns how many siblings its proof has. */
function expectReference(tree: Tree, range: NodeRange): number {
  const { shape, reference } = tree;
  const { proof, nodes, siblings, anchors } = honest(tree, range);
  const runs = siblingRuns(shape, range).flatMap(({ level, start, count }) =>
    Array.from({ length: count }, (_, i) => `${level},${start + i}`),
  );
  expect(runs).toEqual(proof.map(({ level, index }) => `${level},${index}`));
  expect(rangeProofLength(shape, range)).toBe(proof.length);
  const verified = verifyRange(shape, range, nodes, siblings, anchors);
  expect(verified).toHaveLength(range.anchorLevel - range.level + 1);
  for (const { level, start, hashes } of verified) {
    expect(toHex(hashes)).toBe(toHex(reference.nodes(level, start, start + hashes.length / 32)));
  }
  return proof.length;
}

describe('verifyRange()', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])(
    'agrees with the reference on every range of every level of %d pages',
    (pages) => {
      const tree = treeOf(RFC9162, 16, pages * 16 - 3);
      for (const range of rangesOf(tree.shape)) expectReference(tree, range);
    },
  );

  it.each([1, 2, 4, 5, 13, 16, 17, 21])(
    'agrees with the reference on every range of every level of %d pages, arity 4',
    (pages) => {
      const tree = treeOf(FSVERITY, 128, pages * 128 - 3);
      for (const range of rangesOf(tree.shape)) expectReference(tree, range);
    },
  );

  test('property: agrees with the reference on large trees', () => {
    const trees = [
      treeOf(FSVERITY, 1024, 1100 * 1024 - 5),
      treeOf(FSVERITY, 1024, 33 * 1024),
      treeOf(RFC9162, 16, 1025 * 16),
    ];
    fc.assert(
      fc.property(anyRange(trees), ({ tree, range }) => {
        expectReference(tree, range);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('takes the inclusion proof of RFC 9162 for one page and the root', () => {
    for (let pages = 1; pages <= 13; pages += 1) {
      const tree = treeOf(RFC9162, 16, pages * 16);
      const leaves = pagesOf(tree.data, 16);
      for (let start = 0; start < pages; start += 1) {
        const range = { level: 0, start, end: start + 1, anchorLevel: tree.shape.height };
        const { nodes, siblings, anchors } = honest(tree, range);
        expect(toHex(siblings)).toBe(toHex(join(...path(start, leaves))));
        expect(verifyRange(tree.shape, range, nodes, siblings, anchors)).toBeDefined();
      }
    }
  });

  it('owes nothing to the memory of siblings once they are verified', () => {
    const tree = treeOf(RFC9162, 16, 5 * 16);
    const range = { level: 0, start: 3, end: 4, anchorLevel: 3 };
    const { nodes, siblings, anchors } = honest(tree, range);
    const runs = verifyRange(tree.shape, range, nodes, siblings, anchors);
    const before = runs.map(({ hashes }) => toHex(hashes));
    siblings.fill(0);
    expect(runs.map(({ hashes }) => toHex(hashes))).toEqual(before);
  });
});

/** A tree and one of its ranges. */
function anyRange(trees: readonly Tree[]): fc.Arbitrary<{ tree: Tree; range: NodeRange }> {
  return fc
    .record({
      tree: fc.constantFrom(...trees),
      picks: fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()),
    })
    .map(({ tree, picks: [low, high, a, b] }) => {
      const { shape } = tree;
      const level = low % (shape.height + 1);
      const anchorLevel = level + (high % (shape.height - level + 1));
      const width = widthOf(shape, level);
      const start = a % width;
      const end = start + 1 + (b % Math.min(width - start, 70));
      return { tree, range: { level, start, end, anchorLevel } };
    });
}

describe('verifyRange(), lied to', () => {
  const trees = [
    ...[1, 2, 3, 5, 7, 8, 11, 13].map((pages) => treeOf(RFC9162, 64, pages * 64 - 5)),
    ...[2, 5, 17].map((pages) => treeOf(FSVERITY, 128, pages * 128 - 5)),
    treeOf(FSVERITY, 1024, 40 * 1024 - 5),
  ];
  const mismatch = failure('IntegrityError', 'ERR_PROOF_MISMATCH');

  test('V18 property: rejects any flipped bit of nodes, siblings and anchors', () => {
    fc.assert(
      fc.property(anyRange(trees), fc.nat(), ({ tree, range }, pick) => {
        const { nodes, siblings, anchors } = honest(tree, range);
        const all = join(nodes, siblings, anchors);
        const flipped = flipBit(all, pick % (all.length * 8));
        const [a, b] = [nodes.length, nodes.length + siblings.length];
        expect(() =>
          verifyRange(
            tree.shape,
            range,
            flipped.subarray(0, a),
            flipped.subarray(a, b),
            flipped.subarray(b),
          ),
        ).toThrow(mismatch);
      }),
      { numRuns: NUM_RUNS * 5 },
    );
  });

  test('V18 property: rejects any flipped bit of the pages', () => {
    fc.assert(
      fc.property(anyRange(trees), fc.nat(), ({ tree, range }, pick) => {
        const { shape, data } = tree;
        const pages = { ...range, level: 0, start: 0, end: widthOf(shape, 0) };
        const { siblings, anchors } = honest(tree, pages);
        const nodes = new Uint8Array(pages.end * 32);
        hashLeaves(shape, flipBit(data, pick % (data.length * 8)), nodes, 0);
        expect(() => verifyRange(shape, pages, nodes, siblings, anchors)).toThrow(mismatch);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test('V18 property: rejects two siblings that have changed places', () => {
    fc.assert(
      fc.property(anyRange(trees), fc.nat(), fc.nat(), ({ tree, range }, x, y) => {
        const { nodes, siblings, anchors } = honest(tree, range);
        const hashes = pagesOf(siblings, 32);
        const [a, b] = [x % (hashes.length || 1), y % (hashes.length || 1)];
        const [one, other] = [hashes[a], hashes[b]];
        fc.pre(one !== undefined && other !== undefined && toHex(one) !== toHex(other));
        const swapped = hashes.map((hash, i) => (i === a ? other : i === b ? one : hash));
        const proof = join(...swapped.filter((hash) => hash !== undefined));
        expect(() => verifyRange(tree.shape, range, nodes, proof, anchors)).toThrow(mismatch);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  const tree = treeOf(RFC9162, 64, 13 * 64);
  const range = { level: 0, start: 3, end: 5, anchorLevel: 2 };

  it.each([
    { what: 'no anchors', anchors: tree.reference.nodes(2, 0, 0) },
    { what: 'an anchor too few', anchors: tree.reference.nodes(2, 0, 1) },
    { what: 'an anchor too many', anchors: tree.reference.nodes(2, 0, 3) },
    { what: 'the anchors beside', anchors: tree.reference.nodes(2, 1, 3) },
  ])('V18 rejects $what', ({ anchors }) => {
    const { nodes, siblings } = honest(tree, range);
    expect(() => verifyRange(tree.shape, range, nodes, siblings, anchors)).toThrow(mismatch);
  });

  it('V18 rejects the pages of another range with their own proof', () => {
    const other = honest(tree, { ...range, start: 7, end: 9 });
    const { anchors } = honest(tree, range);
    const { nodes, siblings } = other;
    expect(() =>
      verifyRange(tree.shape, { ...range, start: 3, end: 5 }, nodes, siblings, anchors),
    ).toThrow(mismatch);
  });

  it('V18 rejects a node in the place of its page: leaves and nodes hash apart', () => {
    const two = treeOf(RFC9162, 64, 2 * 64);
    const page = two.reference.nodes(0, 0, 2); // 64 bytes, as long as a page
    const leaf = new Uint8Array(32);
    hashLeaves(treeShape(RFC9162, 64, 64), page, leaf, 0);
    const range = { level: 0, start: 0, end: 1, anchorLevel: 0 };
    expect(() =>
      verifyRange(treeShape(RFC9162, 64, 64), range, leaf, new Uint8Array(), two.reference.root),
    ).toThrow(mismatch);
  });
});

describe('nodesFromRangeProof()', () => {
  const tree = treeOf(RFC9162, 64, 5 * 64);
  const range = { level: 0, start: 1, end: 3, anchorLevel: 3 };
  const { nodes, siblings } = honest(tree, range);
  const wrongLength = failure('ProtocolError', 'ERR_PROOF_LENGTH');

  it.each([
    { what: 'no siblings', proof: siblings.slice(0, 0) },
    { what: 'a missing sibling', proof: siblings.slice(32) },
    { what: 'a superfluous sibling', proof: join(siblings, noise(32)) },
    { what: 'a missing byte', proof: siblings.slice(1) },
    { what: 'a superfluous byte', proof: join(siblings, Uint8Array.of(0)) },
    { what: 'siblings of 48 KiB', proof: new Uint8Array(49_152) },
  ])('V17 rejects a proof with $what, before anything is hashed', ({ proof }) => {
    hashed.count = 0;
    expect(() => nodesFromRangeProof(tree.shape, range, nodes, proof)).toThrow(wrongLength);
    expect(() => checkProofLength(tree.shape, range, proof)).toThrow(wrongLength);
    expect(hashed.count).toBe(0);
  });

  it('checkProofLength() accepts what verifies', () => {
    expect(checkProofLength(tree.shape, range, siblings)).toBeUndefined();
  });

  test('V17 property: rejects every wrong length on every range, before anything is hashed', () => {
    const trees = [tree, treeOf(FSVERITY, 1024, 40 * 1024), treeOf(RFC9162, 16, 200 * 16)];
    fc.assert(
      fc.property(anyRange(trees), fc.nat(100), (pick, count) => {
        const { shape } = pick.tree;
        fc.pre(count !== rangeProofLength(shape, pick.range));
        const run = new Uint8Array((pick.range.end - pick.range.start) * 32);
        hashed.count = 0;
        expect(() => nodesFromRangeProof(shape, pick.range, run, noise(count * 32))).toThrow(
          wrongLength,
        );
        expect(hashed.count).toBe(0);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it.each([
    { what: 'rfc9162-sha256', profile: RFC9162, hashes: 20 },
    { what: 'fsverity-sha256', profile: FSVERITY, hashes: 3 },
  ])('hashes $hashes nodes for one page of a million, $what', ({ profile, hashes }) => {
    const shape = treeShape(profile, 4096, 1_000_000 * 4096);
    const one = { level: 0, start: 123_456, end: 123_457, anchorLevel: shape.height };
    const proof = noise(rangeProofLength(shape, one) * 32);
    hashed.count = 0;
    nodesFromRangeProof(shape, one, noise(32), proof);
    expect(hashed.count).toBe(hashes);
  });

  it('throws RangeError if there are not as many nodes as the range has', () => {
    for (const wrong of [nodes.slice(32), nodes.slice(1), join(nodes, nodes)]) {
      expect(() => nodesFromRangeProof(tree.shape, range, wrong, siblings)).toThrow(RangeError);
    }
  });
});

describe('rangeProofLength()', () => {
  // SPEC.md, "Range proofs".
  const rows = [
    { arity: 2, pages: 5, start: 4, end: 5, anchorLevel: 3, want: ['2,0+1'] },
    { arity: 2, pages: 5, start: 3, end: 5, anchorLevel: 3, want: ['0,2+1', '1,0+1'] },
    { arity: 2, pages: 5, start: 0, end: 5, anchorLevel: 3, want: [] },
    { arity: 2, pages: 4, start: 3, end: 4, anchorLevel: 2, want: ['0,2+1', '1,0+1'] },
    { arity: 2, pages: 4, start: 3, end: 4, anchorLevel: 1, want: ['0,2+1'] },
    { arity: 2, pages: 4, start: 3, end: 4, anchorLevel: 0, want: [] },
    { arity: 128, pages: 130, start: 129, end: 130, anchorLevel: 2, want: ['0,128+1', '1,0+1'] },
    { arity: 128, pages: 130, start: 127, end: 129, anchorLevel: 2, want: ['0,0+127', '0,129+1'] },
  ];
  it.each(rows)('counts, of $pages pages, [$start, $end) and level $anchorLevel, $want', (row) => {
    const profile = row.arity === 2 ? RFC9162 : FSVERITY;
    const shape = treeShape(profile, 4096, row.pages * 4096);
    const range = { level: 0, start: row.start, end: row.end, anchorLevel: row.anchorLevel };
    const runs = siblingRuns(shape, range);
    expect(runs.map(({ level, start, count }) => `${level},${start}+${count}`)).toEqual(row.want);
    const total = runs.reduce((sum, { count }) => sum + count, 0);
    expect(rangeProofLength(shape, range)).toBe(total);
  });

  it('is 393,024 bytes at most in the widest tree, as SPEC.md has it', () => {
    const shape = treeShape(FSVERITY, 65_536, 65_536 * (2 ** 32 - 1));
    const middle = { level: 0, start: 2 ** 31 - 1, end: 2 ** 31 + 1, anchorLevel: shape.height };
    expect(rangeProofLength(shape, middle) * 32).toBeLessThanOrEqual(393_024);
    expect(shape.height).toBe(3);
  });

  it('is exact where 32-bit arithmetic would wrap', () => {
    const shape = treeShape(RFC9162, 1024, (2 ** 32 - 1) * 1024);
    const last = { level: 0, start: 2 ** 32 - 2, end: 2 ** 32 - 1, anchorLevel: 32 };
    expect(siblingRuns(shape, last)[0]).toEqual({ level: 1, start: 2 ** 31 - 2, count: 1 });
    expect(rangeProofLength(shape, last)).toBe(31);
    expect(anchorRange(shape, { ...last, anchorLevel: 1 })).toEqual({
      start: 2 ** 31 - 1,
      end: 2 ** 31,
    });
  });

  const fine = { level: 0, start: 1, end: 3, anchorLevel: 3 };
  it.each([
    { what: 'an empty range', range: { ...fine, end: 1 } },
    { what: 'a reversed range', range: { ...fine, end: 0 } },
    { what: 'a negative start', range: { ...fine, start: -1 } },
    { what: 'an end beyond the level', range: { ...fine, end: 6 } },
    { what: 'an end beyond a higher level', range: { ...fine, level: 1, end: 4 } },
    { what: 'an end that wraps in 32 bits', range: { ...fine, end: 2 ** 32 + 2 } },
    { what: 'a negative level', range: { ...fine, level: -1 } },
    { what: 'a level above its anchors', range: { ...fine, level: 3, anchorLevel: 2 } },
    { what: 'an anchor level above the root', range: { ...fine, anchorLevel: 4 } },
    { what: 'an anchor level far above', range: { ...fine, anchorLevel: 2 ** 32 - 1 } },
    { what: 'a start that is no number', range: { ...fine, start: Number.NaN } },
    { what: 'a fraction of a page', range: { ...fine, end: 2.5 } },
    { what: 'a fraction of a level', range: { ...fine, level: 0.5 } },
  ])('throws RangeError for $what', ({ range }) => {
    const shape = treeShape(RFC9162, 4096, 5 * 4096);
    expect(() => rangeProofLength(shape, range)).toThrow(RangeError);
    expect(() => siblingRuns(shape, range)).toThrow(RangeError);
  });

  it('throws RangeError for any page of an empty object', () => {
    const shape = treeShape(RFC9162, 4096, 0);
    const range = { level: 0, start: 0, end: 1, anchorLevel: 0 };
    expect(() => rangeProofLength(shape, range)).toThrow(RangeError);
  });
});
