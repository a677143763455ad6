import { type Descriptor, encodeDescriptor, objectId } from '../../common/descriptor.ts';
import type { Statement } from '../../common/statement.ts';
import type { ObjectRecord } from '../../common/store/layout.ts';
import { ObjectTable } from '../object-table.ts';
import type { NewRecord } from '../pack-writer.ts';
import type { VersionWriter } from '../version-writer.ts';
import type { Fault } from './hash-file.ts';
import type { LostDirectories } from './lost-directories.ts';
import type { Rebuilder } from './rebuilder.ts';
import type { StoredObjects } from './stored-objects.ts';
import { type ReadObject, type Visitor, walkVersion } from './walk-version.ts';

/** Something that could not be rebuilt. */
export interface Loss {
  readonly version: number;
  /** Components joined by `/`; empty for the root. What is below a lost directory is lost with it. */
  readonly path: string;
  /** What is wrong with the data that it would be rebuilt from. */
  readonly reason: Fault;
  /** 32 bytes. */
  readonly id: Uint8Array;
}

/** What a version is repaired with. */
export interface RepairTools {
  readonly stored: StoredObjects;
  readonly rebuilder: Rebuilder;
  readonly lost: LostDirectories;
  readonly writer: VersionWriter;
  /** Whether contents are copied where nothing else is known. */
  readonly copies: boolean;
  readonly breathe: () => Promise<void>;
  readonly onLoss: (loss: Loss) => void;
}

/** States of an object; it is new at first. */
const NEW = 0;
const WHOLE = 1;
/** What its own record refers to is right, but is of another path than those met so far. */
const ELSEWHERE = 2;
const LOST = 3;
/** Reported, and what the index says of it is kept. */
const REPORTED = 4;

/** Repairs one version: walks from its statement's root, and writes its index anew. */
export class VersionRepair {
  /** Objects that were rebuilt. */
  rebuilt = 0;
  /** Paths that are lost. */
  losses = 0;
  readonly #statement: Statement;
  readonly #tools: RepairTools;
  readonly #table = new ObjectTable();
  /** How directories are read that were rebuilt, by their number. */
  readonly #rebuilt = new Map<number, ReadObject>();

  constructor(statement: Statement, tools: RepairTools) {
    this.#statement = statement;
    this.#tools = tools;
  }

  /** Distinct objects met so far. */
  get objects(): number {
    return this.#table.count;
  }

