import {
  type Entry,
  encodeDescriptor,
  IntegrityError,
  MAX_DEPTH,
  type ObjectEntry,
  objectId,
  StoreError,
} from '../../common/index.ts';
import { type LocalStore, ServeError, type StoredObject } from '../../server/index.ts';
import { Breather } from '../breather.ts';
import { checkObject, type ObjectFault } from './check-object.ts';
import { storedEntries } from './stored-entries.ts';

/** Something of a version that is not what was signed. */
export interface Finding {
  /** Components joined by `/`; empty for the root. */
  readonly path: string;
  readonly fault: ObjectFault | 'not in the store' | 'index damaged' | 'directory malformed';
  /** 32 bytes. */
  readonly id: Uint8Array;
}

export interface CheckStoreOptions {
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

/** Checks everything that one version of a store is made of; each distinct object once. */
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
  /** What was found of each object, by its type and id. */
  readonly #checked = new Map<string, Finding['fault'] | undefined>();
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
    if (type === 'file') this.files += 1;
    else this.directories += 1;
    const id = objectId(encodeDescriptor(descriptor));
    const key = type + String.fromCharCode(...id);
    const isNew = !this.#checked.has(key);
    if (isNew) this.#checked.set(key, await this.#examine(id, descriptor.root));
    const fault = this.#checked.get(key);
    if (fault !== undefined) this.#find({ path, fault, id });
    else if (isNew && type === 'directory') this.#enter(path, depth, id);
  }

  async #examine(id: Uint8Array, root: Uint8Array): Promise<Finding['fault'] | undefined> {
    const object = this.#lookUp(id);
    if (typeof object === 'string') return object;
    this.objects += 1;
    this.foundBytes += object.shape.size;
    return await checkObject(object, root, async (length) => {
      this.bytes += length;
      this.#options.onProgress();
      await this.#breather.breathe(this.#options.signal);
    });
  }

  #lookUp(id: Uint8Array): StoredObject | 'not in the store' | 'index damaged' {
    try {
      return this.#store.find(id) ?? 'not in the store';
    } catch (error) {
      if (error instanceof StoreError || error instanceof ServeError) return 'index damaged';
      throw error;
    }
  }

  #enter(path: string, depth: number, id: Uint8Array): void {
    const object = this.#lookUp(id);
    if (typeof object === 'string') return;
    if (depth >= MAX_DEPTH) this.#find({ path, fault: 'directory malformed', id });
    else this.#open.push({ path, depth, id, entries: storedEntries(object) });
  }

  #find(finding: Finding): void {
    this.findings += 1;
    this.#options.onFinding(finding);
  }
}
