import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '../common/bytes.ts';
import { CONTENTS } from '../common/store/layout.ts';
import { syncFolder } from './durable.ts';
import type { SharedRecord } from './merge-records.ts';

const COPY = /^[0-9a-f]{64}$/;

/**
 * Removes the copies of contents that no version refers to.
 *
 * @param records - Of all versions, sorted by id.
 * @returns The number of bytes removed.
 */
export function sweepContents(
  store: string,
  records: Iterator<readonly SharedRecord[], void, undefined>,
): number {
  const folder = join(store, CONTENTS);
  const prefixes = existsSync(folder) ? readdirSync(folder).sort() : [];
  let freed = 0;
  let next = records.next();
  for (const prefix of prefixes) {
    const unused = new Set(readdirSync(join(folder, prefix)).filter((name) => COPY.test(name)));
    for (; next.done !== true; next = records.next()) {
      const [first] = next.value;
      const name = first === undefined ? '' : toHex(first.record.id);
      if (name.slice(0, 2) > prefix) break;
      if (next.value.some(({ record }) => record.content.kind === 'copied')) unused.delete(name);
    }
    freed += removeAll(join(folder, prefix), unused);
  }
  return freed;
}

function removeAll(folder: string, names: ReadonlySet<string>): number {
  let freed = 0;
  for (const name of names) {
    freed += statSync(join(folder, name)).size;
    rmSync(join(folder, name));
  }
  if (names.size > 0) syncFolder(folder);
  return freed;
}
