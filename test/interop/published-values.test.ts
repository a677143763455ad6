import { describe, expect, it } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import { fsverityDigest, objectIdHex } from '../../common/descriptor.ts';
import { TreeBuilder } from '../../common/tree/build.ts';
import { rootOf } from '../../common/tree/hash-nodes.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { treeShape } from '../../common/tree/shape.ts';
import { TileLayout } from '../../common/tree/tiles.ts';
import { verifyRange } from '../../common/tree/verify-range.ts';
import { hex, join } from '../helpers/bytes.ts';
import { mth, path, sha256 } from '../helpers/reference-tree.ts';

/** The pattern that the test program of fsverity-utils hashes. */
function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i % 11) + (i % 439) + (i % 1103));
}

interface Sealed {
  readonly root: string;
  readonly digest: string;
  readonly id: string;
  /** The stored tree. */
  readonly tree: Uint8Array;
}

function seal(data: Uint8Array, pageSize: number): Sealed {
  const layout = new TileLayout(treeShape(FSVERITY, pageSize, data.length));
  const tree = new Uint8Array(layout.length);
  const builder = new TreeBuilder(layout, (offset, tile) => tree.set(tile, offset));
  builder.addPages(data);
  const root = builder.finish();
  const descriptor = { profile: FSVERITY, pageSize, size: data.length, root };
  const digest = toHex(fsverityDigest(descriptor) ?? new Uint8Array());
  return { root: toHex(root), digest, id: objectIdHex(descriptor), tree };
}

// The digests: fsverity-utils v1.7, programs/test_compute_digest.c, without its salted cases and
// its blocks of 512 bytes, which the profile does not have.
const DIGESTS = [
  {
    size: 1_000_000,
    pageSize: 4096,
    digest: '48df0c462329cd879661bd05b39aa81b05cc16afd27a7196a559da83531d39d9',
    root: 'cf45e4e7dadcc6d3713748dd66a498d55b0ae76d85e44bc5a83fd0d3333f06c0',
  },
  {
    size: 100_000,
    pageSize: 4096,
    digest: 'f2096a36c5cdca4fa33ee8852833150bb324992e5417a9d571f1bffff73b9efc',
    root: 'bcdc197b54809dac7d2081eda01e5ab0030c23400a99e8f17de1347438c2af10',
  },
  {
    size: 4096,
    pageSize: 4096,
    digest: '6ac39979016e3ddf3d39fff6cb984f7c118acdf1852919f5c100c4b142c1818e',
    root: '232a016c568b1c666fef9615878c5c7200c10522d4ac3b68051ceebb9ecad27f',
  },
  {
    size: 1,
    pageSize: 4096,
    digest: 'b803429503d95915829b29fdbc8bbad142f3abfd11b1cadf5526582e685c0551',
    root: 'ad7facb2586fc6e966c004d7d1d16b024f5805ff7cb47c7a85dabd8b48892ca7',
  },
  {
    size: 0,
    pageSize: 4096,
    digest: '3d248ca542a24fc62d1c43b916eae5016878e2533c88238480b26128a1f1af95',
    root: '0000000000000000000000000000000000000000000000000000000000000000',
  },
  {
    size: 1_000_000,
    pageSize: 1024,
    digest: 'e9df927c14fcb961d5f51c666d8ae4c14fe4ff98a374c733e898d00c9e74a8e3',
    root: 'd69a0c04c432345f65d0e4d65977f2f61709dc98906f41babc3f308dade36dfa',
  },
  {
    size: 1_000_000,
    pageSize: 65_536,
    digest: 'f3b6418f26d4d0e74728193bae76f15cb4bb2ce9777448d76bd8138b69ec61c2',
    root: 'a7fb8289d9da0adfe603367e967c3449ec0808eb9b6366fb975e7ee4217f7ec8',
  },
];

describe('fsverityDigest()', () => {
  it.each(DIGESTS)('is the published one of $size bytes in blocks of $pageSize', (row) => {
    const { root, digest } = seal(pattern(row.size), row.pageSize);
    expect(digest).toBe(row.digest);
    expect(root).toBe(row.root);
  });

  it('is the published one of 100,000 zeros in blocks of 1,024', () => {
    expect(seal(new Uint8Array(100_000), 1024)).toMatchObject({
      digest: '09cbbaeed2a04c2da242c10e1568d96f358a16aa1ebe8cf0286120c13c9366d1',
      root: '68c538e11958d65d68b6fe8e9fb8ccabecfd928b01d06344e223ed41ddc4544a',
    });
  });
});

// Two files with one root: why SPEC.md identifies nothing by its root alone.
describe('an fs-verity root', () => {
  it("is also the root of the file's own tree block", () => {
    const file = seal(pattern(1_000_000), 4096);
    // The kernel pads the block of the top level; the store does not keep padding.
    const top = file.tree.subarray(-2 * 32);
    const block = join(top, new Uint8Array(4096 - top.length));
    expect(toHex(sha256(block))).toBe(file.root);
    const forged = seal(block, 4096);
    expect(forged.root).toBe(file.root);
    expect(forged.digest).toBe('a2f9b020cda69cf44162e8dfada4ae111ebf011dd92da56d4a8e94b1851edd60');
    expect(forged.digest).not.toBe(file.digest);
    expect(forged.id).not.toBe(file.id);
  });

  it('is also the root of the file with zeros at its end', () => {
    const short = seal(new Uint8Array(100).fill(0x41), 4096);
    const padded = seal(join(new Uint8Array(100).fill(0x41), new Uint8Array(3996)), 4096);
    const root = 'c57689d9ada0eac1d52c70d8eaf4f11ba1da3015df46ca181ba993dd982deb36';
    expect([short.root, padded.root]).toEqual([root, root]);
    expect(short.digest).toBe('e40425eaca55b3aca9994575b03b1585ff756c4684395fa144ee2642aeaf1d49');
    expect(padded.digest).toBe('545f409a7a3a8ff13544e9e0752939c32352c28921177b0b6f86989c24feb147');
    expect(short.id).not.toBe(padded.id);
  });
});

// Leaves and roots: transparency-dev/merkle, testonly/constants.go; the trees of RFC 6962.
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hex);
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
].map((root, size) => ({ size, root }));

describe('the tree of RFC 6962 and RFC 9162', () => {
  it.each(ROOTS)('has the published root of $size leaves', ({ size, root }) => {
    expect(toHex(mth(LEAVES.slice(0, size)))).toBe(root);
  });

  // Their leaves differ in length, and so are no pages; their leaf hashes are nodes of level 0.
  it.each(ROOTS.slice(1))('proves every range of $size leaves to the published root', (row) => {
    const shape = treeShape(RFC9162, 1024, row.size * 1024);
    const leaves = LEAVES.slice(0, row.size);
    const hashes = leaves.map((leaf) => mth([leaf]));
    for (let start = 0; start < row.size; start += 1) {
      const one = { level: 0, start, end: start + 1, anchorLevel: shape.height };
      const [leaf = new Uint8Array()] = hashes.slice(start);
      verifyRange(shape, one, leaf, join(...path(start, leaves)), hex(row.root));
    }
    const all = { level: 0, start: 0, end: row.size, anchorLevel: shape.height };
    const runs = verifyRange(shape, all, join(...hashes), new Uint8Array(), hex(row.root));
    expect(runs).toHaveLength(shape.height + 1);
  });

  it('has the root of the first leaf of one page', () => {
    const page = rootOf(treeShape(RFC9162, 1024, 1), Uint8Array.of(0));
    expect(toHex(page)).toBe(toHex(mth([Uint8Array.of(0)])));
  });
});
