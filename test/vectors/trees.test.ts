import { describe, expect, it } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import { encodeDescriptor, fsverityDigest, objectIdHex } from '../../common/descriptor.ts';
import { TreeBuilder } from '../../common/tree/build.ts';
import { hashLeaves, rootOf } from '../../common/tree/hash-nodes.ts';
import { pageCount, type TreeShape, treeShape } from '../../common/tree/shape.ts';
import { TileLayout } from '../../common/tree/tiles.ts';
import { type Case, contents, load, profileOf, titled } from './vectors.ts';

interface TreeCase extends Case {
  readonly profile: string;
  readonly page_size: number;
  readonly content: string;
  readonly size: number;
  readonly page_count: number;
  readonly height: number;
  readonly widths: readonly number[];
  readonly leaf_hashes?: readonly string[];
  readonly root: string;
  readonly descriptor: string;
  readonly object_id: string;
  readonly fsverity_digest?: string;
}

const { cases } = load<{ cases: TreeCase[] }>('trees.json');

function builtRoot(shape: TreeShape, data: Uint8Array): Uint8Array {
  const builder = new TreeBuilder(new TileLayout(shape), () => undefined);
  builder.addPages(data);
  return builder.finish();
}

describe('trees.json', () => {
  it.each(titled('builds', cases))('%s', (_title, vector) => {
    const profile = profileOf(vector.profile);
    const data = contents(vector.content, vector.size);
    const shape = treeShape(profile, vector.page_size, vector.size);
    expect(pageCount(shape)).toBe(vector.page_count);
    expect(shape).toMatchObject({ height: vector.height, widths: vector.widths });

    const leaves = new Uint8Array(32 * vector.page_count);
    hashLeaves(shape, data, leaves, 0);
    if (vector.leaf_hashes) expect(toHex(leaves)).toBe(vector.leaf_hashes.join(''));

    const root = rootOf(shape, data);
    expect(toHex(root)).toBe(vector.root);
    expect(builtRoot(shape, data)).toEqual(root);

    const descriptor = { profile, pageSize: vector.page_size, size: vector.size, root };
    expect(toHex(encodeDescriptor(descriptor))).toBe(vector.descriptor);
    expect(objectIdHex(descriptor)).toBe(vector.object_id);
    const digest = fsverityDigest(descriptor);
    expect(digest && toHex(digest)).toBe(vector.fsverity_digest);
  });
});
