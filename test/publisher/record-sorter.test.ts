import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Pace } from '../../publisher/pace.ts';
import { RecordSorter } from '../../publisher/record-sorter.ts';
import { noise } from '../helpers/bytes.ts';
import { folder } from '../helpers/folder.ts';
import { pagesOf } from '../helpers/reference-tree.ts';

const LENGTH = 40;

function record(start: readonly number[], end: number, rest: number): Uint8Array {
  return Uint8Array.from(
    { length: LENGTH },
    (_, i) => start[i] ?? (i === 31 ? end : i > 31 ? rest : 0),
  );
}

async function sort(records: readonly Uint8Array[], signal?: AbortSignal): Promise<Uint8Array[]> {
  const parent = folder();
  const sorter = new RecordSorter(join(parent, 'index'), LENGTH);
  for (const each of records) sorter.add(each);
  const count = await sorter.finish(new Pace(signal, () => undefined));
  sorter.close();
  const found = pagesOf(new Uint8Array(readFileSync(join(parent, 'index'))), LENGTH);
  expect(found.length).toBe(count);
  expect(readdirSync(parent)).toEqual(['index']);
  return found;
}

describe('RecordSorter', () => {
  it('sorts more records than its buffer holds', async () => {
    const records = Array.from({ length: 10_000 }, (_, i) => noise(LENGTH, i));
    const want = [...records].sort((a, b) => Buffer.compare(a, b));
    expect(await sort(records)).toEqual(want);
  });

  it('tells apart hashes that start alike, and keeps the first record of each', async () => {
    const start = [0xff, 0xff, 0xff, 0xff];
    const [a, b] = [record(start, 1, 7), record(start, 2, 8)];
    const low = record([0, 0, 0, 0], 0, 9);
    expect(await sort([b, a, record(start, 1, 99), low, b])).toEqual([low, a, b]);
  });

  it('writes an empty file for no records', async () => {
    expect(await sort([])).toEqual([]);
  });

  it('gives up when it is told to', async () => {
    const stopped = AbortSignal.abort(new Error('enough'));
    await expect(sort([noise(LENGTH)], stopped)).rejects.toThrow('enough');
  });
});
