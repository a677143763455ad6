import { describe, expect, it } from 'vitest';
import { toHex } from '../../../common/bytes.ts';
import { RFC9162 } from '../../../common/tree/profile.ts';
import type { NodeRun } from '../../../common/tree/range-proof.ts';
import { treeShape } from '../../../common/tree/shape.ts';
import { verifyPages, verifyRange } from '../../../common/tree/verify-range.ts';
import { join, noise } from '../../helpers/bytes.ts';
import { ReferenceTree } from '../../helpers/reference-tree.ts';

const file = noise(5 * 16 - 3);
const shape = treeShape(RFC9162, 16, file.length);
const reference = new ReferenceTree('rfc9162-sha256', 16, file);
const range = { level: 0, start: 3, end: 5, anchorLevel: 3 };
const proof = reference.rangeProof(0, 3, 5, 3);
const siblings = join(...proof.map(({ level, index }) => reference.node(level, index)));
const data = file.slice(3 * 16);

const inHex = (runs: readonly NodeRun[]) =>
  runs.map(({ hashes, ...run }) => ({ ...run, hashes: toHex(hashes) }));

describe('verifyPages()', () => {
  it('verifies what verifyRange() does with leaf hashes', () => {
    const leaves = reference.nodes(0, 3, 5);
    const want = verifyRange(shape, range, leaves, siblings, reference.root);
    const found = verifyPages(shape, range, data, siblings, reference.root);
    expect(inHex(found)).toEqual(inHex(want));
    expect(toHex(data)).toBe(toHex(file.slice(3 * 16)));
  });

  it.each([{ length: 28 }, { length: 30 }, { length: 0 }])(
    'refuses $length bytes for pages of 29',
    ({ length }) => {
      const wrong = Uint8Array.from({ length }, (_, i) => data[i] ?? 0);
      expect(() => verifyPages(shape, range, wrong, siblings, reference.root)).toThrow(
        new RangeError(`${length} bytes for [3, 5)`),
      );
    },
  );
});
