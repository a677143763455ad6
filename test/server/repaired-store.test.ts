import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeRecord, RECORD_LENGTH } from '../../common/store/layout.ts';
import { repair } from '../../publisher/index.ts';
import { LocalStore } from '../../server/local-store.ts';
import { noise } from '../helpers/bytes.ts';
import { pagesOf, ReferenceTree } from '../helpers/reference-tree.ts';
import { sealedStore } from '../helpers/sealed-store.ts';

describe('LocalStore, while the store is repaired', () => {
  it('serves the right nodes after a refresh, though it kept wrong ones', async () => {
    const data = noise(600 * 1024);
    using sealed = await sealedStore({ f: data });
    const trees = join(sealed.path, 'packs/1/trees');
    writeFileSync(trees, readFileSync(trees).fill(7));

    const store = new LocalStore(sealed.path);
    const index = new Uint8Array(readFileSync(join(sealed.path, 'versions/1/index')));
    const records = pagesOf(index, RECORD_LENGTH).map(decodeRecord);
    const id = records.find(({ content }) => content.kind === 'inPlace')?.id ?? new Uint8Array();
    const top = async () => {
      const nodes = new Uint8Array(64); // level 9 of 10: kept in memory once it was read
      const range = { level: 9, start: 0, end: 2, anchorLevel: 10 };
      await store.find(id)?.readNodes(range, new Uint8Array(), nodes);
      return nodes;
    };
    const tree = new ReferenceTree('rfc9162-sha256', 1024, data);
    const wanted = new Uint8Array(Buffer.concat([tree.node(9, 0), tree.node(9, 1)]));
    expect(await top()).toEqual(new Uint8Array(64).fill(7));
    await repair(sealed.path);
    store.refresh();
    expect(await top()).toEqual(wanted);
    store.close();
  });
});
