import { expect, test, vi } from 'vitest';
import { RFC9162 } from '../../common/tree/profile.ts';
import { treeShape } from '../../common/tree/shape.ts';
import { StoredObject } from '../../server/stored-object.ts';
import { StoredTree } from '../../server/stored-tree.ts';
import { TileCache } from '../../server/tile-cache.ts';
import { ServeError } from '../../server/volume.ts';

const size = 10 * 4096;
const shape = treeShape(RFC9162, 4096, size);
const root = new Uint8Array(32);
const descriptor = { profile: RFC9162, pageSize: 4096, size, root };

test('starts no read that may last while the object is looked for once more', () => {
  const gone = new ServeError('GONE', 'file is gone');
  const openTree = () => {
    throw gone;
  };
  const tree = new StoredTree(shape, root, openTree, 0, new TileCache(1), 'x');
  const read = vi.fn(() => new Promise<void>(() => undefined));
  const bytes = {
    offset: 0,
    checked: false,
    open: () => ({ read }),
    findAgain: () => undefined,
    distrust: () => undefined,
  };
  const object = new StoredObject(descriptor, shape, false, tree, bytes as never);
  const range = { level: 0, start: 2, end: 3, anchorLevel: 4 };
  const answer = () => object.readPages(range, new Uint8Array(4 * 32), new Uint8Array(4096));
  expect(answer).toThrow(gone);
  expect(read).not.toHaveBeenCalled();
});
