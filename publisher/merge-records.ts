import { compareBytes, equalBytes } from '../common/bytes.ts';
import { StoreError } from '../common/errors.ts';
import { HASH_LENGTH } from '../common/limits.ts';
import { decodeRecord, type ObjectRecord } from '../common/store/layout.ts';
import type { RecordFile } from './record-file.ts';

/** A record of one object, and the versions whose indexes have exactly this one. */
export interface SharedRecord {
  readonly record: ObjectRecord;
  /** As it is stored. */
  readonly bytes: Uint8Array;
  /** Positions in what was merged, ascending. */
  readonly holders: readonly number[];
}

interface Cursor {
  readonly file: RecordFile;
  readonly holder: number;
  next: number;
  /** Key of the record at `next`. */
  key: Uint8Array;
}

/**
 * Reads indexes side by side: object by object, sorted by id, each with its different records.
 *
 * @throws {StoreError} `ERR_STORE_DAMAGED` if an index is not what a publisher wrote.
 */
export function* mergeRecords(
  indexes: readonly RecordFile[],
): Generator<readonly SharedRecord[], void, undefined> {
  const cursors: Cursor[] = [];
  for (const [holder, file] of indexes.entries()) {
    if (file.isCut) throw damaged('ends in the middle of a record');
    if (file.count > 0) cursors.push({ file, holder, next: 0, key: keyOf(file, 0) });
  }
  while (cursors.length > 0) {
    const key = cursors.map((cursor) => cursor.key).reduce(smaller);
    const shared: { record: ObjectRecord; bytes: Uint8Array; holders: number[] }[] = [];
    for (const { file, next, holder } of cursors.filter((cursor) => equalBytes(cursor.key, key))) {
      const bytes = file.read(next).slice();
      const same = shared.find((other) => equalBytes(other.bytes, bytes));
      if (same) same.holders.push(holder);
      else shared.push({ record: decodeRecord(bytes), bytes, holders: [holder] });
    }
    yield shared;
    advance(cursors, key);
  }
}

/** Moves the cursors that stand at `key`, and lets go of those that are at their end. */
function advance(cursors: Cursor[], key: Uint8Array): void {
  for (let i = cursors.length - 1; i >= 0; i -= 1) {
    const cursor = cursors[i];
    if (cursor === undefined || !equalBytes(cursor.key, key)) continue;
    cursor.next += 1;
    if (cursor.next === cursor.file.count) {
      cursors.splice(i, 1);
      continue;
    }
    cursor.key = keyOf(cursor.file, cursor.next);
    if (compareBytes(cursor.key, key) <= 0) throw damaged('is not sorted');
  }
}

function keyOf(file: RecordFile, index: number): Uint8Array {
  return file.read(index).slice(0, HASH_LENGTH);
}

function smaller(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compareBytes(a, b) <= 0 ? a : b;
}

function damaged(what: string): StoreError {
  return new StoreError('ERR_STORE_DAMAGED', `index of a version ${what}`);
}
