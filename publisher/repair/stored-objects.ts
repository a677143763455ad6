import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { equalBytes, fromUtf8 } from '../../common/bytes.ts';
import { StoreError } from '../../common/errors.ts';
import { HASH_LENGTH } from '../../common/limits.ts';
import {
  DIRECTORIES,
  decodeRecord,
  INDEX,
  type ObjectRecord,
  PATHS,
  RECORD_LENGTH,
  TREES,
} from '../../common/store/layout.ts';
import { TreeBuilder } from '../../common/tree/build.ts';
import { FSVERITY, type Profile, RFC9162 } from '../../common/tree/profile.ts';
import { isTreeWhole } from '../check-tree.ts';
import { layoutOf } from '../pack-usage.ts';
import { RecordFile } from '../record-file.ts';
import { versionFolder } from '../store-folder.ts';
import { StoredPacks } from '../stored-pack.ts';

/** Records of an index that are looked at for how files were sealed. */
const SAMPLE = 4096;
/** Bytes that are hashed at once; whole pages of any size. */
const RUN_LENGTH = 1_048_576;

/** How the files of a version were sealed, as far as that shows. */
export interface FileSettings {
  readonly profile: Profile;
  readonly pageSize: number;
}

const SIZES = [4096, 1024, 2048, 8192, 16_384, 32_768, 65_536];
const LARGE_SIZES = [131_072, 262_144, 524_288, 1_048_576];

/** Everything that `seal` can be told, for a version of which nothing tells how it was sealed. */
const ALL_SETTINGS: readonly FileSettings[] = [
  ...SIZES.flatMap((pageSize) => [
    { profile: RFC9162, pageSize },
    { profile: FSVERITY, pageSize },
  ]),
  ...LARGE_SIZES.map((pageSize) => ({ profile: RFC9162, pageSize })),
];

/** What a store says of its objects, none of it believed. */
export class StoredObjects {
  readonly #packs: StoredPacks;
  readonly #indexes: RecordFile[] = [];
  /** Whether the first of `#indexes` is that of the version itself. */
  readonly #hasOwn: boolean;

  /**
   * @param version - The version whose own index is asked first.
   * @param others - Versions whose indexes may know what that one has lost.
   */
  constructor(store: string, version: number, others: readonly number[]) {
    this.#packs = new StoredPacks(store);
    for (const one of [version, ...others]) {
      const path = join(versionFolder(store, one), INDEX);
      if (existsSync(path)) this.#indexes.push(new RecordFile(path, RECORD_LENGTH));
    }
    this.#hasOwn = existsSync(join(versionFolder(store, version), INDEX));
  }

  /** Records of the version's own index, or of another if that is lost. */
  get count(): number {
    return this.#indexes[0]?.count ?? 0;
  }

  /** Returns what the version's own index says of an object. */
  own(id: Uint8Array): ObjectRecord | undefined {
    const [index] = this.#indexes;
    return this.#hasOwn && index !== undefined ? find(index, id) : undefined;
  }

  /** Returns what the indexes of other versions say of an object. */
  *others(id: Uint8Array): Generator<ObjectRecord, void, undefined> {
    for (const index of this.#indexes.slice(this.#hasOwn ? 1 : 0)) {
      const record = find(index, id);
      if (record !== undefined) yield record;
    }
  }

  /** Returns what all indexes say of an object, the version's own first. */
  *records(id: Uint8Array): Generator<ObjectRecord, void, undefined> {
    const own = this.own(id);
    if (own !== undefined) yield own;
    yield* this.others(id);
  }

  /** Lists how files were sealed, as far as indexes tell, the commonest first. */
  fileSettings(): readonly FileSettings[] {
    const found = new Map<string, { readonly settings: FileSettings; readonly count: number }>();
    for (const index of this.#indexes) {
      for (let i = 0; i < Math.min(SAMPLE, index.count); i += 1) {
        const record = decode(index.read(i).slice());
        if (record === undefined || record.content.kind === 'directory') continue;
        const { profile, pageSize } = record.descriptor;
        const settings = { profile, pageSize };
        const { count } = found.get(keyOf(settings)) ?? { count: 0 };
        found.set(keyOf(settings), { settings, count: count + 1 });
      }
    }
    if (found.size === 0) return ALL_SETTINGS;
    const sorted = [...found.values()].sort((a, b) => b.count - a.count);
    return sorted.map(({ settings }) => settings);
  }

  /** Tells whether a record may be kept as it is: whoever serves the store opens its whole pack. */
  isUsable({ pack }: ObjectRecord): boolean {
    return pack === 0 || this.#packs.isComplete(pack);
  }

  /** Returns where a record says that a file of the source is; `undefined` if that can not be. */
  pathOf({ pack, content }: ObjectRecord): string | undefined {
    if (content.kind !== 'inPlace') return undefined;
    const bytes = new Uint8Array(content.pathLength);
    if (bytes.length > 0 && !this.#packs.read(pack, PATHS, content.pathOffset, bytes)) {
      return undefined;
    }
    return fromUtf8(bytes);
  }

  /** Tells whether a record serves a path: only contents in place are of one. */
  isAt(record: ObjectRecord, path: string): boolean {
    return record.content.kind !== 'inPlace' || this.pathOf(record) === path;
  }

  /** Tells whether a record is of a directory whose bytes lead to its root. */
  isDirectoryRight(record: ObjectRecord): boolean {
    if (record.content.kind !== 'directory') return false;
    const { size, root } = record.descriptor;
    const builder = new TreeBuilder(layoutOf(record), () => undefined);
    const buffer = new Uint8Array(Math.min(size, RUN_LENGTH));
    for (let at = 0; at < size; at += RUN_LENGTH) {
      const bytes = buffer.subarray(0, Math.min(RUN_LENGTH, size - at));
      if (!this.readDirectory(record, at, bytes)) return false;
      builder.addPages(bytes);
    }
    return equalBytes(builder.finish(), root);
  }

  /** Reads bytes of a directory; tells whether they were there. */
  readDirectory({ pack, content }: ObjectRecord, offset: number, into: Uint8Array): boolean {
    if (content.kind !== 'directory') return false;
    return into.length === 0 || this.#packs.read(pack, DIRECTORIES, content.offset + offset, into);
  }

  /** Tells whether the tree that a record refers to is the right one. */
  isTreeWhole(record: ObjectRecord, breathe: () => Promise<void>): Promise<boolean> {
    const { pack, treeOffset, descriptor } = record;
    return isTreeWhole(
      layoutOf(record),
      descriptor.root,
      (offset, into) => this.#packs.read(pack, TREES, treeOffset + offset, into),
      breathe,
    );
  }

  close(): void {
    this.#packs.close();
    for (const index of this.#indexes) index.close();
  }
}

function find(index: RecordFile, id: Uint8Array): ObjectRecord | undefined {
  const bytes = index.find(id.subarray(0, HASH_LENGTH));
  return bytes === undefined ? undefined : decode(bytes);
}

function decode(bytes: Uint8Array): ObjectRecord | undefined {
  try {
    return decodeRecord(bytes);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

function keyOf({ profile, pageSize }: FileSettings): string {
  return `${profile.name} ${pageSize}`;
}
