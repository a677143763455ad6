import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { toHex } from '../../common/bytes.ts';
import {
  type Descriptor,
  encodeDescriptor,
  fsverityDigest,
  objectId,
} from '../../common/descriptor.ts';
import { checkNeighbours, decodeDirectoryPage, type Entry } from '../../common/directory.ts';
import { parseNoteOrText } from '../../common/note.ts';
import { parseStatement, type Statement } from '../../common/statement.ts';
import {
  DIGEST_RECORD_LENGTH,
  decodeRecord,
  type ObjectRecord,
  parseStoreConfig,
  RECORD_LENGTH,
} from '../../common/store/layout.ts';
import { treeShape } from '../../common/tree/shape.ts';
import { TileLayout } from '../../common/tree/tiles.ts';
import { pagesOf, ReferenceTree } from './reference-tree.ts';

/** Everything that a version of a store holds, read in the plainest way and checked in full. */
export interface StoredVolume {
  readonly statement: Statement;
  readonly signed: boolean;
  /** Entries by path. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** Contents of files by path; the empty path is a single sealed file. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

interface Files {
  readonly source: string;
  readonly index: ReadonlyMap<string, ObjectRecord>;
  readonly digests: ReadonlyMap<string, string>;
  readonly directories: Uint8Array;
  readonly trees: Uint8Array;
  readonly paths: Uint8Array;
}

/** Reads a version; fails the test if anything in it is missing or wrong. */
export function readVolume(store: string, version: number): StoredVolume {
  const note = parseNoteOrText(readFileSync(join(store, 'statements', `${version}`)));
  const statement = parseStatement(note.text);
  const files = readFiles(store, version);
  const entries = new Map<string, Entry>();
  const contents = new Map<string, Uint8Array>();
  const bytes = readObject(files, statement.descriptor);
  if (statement.type === 'file') contents.set('', bytes);
  else descend(files, '', statement.descriptor, bytes, entries, contents);
  return { statement, signed: note.signatures.length > 0, entries, contents };
}

function readFiles(store: string, version: number): Files {
  const read = (name: string) =>
    new Uint8Array(readFileSync(join(store, 'versions', `${version}`, name)));
  const index = records(read('index'), RECORD_LENGTH);
  const digests = records(read('digests'), DIGEST_RECORD_LENGTH);
  return {
    source: parseStoreConfig(readFileSync(join(store, 'store.json'))).source,
    index: new Map(index.map((record) => [toHex(record.slice(0, 32)), decodeRecord(record)])),
    digests: new Map(
      digests.map((record) => [toHex(record.slice(0, 32)), toHex(record.slice(32))]),
    ),
    directories: read('directories'),
    trees: read('trees'),
    paths: read('paths'),
  };
}

/** Cuts a sorted file into records, strictly ascending by their first 32 bytes. */
function records(bytes: Uint8Array, length: number): Uint8Array[] {
  expect(bytes.length % length).toBe(0);
  const found = pagesOf(bytes, length);
  const keys = found.map((record) => toHex(record.subarray(0, 32)));
  expect(keys).toEqual([...new Set(keys)].sort());
  return found;
}

function descend(
  files: Files,
  path: string,
  descriptor: Descriptor,
  bytes: Uint8Array,
  entries: Map<string, Entry>,
  contents: Map<string, Uint8Array>,
): void {
  const pages = pagesOf(bytes, descriptor.pageSize).map((page, i, all) =>
    decodeDirectoryPage(page, i === all.length - 1),
  );
  pages.slice(1).forEach((page, i) => {
    const before = pages[i];
    if (before !== undefined) checkNeighbours(before, page, descriptor.pageSize);
  });
  for (const entry of pages.flatMap((page) => page.entries)) {
    const child = path === '' ? entry.name : `${path}/${entry.name}`;
    entries.set(child, entry);
    if (entry.type === 'symlink') continue;
    const content = readObject(files, entry.descriptor);
    if (entry.type === 'file') contents.set(child, content);
    else descend(files, child, entry.descriptor, content, entries, contents);
  }
}

/** Reads an object's bytes, and checks its root, its stored tree and its digest's record. */
function readObject(files: Files, descriptor: Descriptor): Uint8Array {
  const { size, pageSize, profile, root } = descriptor;
  const id = toHex(objectId(encodeDescriptor(descriptor)));
  const record = files.index.get(id);
  if (record === undefined) throw new Error(`index has no object ${id}`);
  expect(record.descriptor).toEqual(descriptor);
  const { content } = record;
  const bytes =
    content.kind === 'directory'
      ? files.directories.slice(content.offset, content.offset + size)
      : new Uint8Array(readFileSync(pathOf(files, content.pathOffset, content.pathLength)));
  expect(bytes.length).toBe(size);
  const tree = new ReferenceTree(profile.name, pageSize, bytes);
  expect(toHex(tree.root)).toBe(toHex(root));
  checkTree(files, record, tree);
  const digest = fsverityDigest(descriptor);
  if (digest !== undefined) expect(files.digests.get(toHex(digest))).toBe(id);
  return bytes;
}

function pathOf({ source, paths }: Files, offset: number, length: number): string {
  const path = Buffer.from(paths.subarray(offset, offset + length)).toString();
  return path === '' ? source : join(source, path);
}

function checkTree(files: Files, { descriptor, treeOffset }: ObjectRecord, tree: ReferenceTree) {
  const { profile, pageSize, size } = descriptor;
  const layout = new TileLayout(treeShape(profile, pageSize, size));
  for (let level = 0; level < tree.height; level += 1) {
    for (let i = 0; i < tree.width(level); i += 1) {
      const { row, tile } = layout.place(level, i);
      const at = treeOffset + layout.tileRange(row, tile).start + layout.offsetInTile(level, i);
      expect(toHex(files.trees.slice(at, at + 32))).toBe(toHex(tree.node(level, i)));
    }
  }
}

/** Names in a store that an interrupted process may leave, and a finished one must not. */
export function leftovers(store: string): string[] {
  const statements = new Set(readdirSync(join(store, 'statements')));
  return [
    ...readdirSync(store).filter((name) => name.startsWith('lock') || name.includes('.tmp-')),
    ...[...statements].filter((name) => name.includes('.tmp-')),
    ...readdirSync(join(store, 'versions')).filter((name) => !statements.has(name)),
  ];
}
