import { describe, expect, it } from 'vitest';
import { VerifiedCache } from '../../client/cache.ts';
import type { Channel } from '../../client/channel.ts';
import { RemoteObject } from '../../client/remote-object.ts';
import { equalBytes } from '../../common/bytes.ts';
import { HASH_LENGTH } from '../../common/limits.ts';
import {
  anchorRange,
  type NodeRange,
  rangeProofLength,
  siblingRuns,
} from '../../common/tree/range-proof.ts';
import { type TreeShape, treeShape } from '../../common/tree/shape.ts';
import { verifyRange } from '../../common/tree/verify-range.ts';
import { flipBit, hex, join } from '../helpers/bytes.ts';
import { type Case, contents, expected, load, profileOf, split, titled } from './vectors.ts';

interface TreeRow {
  readonly profile: string;
  readonly page_size: number;
  readonly content: string;
  readonly size: number;
  readonly root: string;
  readonly levels?: readonly (readonly string[])[];
}

interface ProofRow {
  readonly tree: string;
  readonly level: number;
  readonly first: number;
  readonly count: number;
  readonly lengths: readonly number[];
  readonly siblings: string;
}

interface ProofCase extends Case {
  readonly request: 'pages' | 'nodes';
  readonly tree: string;
  readonly level: number;
  readonly first: number;
  readonly count: number;
  readonly anchor_level: number;
  readonly siblings: string;
  readonly nodes?: string;
  readonly data_edit?: { cut?: number; zeros?: number; flip?: number; first?: number };
  readonly anchors: string;
}

interface ProofFile {
  readonly trees: Readonly<Record<string, TreeRow>>;
  readonly proofs: readonly ProofRow[];
  readonly cases: readonly ProofCase[];
}

interface Tree extends TreeRow {
  readonly name: string;
  readonly shape: TreeShape;
  readonly data: Uint8Array;
}

const file = load<ProofFile>('range-proofs.json');
const { good, bad } = split(file.cases);
const trees = new Map(
  Object.entries(file.trees).map(([name, row]) => {
    const shape = treeShape(profileOf(row.profile), row.page_size, row.size);
    return [name, { name, ...row, shape, data: contents(row.content, row.size) }];
  }),
);

function treeNamed(name: string): Tree {
  const tree = trees.get(name);
  if (tree === undefined) throw new RangeError(`no tree ${name}`);
  return tree;
}

/** The nodes [start, end) of a level, by the file's own list. */
function listed(tree: Tree, level: number, start: number, end: number): Uint8Array {
  return hex((tree.levels?.[level] ?? []).slice(start, end).join(''));
}

function rangeOf(vector: ProofCase): NodeRange {
  const { level, first, count, anchor_level: anchorLevel } = vector;
  return { level, start: first, end: first + count, anchorLevel };
}

/** The data of an answer: the pages asked for, as `data_edit` changes them. */
function dataOf(vector: ProofCase, tree: Tree): Uint8Array {
  const { cut = 0, zeros = 0, flip, first = vector.first } = vector.data_edit ?? {};
  const end = Math.min((first + vector.count) * tree.page_size, tree.size);
  const pages = tree.data.slice(first * tree.page_size, end);
  const data = join(pages.subarray(0, pages.length - cut), new Uint8Array(zeros));
  return flip === undefined ? data : flipBit(data, flip);
}

/** A client's view of a tree, whose server gives one answer to whatever is asked. */
function remote({ shape, root }: Tree, answer: object): RemoteObject {
  const connection = {
    maxReadCost: Number.MAX_SAFE_INTEGER,
    request: async (ask: { accept(answer: object): unknown }) => ask.accept(answer),
  };
  const { profile, pageSize, size } = shape;
  const descriptor = { profile, pageSize, size, root: hex(root) };
  return new RemoteObject(descriptor, connection as unknown as Channel, new VerifiedCache());
}

async function readPages(vector: ProofCase): Promise<Uint8Array> {
  const tree = treeNamed(vector.tree);
  const { start, end, anchorLevel } = rangeOf(vector);
  const answer = { data: dataOf(vector, tree), siblings: hex(vector.siblings) };
  const anchors = { anchorLevel, hashes: hex(vector.anchors) };
  return await remote(tree, answer).readPagesUnder(start, end, anchors);
}

/** Verifies nodes under the case's anchors; a client that chooses them has checked V16 before. */
async function readNodes(vector: ProofCase): Promise<Uint8Array> {
  const tree = treeNamed(vector.tree);
  const range = rangeOf(vector);
  const [nodes, siblings] = [hex(vector.nodes ?? ''), hex(vector.siblings)];
  if (vector.label === 'V16') {
    return await remote(tree, { nodes, siblings }).readNodes(range.level, range.start, range.end);
  }
  verifyRange(tree.shape, range, nodes, siblings, hex(vector.anchors));
  return nodes;
}

function read(vector: ProofCase): Promise<Uint8Array> {
  return vector.request === 'pages' ? readPages(vector) : readNodes(vector);
}

describe('range-proofs.json', () => {
  const small = [...trees.values()].filter(({ levels }) => levels !== undefined);

  it.each(small)('has every proof of $name', (tree) => {
    const rows = file.proofs.filter((row) => row.tree === tree.name);
    expect(rows.length).toBeGreaterThan(0);
    for (const { level, first, count, lengths, siblings } of rows) {
      expect(level + lengths.length - 1).toBe(tree.shape.height);
      lengths.forEach((length, step) => {
        const range = { level, start: first, end: first + count, anchorLevel: level + step };
        const proof = hex(siblings.slice(0, 64 * length));
        const runs = siblingRuns(tree.shape, range);
        expect(rangeProofLength(tree.shape, range)).toBe(length);
        expect(
          join(...runs.map((run) => listed(tree, run.level, run.start, run.start + run.count))),
        ).toEqual(proof);
        const above = anchorRange(tree.shape, range);
        const anchors = listed(tree, range.anchorLevel, above.start, above.end);
        const nodes = listed(tree, level, first, first + count);
        const verified = verifyRange(tree.shape, range, nodes, proof, anchors);
        expect(verified).toHaveLength(step + 1); // one run for each level
        for (const { level: on, start, hashes } of verified) {
          expect(hashes).toEqual(listed(tree, on, start, start + hashes.length / HASH_LENGTH));
        }
      });
    }
  });

  it.each(titled('accepts', good))('%s', async (_title, vector) => {
    const { request, nodes = '', tree } = vector;
    const want = request === 'pages' ? dataOf(vector, treeNamed(tree)) : hex(nodes);
    expect(equalBytes(await read(vector), want)).toBe(true);
  });

  it.each(titled('rejects', bad))('%s', async (_title, vector) => {
    await expect(read(vector)).rejects.toEqual(expected(vector));
  });
});
