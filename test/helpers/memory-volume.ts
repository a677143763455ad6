import { ed25519 } from '@noble/curves/ed25519.js';
import { compareBytes, compareUtf8, equalBytes, toHex, utf8 } from '../../common/bytes.ts';
import {
  type Descriptor,
  encodeDescriptor,
  fsverityDigest,
  type ObjectType,
  objectId,
} from '../../common/descriptor.ts';
import {
  DirectoryEncoder,
  type Entry,
  encodeEntry,
  firstName,
  type ObjectEntry,
} from '../../common/directory.ts';
import { HASH_LENGTH } from '../../common/limits.ts';
import { formatNote, type NoteSignature } from '../../common/note.ts';
import { type VerifierKey, verifierKey } from '../../common/signature.ts';
import { formatStatement, type Statement, textHash } from '../../common/statement.ts';
import { hashLeaves, hashParents } from '../../common/tree/hash-nodes.ts';
import { type Profile, RFC9162 } from '../../common/tree/profile.ts';
import { type NodeRange, siblingRuns } from '../../common/tree/range-proof.ts';
import { pageCount, pagesLength, type TreeShape, treeShape } from '../../common/tree/shape.ts';
import type { SigningKey } from '../../publisher/index.ts';
import type { ServedObject, ServedVolume } from '../../server/volume.ts';
import { hex, join } from './bytes.ts';

/** Where the statements of these tests speak for. */
export const ORIGIN = 'lab.example/images';
export const ISSUED = Date.parse('2026-11-21T10:00:00Z');
/** Page size of directories, unless a test chooses another. */
export const DIRECTORY_PAGE = 8192;

export interface ObjectOptions {
  readonly profile?: Profile;
  readonly pageSize?: number;
}

/** An object in memory with every node of its tree. */
export class MemoryObject implements ServedObject {
  readonly type: ObjectType;
  readonly data: Uint8Array;
  readonly shape: TreeShape;
  readonly parsed: Descriptor;
  readonly descriptor: Uint8Array;
  readonly id: Uint8Array;
  /** Nodes of each level, level 0 first. */
  readonly levels: readonly Uint8Array[];

  constructor(type: ObjectType, data: Uint8Array, options: ObjectOptions = {}) {
    const { profile = RFC9162, pageSize = type === 'file' ? 1024 : DIRECTORY_PAGE } = options;
    this.type = type;
    this.data = data;
    this.shape = treeShape(profile, pageSize, data.length);
    this.levels = levelsOf(this.shape, data);
    const root = data.length === 0 ? profile.emptyRoot : this.levels.at(-1);
    this.parsed = { profile, pageSize, size: data.length, root: root ?? profile.emptyRoot };
    this.descriptor = encodeDescriptor(this.parsed);
    this.id = objectId(this.descriptor);
  }

  get isDirectory(): boolean {
    return this.type === 'directory';
  }

  readPages(range: NodeRange, siblings: Uint8Array, data: Uint8Array): void {
    this.#prove(range, siblings);
    const at = range.start * this.shape.pageSize;
    data.set(this.data.subarray(at, at + data.length));
  }

  readNodes(range: NodeRange, siblings: Uint8Array, nodes: Uint8Array): void {
    this.#prove(range, siblings);
    nodes.set(this.nodes(range.level, range.start, range.end));
  }

  pageOf(name: Uint8Array): number {
    let page = 0;
    for (let next = 1; next < pageCount(this.shape); next += 1) {
      if (compareBytes(firstName(this.page(next)), name) <= 0) page = next;
    }
    return page;
  }

  /** Nodes `[start, end)` of a level. */
  nodes(level: number, start: number, end: number): Uint8Array {
    return (this.levels[level] ?? new Uint8Array()).slice(start * HASH_LENGTH, end * HASH_LENGTH);
  }

  page(index: number): Uint8Array {
    const at = index * this.shape.pageSize;
    return this.data.slice(at, at + pagesLength(this.shape, index, index + 1));
  }

  #prove(range: NodeRange, siblings: Uint8Array): void {
    let at = 0;
    for (const { level, start, count } of siblingRuns(this.shape, range)) {
      siblings.set(this.nodes(level, start, start + count), at);
      at += count * HASH_LENGTH;
    }
  }
}

function levelsOf(shape: TreeShape, data: Uint8Array): readonly Uint8Array[] {
  const levels: Uint8Array[] = [];
  for (const width of shape.widths) {
    const below = levels.at(-1);
    const nodes = new Uint8Array(width * HASH_LENGTH);
    if (below === undefined) hashLeaves(shape, data.slice(), nodes, 0);
    else hashParents(shape, below, 0, below.length / HASH_LENGTH, nodes, 0);
    levels.push(nodes);
  }
  return levels;
}

/** Objects and statements in memory, served honestly. */
export class MemoryVolume implements ServedVolume {
  readonly origin = ORIGIN;
  /** Whether an object that is not here may have been of a version that is not here either. */
  incomplete = false;
  readonly #objects = new Map<string, MemoryObject>();
  readonly #notes = new Map<number, Uint8Array>();
  readonly #listeners = new Set<(note: Uint8Array) => void>();
  #newest = 0;

