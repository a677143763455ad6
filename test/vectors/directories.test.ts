import { describe, expect, it } from 'vitest';
import { VerifiedCache } from '../../client/cache.ts';
import type { Channel } from '../../client/channel.ts';
import { ObjectOpener } from '../../client/object-opener.ts';
import { RemoteDirectory } from '../../client/remote-directory.ts';
import type { RemoteObject } from '../../client/remote-object.ts';
import { toHex, utf8 } from '../../common/bytes.ts';
import {
  type Descriptor,
  decodeDescriptor,
  encodeDescriptor,
  objectIdHex,
} from '../../common/descriptor.ts';
import {
  checkNeighbours,
  DirectoryEncoder,
  type DirectoryPage,
  decodeDirectoryPage,
  type Entry,
} from '../../common/directory.ts';
import { digest } from '../../common/hash.ts';
import { rootOf } from '../../common/tree/hash-nodes.ts';
import { RFC9162 } from '../../common/tree/profile.ts';
import { treeShape } from '../../common/tree/shape.ts';
import { hex, join } from '../helpers/bytes.ts';
import { type Case, expected, load, shortHex, split, titled } from './vectors.ts';

interface JsonEntry {
  readonly type: 'file' | 'directory' | 'symlink';
  readonly name: string;
  readonly mode: number;
  readonly modified: { seconds: number; nanoseconds: number } | null;
  readonly descriptor: string;
  readonly target: string;
}

interface DirectoryCase extends Case {
  readonly descriptor: string;
  readonly object_id?: string;
  readonly pages: readonly string[];
  readonly seen?: readonly number[];
  readonly entries: readonly JsonEntry[];
}

interface NumberedCase extends Case {
  readonly descriptor: string;
  readonly object_id: string;
  readonly numbered: { count: number; least: number; spread: number };
  readonly page_size: number;
  readonly page_count: number;
  readonly size: number;
}

const file = load<{ cases: (DirectoryCase | NumberedCase)[] }>('directories.json');
const numbered = file.cases.filter((vector) => 'numbered' in vector);
const { good, bad } = split(file.cases.filter((vector) => 'pages' in vector));

function entryOf({ type, name, mode, modified, descriptor, target }: JsonEntry): Entry {
  const base = { name, mode, ...(modified === null ? {} : { mtime: modified }) };
  if (type === 'symlink') return { type, ...base, target };
  return { type, ...base, descriptor: decodeDescriptor(hex(descriptor), type) };
}

function numberedEntry(i: number, { least, spread }: NumberedCase['numbered']): Entry {
  const name = `${i}`.padStart(6, '0').padEnd(least + ((7 * i) % spread), 'x');
  const root = digest(utf8(`${i}`));
  const descriptor: Descriptor = { profile: RFC9162, pageSize: 4096, size: i + 1, root };
  return { type: 'file', name, mode: 0o644, descriptor };
}

function pack(entries: readonly Entry[], pageSize: number): Uint8Array[] {
  const pages: Uint8Array[] = [];
  const encoder = new DirectoryEncoder(pageSize, (page) => pages.push(page.slice()));
  for (const entry of entries) encoder.add(entry);
  encoder.finish();
  return pages;
}

function descriptorOf(pages: readonly Uint8Array[], pageSize: number): Descriptor {
  const data = join(...pages);
  const shape = treeShape(RFC9162, pageSize, data.length);
  return { profile: RFC9162, pageSize, size: data.length, root: rootOf(shape, data) };
}

/** Decodes pages in the order given, and checks each against the neighbours seen before it. */
function read(pages: readonly Uint8Array[], seen: readonly number[], pageSize: number): Entry[] {
  const decoded = new Map<number, DirectoryPage>();
  for (const index of seen) {
    const page = decodeDirectoryPage(pages[index] ?? new Uint8Array(), index === pages.length - 1);
    decoded.set(index, page);
    const [before, after] = [decoded.get(index - 1), decoded.get(index + 1)];
    if (before) checkNeighbours(before, page, pageSize);
    if (after) checkNeighbours(page, after, pageSize);
  }
  return [...decoded.keys()]
    .sort((a, b) => a - b)
    .flatMap((i) => [...(decoded.get(i)?.entries ?? [])]);
}

/** Whether pages are seen of which no neighbour is. */
function hasGaps({ seen = [] }: DirectoryCase): boolean {
  return seen.some((page) => !seen.includes(page - 1) && !seen.includes(page + 1));
}

/** A directory whose server leads to the page that a client is to see first. */
function searchable(vector: DirectoryCase): { directory: RemoteDirectory; seen: number[] } {
  const pages = vector.pages.map(shortHex);
  const descriptor = decodeDescriptor(hex(vector.descriptor), 'directory');
  const { profile, pageSize, size } = descriptor;
  const seen: number[] = [];
  const readPages = async (start: number) => {
    seen.push(start);
    return pages[start];
  };
  const object = {
    shape: treeShape(profile, pageSize, size),
    descriptor,
    firstNumber: 0,
    readPages,
    keptPages: async () => [],
  };
  const request = async () => vector.seen?.[0];
  const connection = { request, report: () => undefined, maxReadCost: 2 ** 20 };
  const opener = new ObjectOpener(connection as unknown as Channel, new VerifiedCache());
  const directory = new RemoteDirectory(object as unknown as RemoteObject, opener);
  return { directory, seen };
}

describe('directories.json', () => {
  it.each(titled('accepts', good))('%s', (_title, vector) => {
    const { pageSize } = decodeDescriptor(hex(vector.descriptor), 'directory');
    const pages = vector.pages.map(shortHex);
    const entries = vector.entries.map(entryOf);
    const ascending = [...pages.keys()];
    expect(read(pages, ascending, pageSize)).toEqual(entries);
    expect(read(pages, ascending.reverse(), pageSize)).toEqual(entries);
    expect(pack(entries, pageSize)).toEqual(pages);
    const descriptor = descriptorOf(pages, pageSize);
    expect(toHex(encodeDescriptor(descriptor))).toBe(vector.descriptor);
    expect(objectIdHex(descriptor)).toBe(vector.object_id);
  });

  it.each(titled('accepts', numbered))('%s', (_title, vector) => {
    const { numbered: rule, page_size: pageSize } = vector;
    const entries = Array.from({ length: rule.count }, (_, i) => numberedEntry(i, rule));
    const pages = pack(entries, pageSize);
    const descriptor = descriptorOf(pages, pageSize);
    expect(pages).toHaveLength(vector.page_count);
    expect(descriptor.size).toBe(vector.size);
    expect(toHex(encodeDescriptor(descriptor))).toBe(vector.descriptor);
    expect(objectIdHex(descriptor)).toBe(vector.object_id);
    expect(read(pages, [...pages.keys()], pageSize)).toEqual(entries);
  });

  const [searched, listed] = [bad.filter(hasGaps), bad.filter((vector) => !hasGaps(vector))];

  it.each(titled('rejects', listed))('%s', (_title, vector) => {
    const pages = vector.pages.map(shortHex);
    const seen = vector.seen ?? [...pages.keys()];
    expect(() => read(pages, seen, 8192)).toThrow(expected(vector));
  });

  it.each(titled('rejects', searched))('%s', async (_title, vector) => {
    const { directory, seen } = searchable(vector);
    await expect(directory.lookup('c')).rejects.toEqual(expected(vector));
    expect(seen).toEqual(vector.seen);
  });
});
