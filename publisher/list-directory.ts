import { type Dir, type Dirent, lstatSync, type OpenDirOptions, opendirSync } from 'node:fs';
import { fromUtf8 } from '../common/bytes.ts';
import { nameFault } from '../common/directory.ts';
import { MAX_DEPTH, MAX_NAME_LENGTH } from '../common/limits.ts';
import { NameList } from './name-list.ts';
import type { Sealing } from './sealing.ts';
import { fromSource, sourceError } from './source-error.ts';

/** Types of what is sealed, as a `NameList` keeps them. */
export const FILE = 1;
export const DIRECTORY = 2;
const SYMLINK = 3;

/** Raw names: Node's types do not know that `opendir`, like `readdir`, takes this encoding. */
const OPTIONS = { encoding: 'buffer', bufferSize: 1024 } as unknown as OpenDirOptions;

/** Bytes of names that one directory may have; their places are kept in 32 bits. */
const MAX_NAME_BYTES = 0xffff_0000;

/**
 * Lists what is to be sealed of a directory, sorted, each name with its type.
 *
 * @param path - Relative to the source; empty for the source itself.
 * @throws {StoreError} `ERR_SOURCE_NAME` for a name that can not be sealed, `ERR_SOURCE_SPECIAL` for
 *   a special file unless they are skipped, `ERR_SOURCE_LIMIT`, `ERR_SOURCE_UNREADABLE`.
 */
export async function listDirectory(sealing: Sealing, path: string): Promise<NameList> {
  const absolute = sealing.absolute(path);
  const names = new NameList();
  const directory = fromSource(absolute, () => opendirSync(absolute, OPTIONS));
  let bytes = 0;
  try {
    for (;;) {
      const found = readEntry(absolute, directory);
      if (found === undefined) break;
      const type = typeToSeal(sealing, path, found);
      if (type === undefined) continue;
      bytes += found.name.length + 2;
      if (bytes > MAX_NAME_BYTES) {
        throw sourceError('ERR_SOURCE_LIMIT', absolute, 'has too many names');
      }
      names.add(found.name, type);
      sealing.counts.found += 1;
      if (sealing.pace.due()) await sealing.pace.pause();
    }
  } finally {
    directory.closeSync();
  }
  names.sort();
  return names;
}

interface Found {
  readonly name: Uint8Array;
  readonly dirent: Dirent;
}

function readEntry(absolute: string, directory: Dir): Found | undefined {
  const dirent = fromSource(absolute, () => directory.readSync());
  return dirent === null ? undefined : { name: dirent.name as unknown as Uint8Array, dirent };
}

/** Returns the type of an entry that is to be sealed; `undefined` for one that is left out. */
function typeToSeal(sealing: Sealing, parent: string, { name, dirent }: Found): number | undefined {
  const path = childPath(parent, checkedName(sealing, parent, name));
  const absolute = sealing.absolute(path);
  const { exclusion, skipSpecial } = sealing.settings;
  if (exclusion?.excludes(path, dirent.isDirectory()) === true) return undefined;
  if (path.split('/').length > MAX_DEPTH) {
    throw sourceError('ERR_SOURCE_LIMIT', absolute, `is more than ${MAX_DEPTH} names deep`);
  }
  if (dirent.isFile()) return FILE;
  if (dirent.isSymbolicLink()) return SYMLINK;
  if (dirent.isDirectory()) return isStore(sealing, absolute) ? undefined : DIRECTORY;
  if (skipSpecial) return undefined;
  throw sourceError('ERR_SOURCE_SPECIAL', absolute, 'is neither file, directory nor symlink');
}

/** Joins a path relative to the source with a name in it. */
export function childPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}/${name}`;
}

function checkedName(sealing: Sealing, parent: string, bytes: Uint8Array): string {
  const name = fromUtf8(bytes);
  if (name === undefined) {
    const shown = sealing.absolute(childPath(parent, readable(bytes)));
    throw sourceError('ERR_SOURCE_NAME', shown, 'is not UTF-8');
  }
  const fault = nameFault(name);
  if (fault !== undefined) {
    const code = bytes.length > MAX_NAME_LENGTH ? 'ERR_SOURCE_LIMIT' : 'ERR_SOURCE_NAME';
    throw sourceError(code, sealing.absolute(childPath(parent, name)), `has a name that ${fault}`);
  }
  return name;
}

/** Spells bytes that are not UTF-8 so that a message can show each of them. */
function readable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : byte + 0xdc00)).join(
    '',
  );
}

function isStore(sealing: Sealing, absolute: string): boolean {
  const { dev, ino } = fromSource(absolute, () => lstatSync(absolute, { bigint: true }));
  const { store } = sealing.settings;
  return dev === store.dev && ino === store.ino;
}
