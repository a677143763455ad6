import { equalBytes } from '../../common/bytes.ts';
import {
  type Descriptor,
  encodeDescriptor,
  fsverityDigest,
  objectId,
} from '../../common/descriptor.ts';
import type { Entry, ObjectEntry } from '../../common/directory.ts';
import { IntegrityError, StoreError } from '../../common/errors.ts';
import { MAX_DEPTH, MAX_WALK_ENTRIES } from '../../common/limits.ts';
import { type LocalStore, ServeError, type StoredObject } from '../../server/index.ts';
import { Breather } from '../breather.ts';
import { checkObject, type ObjectFault } from './check-object.ts';
import { storedEntries } from './stored-entries.ts';

/** Something of a version that is not what was signed. */
export interface Finding {
  /** Components joined by `/`; empty for the root. */
  readonly path: string;
  readonly fault:
    | ObjectFault
    | 'not in the store'
    | 'index damaged'
    | 'path damaged'
    | 'digest damaged'
    | 'directory malformed';
  /** 32 bytes. */
  readonly id: Uint8Array;
}

/** Which version of a store is checked, and who is told. */
export interface CheckStoreOptions {
  /** The version that is checked. */
  readonly version: number;
  readonly signal: AbortSignal;
  readonly onFinding: (finding: Finding) => void;
  readonly onProgress: () => void;
}

interface Open {
  readonly path: string;
  readonly depth: number;
  readonly id: Uint8Array;
  readonly entries: AsyncGenerator<Entry, void, undefined>;
}

/** Checks everything that one version of a store is made of, at every path where it stands. */
export class StoreCheck {
  files = 0;
  directories = 0;
  symlinks = 0;
  objects = 0;
  bytes = 0;
  findings = 0;
  /** Bytes of the objects found so far. */
  foundBytes = 0;
  readonly #store: LocalStore;
  readonly #options: CheckStoreOptions;
  readonly #breather = new Breather();
  /** What was found of each directory, by its id: one may stand in many places. */
  readonly #directories = new Map<string, Finding['fault'] | undefined>();
  /** Ids of the objects that were met. */
  readonly #met = new Set<string>();
  /** Files that the store looks for at a path where they were not met, by their object ids. */
  readonly #misplaced = new Map<string, Finding>();
  /** Directories on the way down to where the check is. */
  readonly #open: Open[] = [];

  constructor(store: LocalStore, options: CheckStoreOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** @param root - From a verified statement; its name is empty. */
  async run(root: ObjectEntry): Promise<void> {
    await this.#check('', 0, root);
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      const entry = await this.#next(top);
      if (entry === undefined) {
        this.#open.splice(this.#open.indexOf(top), 1);
        continue;
      }
      await this.#breather.breathe(this.#options.signal);
      if (entry.type === 'symlink') {
        this.symlinks += 1;
        continue;
      }
      const path = top.path === '' ? entry.name : `${top.path}/${entry.name}`;
      await this.#check(path, top.depth + 1, entry);
    }
    for (const finding of this.#misplaced.values()) this.#find(finding);
  }

  /** Reads the next entry; a malformed directory ends where it is malformed. */
  async #next({ path, id, entries }: Open): Promise<Entry | undefined> {
    try {
      const { value, done } = await entries.next();
      return done || value === undefined ? undefined : value;
    } catch (error) {
      if (!(error instanceof IntegrityError)) throw error;
      this.#find({ path, fault: 'directory malformed', id });
      return undefined;
    }
  }

  async #check(path: string, depth: number, { type, descriptor }: ObjectEntry): Promise<void> {
    const id = objectId(encodeDescriptor(descriptor));
    const key = String.fromCharCode(...id);
    const isNew = !this.#met.has(key);
    this.#met.add(key);
    this.objects = this.#met.size;
    this.#spend();
    if (type === 'file') {
      this.files += 1;
      // files with the same contents are one object, but each of them may have changed
      const fault = await this.#examine(() => this.#store.findAt(id, path), descriptor.root);
      if (fault !== undefined) this.#find({ path, fault, id });
      if (this.#isPlaced(id, path)) this.#misplaced.delete(key);
      else if (isNew) this.#misplaced.set(key, { path, fault: 'path damaged', id });
      if (isNew && !this.#hasDigest(descriptor)) this.#find({ path, fault: 'digest damaged', id });
      return;
    }
    this.directories += 1;
    if (!this.#directories.has(key)) {
      const found = await this.#examine(() => this.#store.find(id), descriptor.root);
      this.#directories.set(key, found);
    }
    const fault = this.#directories.get(key);
    if (fault !== undefined) this.#find({ path, fault, id });
    else this.#enter(path, depth, id);
  }

  /** Tells whether this is where the store looks for a file. */
  #isPlaced(id: Uint8Array, path: string): boolean {
    const { version } = this.#options;
    return lookUp(() => (this.#store.placeOf(version, id) ?? path) === path) === true;
  }

  /** Tells whether a file is found by its fs-verity digest, if it has one. */
  #hasDigest(descriptor: Descriptor): boolean {
    const digest = fsverityDigest(descriptor);
    if (digest === undefined) return true;
    const found = lookUp(() => this.#store.findByDigest(digest)?.descriptor);
    return found instanceof Uint8Array && equalBytes(found, encodeDescriptor(descriptor));
  }

  /** @throws {IntegrityError} `ERR_WALK_BUDGET` if the tree has no reasonable end. */
  #spend(): void {
    if (this.files + this.directories < MAX_WALK_ENTRIES) return;
    throw new IntegrityError('ERR_WALK_BUDGET', `walk passed ${MAX_WALK_ENTRIES} entries`);
  }

  async #examine(
    find: () => StoredObject | undefined,
    root: Uint8Array,
  ): Promise<Finding['fault'] | undefined> {
    const object = lookUp(find);
    if (typeof object === 'string') return object;
    this.foundBytes += object.shape.size;
    return await checkObject(object, root, async (length) => {
      this.bytes += length;
      this.#options.onProgress();
      await this.#breather.breathe(this.#options.signal);
    });
  }

  #enter(path: string, depth: number, id: Uint8Array): void {
    const object = lookUp(() => this.#store.find(id));
    if (typeof object === 'string') return;
    if (depth >= MAX_DEPTH) this.#find({ path, fault: 'directory malformed', id });
    else this.#open.push({ path, depth, id, entries: storedEntries(object) });
  }

  #find(finding: Finding): void {
    this.findings += 1;
    this.#options.onFinding(finding);
  }
}

function lookUp<T>(find: () => T | undefined): T | 'not in the store' | 'index damaged' {
  try {
    return find() ?? 'not in the store';
  } catch (error) {
    if (error instanceof StoreError || error instanceof ServeError) return 'index damaged';
    throw error;
  }
}
