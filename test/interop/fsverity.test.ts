import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import { fsverityDigest } from '../../common/descriptor.ts';
import { TreeBuilder } from '../../common/tree/build.ts';
import { FSVERITY } from '../../common/tree/profile.ts';
import { treeShape } from '../../common/tree/shape.ts';
import { TileLayout } from '../../common/tree/tiles.ts';
import { noise } from '../helpers/bytes.ts';
import { isSkipped, run } from '../helpers/tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'pageseal-fsverity-'));
afterAll(() => rmSync(folder, { recursive: true }));

function digestOf(data: Uint8Array, pageSize: number): string {
  const layout = new TileLayout(treeShape(FSVERITY, pageSize, data.length));
  const builder = new TreeBuilder(layout, () => {});
  builder.addPages(data);
  const root = builder.finish();
  const digest = fsverityDigest({ profile: FSVERITY, pageSize, size: data.length, root });
  return toHex(digest ?? new Uint8Array());
}

const rows = [1024, 2048, 4096, 8192, 16_384, 32_768, 65_536].map((pageSize) => {
  const arity = pageSize / 32;
  const pages = [1, 2, 3, 5, arity, arity + 1].filter((count) => count * pageSize <= 2 ** 23);
  const around = pages.flatMap((count) => [-1, 0, 1].map((d) => count * pageSize + d));
  // Three levels, where that is cheap.
  const high = pageSize === 1024 ? [1024 * 1024 + 1] : [];
  return { pageSize, sizes: [0, 1, ...around, ...high] };
});

describe.skipIf(isSkipped('fsverity'))('fsverity-sha256 and the tool fsverity', () => {
  it.each(rows)('agree on files in blocks of $pageSize bytes', ({ pageSize, sizes }) => {
    const names = sizes.map((size, i) => {
      const name = join(folder, `${pageSize}-${i}`);
      writeFileSync(name, noise(size));
      return name;
    });
    const printed = run('fsverity', ['digest', `--block-size=${pageSize}`, '--compact', ...names]);
    const digests = Buffer.from(printed).toString().trim().split('\n');
    expect(digests).toEqual(sizes.map((size) => digestOf(noise(size), pageSize)));
  });
});
