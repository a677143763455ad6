import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import { encodeDescriptor, objectId } from '../../common/descriptor.ts';
import { parseStoreConfig } from '../../common/store/layout.ts';
import { seal } from '../../publisher/seal.ts';
import type { SealOptions } from '../../publisher/seal-options.ts';
import { noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { folder, plant, type Tree } from '../helpers/folder.ts';
import { makeSafe } from '../helpers/scan.ts';
import { leftovers, readVolume } from '../helpers/stored-volume.ts';

const ISSUED = Date.UTC(2026, 10, 21, 10);
const OPTIONS: SealOptions = { origin: 'lab', issued: ISSUED, pageSize: 1024, copy: true };

const TREE: Tree = {
  empty: '',
  small: 'x',
  same: noise(5000),
  'dir/same': noise(5000),
  'dir/page': noise(1024, 1),
  // Copied in the thread pool, and read in several chunks.
  large: noise(5_000_000, 2),
};
const DISTINCT = 5;

function setting(): { parent: string; source: string; store: string } {
  const parent = folder();
  const source = plant(join(parent, 'source'), TREE);
  return { parent, source, store: join(parent, 'store') };
}

function copiesIn(store: string): string[] {
  const contents = join(store, 'contents');
  return readdirSync(contents).flatMap((prefix) =>
    readdirSync(join(contents, prefix)).map((name) => {
      expect(name.slice(0, 2)).toBe(prefix);
      return name;
    }),
  );
}

function copies(store: string): boolean {
  return parseStoreConfig(readFileSync(join(store, 'store.json'))).copies;
}

describe('seal() with copies', () => {
  it('keeps each distinct content once, under its object id', async () => {
    const { source, store } = setting();
    const result = await seal(source, store, OPTIONS);
    const { entries } = readVolume(store, 1);
    const ids = [...entries.values()].flatMap((entry) =>
      entry.type === 'file' ? [toHex(objectId(encodeDescriptor(entry.descriptor)))] : [],
    );
    expect(copiesIn(store).sort()).toEqual([...new Set(ids)].sort());
    expect(copiesIn(store)).toHaveLength(DISTINCT);
    expect(readdirSync(join(store, 'packs', '1'))).toContain('paths');
    expect(statSync(join(store, 'packs/1/paths')).size).toBe(0);
    const inPlace = await seal(source, join(folder(), 'store'), { ...OPTIONS, copy: false });
    expect(result.objectId).toBe(inPlace.objectId);
  });

  it('needs the source no more', async () => {
    const { source, store } = setting();
    await seal(source, store, OPTIONS);
    rmSync(source, { recursive: true });
    mkdirSync(source);
    await seal(source, store, OPTIONS);
    expect(readVolume(store, 1).contents.size).toBe(6);
    expect(readVolume(store, 2).contents.size).toBe(0);
  });

  it('goes on to copy once it was told to', async () => {
    const { source, store } = setting();
    await seal(source, store, { ...OPTIONS, copy: false });
    expect([copies(store), copiesIn(store)]).toEqual([false, []]);
    makeSafe(store, 1);
    const second = await seal(source, store, OPTIONS);
    expect(second.filesRead).toBe(6); // what is in place is no copy yet
    expect(copies(store)).toBe(true);
    makeSafe(store, 2);
    writeFileSync(join(source, 'small'), 'y');
    const third = await seal(source, store, { ...OPTIONS, copy: false });
    expect(third.filesRead).toBe(1);
    expect(copiesIn(store)).toHaveLength(DISTINCT + 1);
    rmSync(source, { recursive: true });
    readVolume(store, 2);
    readVolume(store, 3);
  });

  it('writes nothing again of what is there', async () => {
    const { source, store } = setting();
    await seal(source, store, OPTIONS);
    const inodes = () => copiesIn(store).map((id) => inodeOf(store, id));
    const before = inodes();
    await seal(source, store, { ...OPTIONS, rehash: true });
    expect(inodes()).toEqual(before);
    expect(leftovers(store)).toEqual([]);
  });

  it('brings back a copy that is gone, when its file is read again', async () => {
    const { source, store } = setting();
    await seal(source, store, OPTIONS);
    rmSync(join(store, 'contents'), { recursive: true });
    await seal(source, store, { ...OPTIONS, rehash: true });
    readVolume(store, 1);
    readVolume(store, 2);
  });

  it('replaces a copy that rotted, when its file is read again', async () => {
    const { source, store } = setting();
    await seal(source, store, OPTIONS);
    for (const id of copiesIn(store)) {
      const path = join(store, 'contents', id.slice(0, 2), id);
      writeFileSync(path, noise(statSync(path).size, 9));
    }
    await seal(source, store, { ...OPTIONS, rehash: true });
    readVolume(store, 1);
    readVolume(store, 2);
    expect(leftovers(store)).toEqual([]);
  });

  it('makes copies as private as the umask says', async () => {
    const { source, store } = setting();
    const before = process.umask(0o077);
    try {
      await seal(source, store, OPTIONS);
    } finally {
      process.umask(before);
    }
    for (const id of copiesIn(store)) {
      expect(statSync(join(store, 'contents', id.slice(0, 2), id)).mode & 0o777).toBe(0o600);
    }
  });

  it.each([0o400, 0o444, 0o604, 0o755])(
    'stores a file of mode %o so that a server can read it',
    async (mode) => {
      const { source, store } = setting();
      chmodSync(join(source, 'small'), mode);
      await seal(source, store, OPTIONS);
      for (const id of copiesIn(store)) {
        expect(statSync(join(store, 'contents', id.slice(0, 2), id)).mode & 0o777).toBe(0o644);
      }
      expect(readVolume(store, 1).entries.get('small')?.mode).toBe(mode);
    },
  );

  it('copies a single file', async () => {
    const { source, store } = setting();
    await seal(join(source, 'large'), store, OPTIONS);
    rmSync(source, { recursive: true });
    expect(readVolume(store, 1).contents.get('')).toHaveLength(5_000_000);
  });

  it('leaves no name behind of a copy whose file changed meanwhile', async () => {
    const { source, store } = setting();
    let left = 2; // pauses until the change: the second one is within the large file
    const onProgress = () => {
      left -= 1;
      if (left === 0) writeFileSync(join(source, 'large'), noise(5_000_000, 3));
    };
    const change = seal(source, store, { ...OPTIONS, onProgress });
    const outcome = await change.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (outcome !== undefined) {
      expect(outcome).toEqual(failure('StoreError', 'ERR_SOURCE_CHANGED'));
    }
    expect(readdirSync(join(store, 'contents')).filter((name) => name.length > 2)).toEqual([]);
    // What is stored is what is sealed, whatever became of the file.
    if (existsSync(join(store, 'statements', '1'))) readVolume(store, 1);
  });
});

function inodeOf(store: string, id: string): number {
  return statSync(join(store, 'contents', id.slice(0, 2), id)).ino;
}