  /** Finds or rebuilds everything, then settles what stands elsewhere, then reports what is lost. */
  async run(): Promise<void> {
    await this.#walk({
      file: (descriptor, path) => this.#examineFile(descriptor, path),
      directory: (descriptor, path) => this.#examineDirectory(descriptor, path),
    });
    if (this.#has(ELSEWHERE)) {
      await this.#walk({
        file: (descriptor, path) => this.#settleFile(descriptor, path),
        directory: async (descriptor) => this.#knownDirectory(descriptor),
      });
    }
    if (!this.#has(ELSEWHERE) && !this.#has(LOST)) return;
    await this.#walk({
      file: async (descriptor, path) => this.#report(descriptor, path),
      directory: async (descriptor, path) => {
        this.#report(descriptor, path);
        return this.#knownDirectory(descriptor);
      },
    });
  }

  #walk(visitor: Visitor): Promise<void> {
    return walkVersion(this.#statement, {
      file: async (descriptor, path) => {
        await this.#tools.breathe();
        await visitor.file(descriptor, path);
      },
      directory: (descriptor, path) => visitor.directory(descriptor, path),
    });
  }

  #has(state: number): boolean {
    for (let n = 0; n < this.#table.count; n += 1) if (this.#table.state(n) === state) return true;
    return false;
  }

  #meet(descriptor: Descriptor): Met {
    const id = objectId(encodeDescriptor(descriptor));
    const number = this.#table.add(id);
    return { id, number, state: this.#table.state(number) };
  }

  #keep({ number }: Met, record: NewRecord): void {
    this.#tools.writer.add(record);
    this.#table.setState(number, WHOLE);
  }

  /** Takes a file's object as it is stored, or rebuilds it from the file at this path. */
  async #examineFile(descriptor: Descriptor, path: string): Promise<void> {
    const met = this.#meet(descriptor);
    if (met.state === WHOLE) return;
    const { stored } = this.#tools;
    const own = stored.own(met.id);
    if (own !== undefined) {
      // The copy of a lost object may be made anew from each of its paths.
      const isOpen = met.state === NEW || own.content.kind === 'copied';
      const isRight = met.state === ELSEWHERE || (isOpen && (await this.#isFileWhole(own, path)));
      if (isRight && stored.isAt(own, path)) return this.#keep(met, own);
      if (isRight) return this.#table.setState(met.number, ELSEWHERE);
    }
    for (const other of stored.others(met.id)) {
      if (!stored.isAt(other, path) || !(await this.#isFileWhole(other, path))) continue;
      this.rebuilt += 1;
      return this.#keep(met, other);
    }
    if (!(await this.#rebuildFile(met, descriptor, path))) this.#table.setState(met.number, LOST);
  }

  /** Tells whether what a record of a file refers to is right; a wrong copy is made anew. */
  async #isFileWhole(record: ObjectRecord, path: string): Promise<boolean> {
    const { stored, rebuilder, breathe } = this.#tools;
    if (!stored.isUsable(record) || !(await stored.isTreeWhole(record, breathe))) return false;
    const { descriptor, content } = record;
    if (content.kind === 'inPlace') return stored.pathOf(record) !== undefined;
    if (content.kind === 'directory') return stored.isDirectoryRight(record);
    if (await rebuilder.isCopyRight(descriptor)) return true;
    if ((await rebuilder.copyAgain(descriptor, path)) !== undefined) return false;
    this.rebuilt += 1;
    return true;
  }

  /** Rebuilds a file's object from its copy or the file at this path; tells whether it could. */
  async #rebuildFile(met: Met, descriptor: Descriptor, path: string): Promise<boolean> {
    const { rebuilder, stored, copies } = this.#tools;
    const kind = stored.own(met.id)?.content.kind ?? (copies ? 'copied' : 'inPlace');
    let record = await rebuilder.copiedFile(descriptor);
    if (typeof record === 'string') {
      record =
        kind === 'copied'
          ? await rebuilder.fileCopiedAgain(descriptor, path)
          : await rebuilder.fileInPlace(descriptor, path);
    }
    if (typeof record === 'string') return false;
    this.rebuilt += 1;
    this.#keep(met, record);
    return true;
  }

  /** Gives an object whose record names none of its paths one that has its contents. */
  async #settleFile(descriptor: Descriptor, path: string): Promise<void> {
    const met = this.#meet(descriptor);
    if (met.state === ELSEWHERE) await this.#rebuildFile(met, descriptor, path);
  }

  /** Takes a directory as it is stored, or rebuilds what is wrong of it. */
  async #examineDirectory(descriptor: Descriptor, path: string): Promise<ReadObject | undefined> {
    const known = this.#knownDirectory(descriptor);
    if (known !== undefined) return known;
    const met = this.#meet(descriptor);
    const { stored, lost, breathe } = this.#tools;
    await breathe();
    for (const record of stored.records(met.id)) {
      if (!stored.isDirectoryRight(record)) continue;
      const read: ReadObject = (at, into) => stored.readDirectory(record, at, into);
      const isWhole = stored.isUsable(record) && (await stored.isTreeWhole(record, breathe));
      if (!isWhole) return this.#rebuildDirectory(met, descriptor, read);
      this.#keep(met, record);
      return read;
    }
    const found = await lost.find(descriptor, path);
    if (typeof found !== 'string') return this.#rebuildDirectory(met, descriptor, found);
    this.#table.setState(met.number, LOST);
    return undefined;
  }

  #rebuildDirectory(met: Met, descriptor: Descriptor, read: ReadObject): ReadObject {
    this.rebuilt += 1;
    this.#keep(met, this.#tools.rebuilder.directory(descriptor, read));
    this.#rebuilt.set(met.number, read);
    return read;
  }

  /** Returns how a directory is read that was found to be whole, or was rebuilt. */
  #knownDirectory(descriptor: Descriptor): ReadObject | undefined {
    const { id, number, state } = this.#meet(descriptor);
    if (state !== WHOLE) return undefined;
    const { stored } = this.#tools;
    const rebuilt = this.#rebuilt.get(number);
    if (rebuilt !== undefined) return rebuilt;
    for (const record of stored.records(id)) {
      if (!stored.isDirectoryRight(record)) continue;
      return (at, into) => void stored.readDirectory(record, at, into);
    }
    return undefined;
  }

  /** Reports a path if its object is lost; what the index says of that is kept. */
  #report(descriptor: Descriptor, path: string): void {
    const { id, number, state } = this.#meet(descriptor);
    if (state === NEW || state === WHOLE) return;
    const { stored, rebuilder, writer, onLoss } = this.#tools;
    const own = stored.own(id);
    if (state !== REPORTED && own !== undefined && stored.isUsable(own)) writer.add(own);
    this.#table.setState(number, REPORTED);
    this.losses += 1;
    onLoss({
      version: this.#statement.version,
      path,
      reason: rebuilder.faultOf(descriptor, path),
      id,
    });
  }
}

/** An object at one of its places. */
interface Met {
  /** 32 bytes. */
  readonly id: Uint8Array;
  readonly number: number;
  readonly state: number;
}
