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
  contentPath,
  DIGEST_RECORD_LENGTH,
  decodeRecord,
  type ObjectRecord,
  parsePacks,
  parseStoreConfig,
  RECORD_LENGTH,
} from '../../common/store/layout.ts';
import { treeShape } from '../../common/tree/shape.ts';
import { TileLayout } from '../../common/tree/tiles.ts';
import { pagesOf, ReferenceTree, sha256 } from './reference-tree.ts';
import { expectStoredTree } from './stored-tree.ts';

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
  readonly store: string;
  readonly source: string;
  readonly index: ReadonlyMap<string, ObjectRecord>;
  readonly digests: ReadonlyMap<string, string>;
  readonly packs: ReadonlyMap<number, Pack>;
}

interface Pack {
  readonly directories: Uint8Array;
  readonly trees: Uint8Array;
  readonly paths: Uint8Array;
}

/** Reads the statement of a version, as its file has it. */
export function storedNote(store: string, version = 1): Uint8Array {
  return new Uint8Array(readFileSync(join(store, 'statements', `${version}`)));
}

/** Reads a version; fails the test if anything in it is missing or wrong. */
export function readVolume(store: string, version: number): StoredVolume {
  const note = parseNoteOrText(storedNote(store, version));
  const statement = parseStatement(note.text);
  const files = readFiles(store, version);
  const entries = new Map<string, Entry>();
  const contents = new Map<string, Uint8Array>();
  const bytes = readObject(files, statement.descriptor);
  if (statement.type === 'file') contents.set('', bytes);
  else descend(files, '', statement.descriptor, bytes, entries, contents);
  return { statement, signed: note.signatures.length > 0, entries, contents };
}

/**
 * What a version's index refers to, by object id: its tree and its directory's bytes, or the file's
 * place. Nothing is checked.
 */
export function storedObjects(store: string, version: number): ReadonlyMap<string, string> {
  const files = readFiles(store, version);
  const objects = [...files.index].map(([id, { descriptor, content, pack, treeOffset }]) => {
    const { profile, pageSize, size } = descriptor;
    const { length } = new TileLayout(treeShape(profile, pageSize, size));
    const { trees, directories } = files.packs.get(pack) ?? EMPTY_PACK;
    const tree = trees.subarray(treeOffset, treeOffset + length);
    const start = content.kind === 'directory' ? content.offset : 0;
    const bytes = content.kind === 'directory' ? directories.subarray(start, start + size) : NONE;
    return [id, `${content.kind} ${toHex(sha256(tree))} ${toHex(sha256(bytes))}`] as const;
  });
  return new Map(objects);
}

const NONE = new Uint8Array();
const EMPTY_PACK: Pack = { directories: NONE, trees: NONE, paths: NONE };

function readFiles(store: string, version: number): Files {
  const read = (name: string) =>
    new Uint8Array(readFileSync(join(store, 'versions', `${version}`, name)));
  const index = records(read('index'), RECORD_LENGTH);
  const digests = records(read('digests'), DIGEST_RECORD_LENGTH);
  const packs = parsePacks(read('packs'));
  const found = index.map((record) => [toHex(record.slice(0, 32)), decodeRecord(record)] as const);
  return {
    store,
    source: parseStoreConfig(readFileSync(join(store, 'store.json'))).source,
    index: new Map(found),
    digests: new Map(
      digests.map((record) => [toHex(record.slice(0, 32)), toHex(record.slice(32))]),
    ),
    packs: new Map(packs.map((pack) => [pack, readPack(store, pack)])),
  };
}

function readPack(store: string, pack: number): Pack {
  const read = (name: string) =>
    new Uint8Array(readFileSync(join(store, 'packs', `${pack}`, name)));
  return { directories: read('directories'), trees: read('trees'), paths: read('paths') };
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
  const bytes = contentOf(files, record);
  expect(bytes.length).toBe(size);
  const tree = new ReferenceTree(profile.name, pageSize, bytes);
  expect(toHex(tree.root)).toBe(toHex(root));
  checkTree(files, record, tree);
  const digest = fsverityDigest(descriptor);
  if (digest !== undefined) expect(files.digests.get(toHex(digest))).toBe(id);
  return bytes;
}

function contentOf(files: Files, { id, descriptor, content, pack }: ObjectRecord): Uint8Array {
  if (content.kind === 'copied') {
    return new Uint8Array(readFileSync(join(files.store, contentPath(id))));
  }
  const { directories = new Uint8Array(), paths } = files.packs.get(pack) ?? {};
  if (content.kind === 'directory') {
    return directories.slice(content.offset, content.offset + descriptor.size);
  }
  const { pathOffset, pathLength } = content;
  const path = Buffer.from(paths?.subarray(pathOffset, pathOffset + pathLength) ?? []).toString();
  return new Uint8Array(readFileSync(path === '' ? files.source : join(files.source, path)));
}

function checkTree(files: Files, record: ObjectRecord, tree: ReferenceTree) {
  const { descriptor, pack, treeOffset } = record;
  const { trees } = files.packs.get(pack) ?? {};
  const { profile, pageSize, size } = descriptor;
  const layout = new TileLayout(treeShape(profile, pageSize, size));
  expectStoredTree(layout, trees?.subarray(treeOffset) ?? NONE, tree);
}

/** Names in a store that an interrupted process may leave, and a finished one must not. */
export function leftovers(store: string): string[] {
  const statements = new Set(readdirSync(join(store, 'statements')));
  const versions = readdirSync(join(store, 'versions'));
  const packs = versions.flatMap((version) => [
    ...parsePacks(readFileSync(join(store, 'versions', version, 'packs'))),
  ]);
  return [
    ...readdirSync(store).filter((name) => name.startsWith('lock') || name.includes('.tmp-')),
    ...[...statements].filter((name) => name.includes('.tmp-')),
    ...versions.filter((name) => !statements.has(name)),
    ...readdirSync(join(store, 'packs')).filter((name) => !packs.includes(Number(name))),
    ...readdirSync(join(store, 'contents')).filter((name) => !/^[0-9a-f]{2}$/.test(name)),
  ];
}