  constructor(objects: Iterable<MemoryObject> = []) {
    this.add(objects);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  add(objects: Iterable<MemoryObject>): void {
    for (const object of objects) this.#objects.set(toHex(object.id), object);
  }

  publish(note: Uint8Array, version = 1): this {
    this.#notes.set(version, note);
    this.#newest = version;
    for (const listener of this.#listeners) listener(note);
    return this;
  }

  newest(): Uint8Array {
    return this.#notes.get(this.#newest) ?? new Uint8Array();
  }

  statement(version: number): Uint8Array | undefined {
    return this.#notes.get(version);
  }

  find(id: Uint8Array): MemoryObject | undefined {
    return this.#objects.get(toHex(id));
  }

  findByDigest(digest: Uint8Array): MemoryObject | undefined {
    return [...this.#objects.values()].find(({ parsed }) =>
      equalBytes(fsverityDigest(parsed) ?? new Uint8Array(), digest),
    );
  }

  follow(listener: (note: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  refresh(): void {}
}

/** A signing key that is the same in every run. */
export class Signer {
  readonly key: VerifierKey;
  readonly #secret: Uint8Array;

  constructor(seed = 1, name: string = ORIGIN) {
    this.#secret = new Uint8Array(32).fill(seed);
    this.key = verifierKey(name, 'ed25519', ed25519.getPublicKey(this.#secret));
  }

  /** What a publisher signs with. */
  get signing(): SigningKey {
    return {
      publicKey: join(hex('302a300506032b6570032100'), this.key.publicKey),
      sign: (text) => ed25519.sign(text, this.#secret),
    };
  }

  line(text: Uint8Array): NoteSignature {
    const { name, keyId } = this.key;
    return { name, keyId, signature: ed25519.sign(text, this.#secret) };
  }

  note(text: Uint8Array): Uint8Array {
    return formatNote({ text, signatures: [this.line(text)] });
  }

  /** Signs a statement that names an object, first version unless told otherwise. */
  seal(object: Pick<MemoryObject, 'type' | 'parsed'>, more: Partial<Statement> = {}): Uint8Array {
    return this.note(statementText(object, more));
  }
}

export const signer = new Signer();

/** The text of a statement that names an object. */
export function statementText(
  { type, parsed }: Pick<MemoryObject, 'type' | 'parsed'>,
  more: Partial<Statement> = {},
): Uint8Array {
  const version = more.version ?? 1;
  return formatStatement({
    origin: ORIGIN,
    version,
    issued: ISSUED,
    type,
    descriptor: parsed,
    extensions: [],
    ...(version > 1 ? { previous: textHash(utf8('the version before\n')) } : {}),
    ...more,
  });
}

/** A file of a tree given as data. */
export function file(data: Uint8Array, options: ObjectOptions = {}): MemoryObject {
  return new MemoryObject('file', data, options);
}

/** An entry that names an object. */
export function entryOf(name: string, object: MemoryObject): ObjectEntry {
  return { type: object.type, name, mode: 0o644, descriptor: object.parsed };
}

export function symlink(name: string, target: string): Entry {
  return { type: 'symlink', name, mode: 0o777, target };
}

/** A directory as SPEC.md wants it; sorts the entries. */
export function directory(entries: readonly Entry[], pageSize = DIRECTORY_PAGE): MemoryObject {
  const pages: Uint8Array[] = [];
  const encoder = new DirectoryEncoder(pageSize, (page) => pages.push(page.slice()));
  for (const entry of [...entries].sort((a, b) => compareUtf8(a.name, b.name))) encoder.add(entry);
  encoder.finish();
  return new MemoryObject('directory', join(...pages), { pageSize });
}

/** A directory of entries in this order, whatever they are, each page full before the next. */
export function wrongDirectory(
  entries: readonly (Entry | Uint8Array)[],
  pageSize = DIRECTORY_PAGE,
): MemoryObject {
  const parts: Uint8Array[] = [];
  let used = 0;
  for (const entry of entries) {
    const bytes = entry instanceof Uint8Array ? entry : encodeEntry(entry);
    if (used + bytes.length > pageSize) {
      parts.push(new Uint8Array(pageSize - used));
      used = 0;
    }
    parts.push(bytes);
    used += bytes.length;
  }
  return new MemoryObject('directory', join(...parts), { pageSize });
}

/** A volume whose root is a directory of these, with everything below it. */
export function volumeOf(
  root: MemoryObject,
  objects: Iterable<MemoryObject> = [],
  more: Partial<Statement> = {},
): MemoryVolume {
  return new MemoryVolume([root, ...objects]).publish(signer.seal(root, more), more.version ?? 1);
}

/** A volume of one directory of files. */
export function volumeOfFiles(files: Readonly<Record<string, MemoryObject>>): MemoryVolume {
  const entries = Object.entries(files).map(([name, object]) => entryOf(name, object));
  return volumeOf(directory(entries), Object.values(files));
}
