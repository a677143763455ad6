import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex } from '../../../common/bytes.ts';
import { hashLeaves, hashParents, rootOf } from '../../../common/tree/hash-nodes.ts';
import { FSVERITY, type Profile, RFC9162 } from '../../../common/tree/profile.ts';
import { treeShape } from '../../../common/tree/shape.ts';
import { noise } from '../../helpers/bytes.ts';
import { NUM_RUNS } from '../../helpers/num-runs.ts';
import { mth, pagesOf, ReferenceTree } from '../../helpers/reference-tree.ts';

const P = 1024;
const PROFILES = [RFC9162, FSVERITY];
const SIZES = [1, P - 1, P, P + 1, 2 * P - 1, 2 * P, 2 * P + 1, 5 * P, 7 * P + 3, 13 * P];

function leavesOf(profile: Profile, data: Uint8Array, pageSize = P): string {
  const shape = treeShape(profile, pageSize, data.length);
  const out = new Uint8Array(32 * Math.ceil(data.length / pageSize));
  hashLeaves(shape, data, out, 0);
  return toHex(out);
}

describe.each(PROFILES)('hashLeaves() of $name', (profile) => {
  it.each(SIZES)('hashes the pages of %d bytes', (size) => {
    const data = noise(size);
    const reference = new ReferenceTree(profile.name, P, data);
    expect(leavesOf(profile, data)).toBe(toHex(reference.nodes(0, 0, reference.width(0))));
  });

  it.each(SIZES)('restores all of %d bytes', (size) => {
    const data = noise(size);
    leavesOf(profile, data);
    expect(toHex(data)).toBe(toHex(noise(size)));
  });

  it('touches nothing around a view', () => {
    const memory = noise(4 * P + 20);
    const data = memory.subarray(10, 10 + 3 * P);
    expect(leavesOf(profile, data)).toBe(leavesOf(profile, data.slice()));
    expect(toHex(memory)).toBe(toHex(noise(4 * P + 20)));
  });

  it('writes from the given byte on', () => {
    const data = noise(2 * P);
    const out = new Uint8Array(96).fill(9);
    hashLeaves(treeShape(profile, P, data.length), data, out, 16);
    expect(toHex(out)).toBe(`${'09'.repeat(16)}${leavesOf(profile, data)}${'09'.repeat(16)}`);
  });

  it('forgets longer input that it has hashed before', () => {
    const short = noise(100, 1);
    const want = leavesOf(profile, short);
    leavesOf(profile, noise(16 * P, 2), 16 * P);
    leavesOf(profile, noise(P - 1, 3));
    expect(leavesOf(profile, short)).toBe(want);
  });
});

describe.each(PROFILES)('hashParents() of $name', (profile) => {
  const hash = (nodes: Uint8Array, from: number, count: number, out: Uint8Array, at: number) =>
    hashParents(treeShape(profile, P, P), nodes, from, count, out, at);
  const counts = [1, 2, 3, 5, 7, 8, 11, 13, 31, 32, 33, 64, 65];

  it.each(counts)('of %d nodes writes the same in place, behind them, and elsewhere', (count) => {
    const nodes = noise(count * 32);
    const apart = new Uint8Array(count * 32);
    const parents = hash(nodes, 0, count, apart, 0);
    expect(parents).toBe(Math.ceil(count / profile.arity(P)));
    const want = toHex(apart.subarray(0, parents * 32));

    const inPlace = nodes.slice();
    expect(hash(inPlace, 0, count, inPlace, 0)).toBe(parents);
    expect(toHex(inPlace.subarray(0, parents * 32))).toBe(want);

    const behind = new Uint8Array((count + parents) * 32);
    behind.set(nodes);
    expect(hash(behind, 0, count, behind, count * 32)).toBe(parents);
    expect(toHex(behind)).toBe(toHex(nodes) + want);

    const shifted = new Uint8Array(count * 32 + 64);
    shifted.set(nodes, 64);
    expect(hash(shifted, 64, count, shifted, 7)).toBe(parents);
    expect(toHex(shifted.subarray(7, 7 + parents * 32))).toBe(want);
  });
});

it('hashParents() carries a lone node of rfc9162-sha256 up as it is', () => {
  const node = noise(32);
  const out = new Uint8Array(32);
  expect(hashParents(treeShape(RFC9162, P, P), node, 0, 1, out, 0)).toBe(1);
  expect(out).toEqual(node);
});

describe('rootOf()', () => {
  test.each(PROFILES)('property: is the root of the reference tree of $name', (profile) => {
    const size = fc.oneof(fc.nat(5000), fc.constantFrom(0, ...SIZES, 33 * P));
    fc.assert(
      fc.property(size, fc.nat(), (length, seed) => {
        const data = noise(length, seed);
        const reference = new ReferenceTree(profile.name, P, data);
        expect(toHex(rootOf(treeShape(profile, P, length), data))).toBe(toHex(reference.root));
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('is the MTH of RFC 9162', () => {
    for (const size of [0, ...SIZES]) {
      const data = noise(size);
      const root = rootOf(treeShape(RFC9162, P, size), data);
      expect(toHex(root)).toBe(toHex(mth(pagesOf(data, P))));
    }
  });

  it.each(PROFILES)('gives its caller a copy of the empty root of $name', (profile) => {
    const root = rootOf(treeShape(profile, P, 0), new Uint8Array());
    root.fill(9);
    expect(toHex(rootOf(treeShape(profile, P, 0), new Uint8Array()))).not.toBe(toHex(root));
  });
});
