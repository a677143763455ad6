import { rmSync } from 'node:fs';
import { fromUtf8 } from '../common/bytes.ts';
import { StoreError } from '../common/errors.ts';
import {
  type Content,
  DIRECTORIES,
  encodeRecord,
  INDEX,
  type ObjectRecord,
  PATHS,
  TREES,
} from '../common/store/layout.ts';
import { AppendFile } from './append-file.ts';
import { mergeRecords, type SharedRecord } from './merge-records.ts';
import type { Pace } from './pace.ts';
import { layoutOf } from './pack-usage.ts';
import { PackWriter } from './pack-writer.ts';
import { readPacks, replaceIndex } from './replace-index.ts';
import { temporaryPath, versionFolder } from './store-folder.ts';
import { type PackPart, StoredPacks } from './stored-pack.ts';
import { withIndexes } from './version-indexes.ts';

const CHUNK_LENGTH = 1_048_576;

/** The index of one version as it will be. */
interface MovedIndex {
  readonly folder: string;
  readonly path: string;
  /** Absent if nothing in it moves. */
  readonly out: AppendFile | undefined;
  /** What it refers to. */
  readonly packs: Set<number>;
}

/**
 * Moves what versions need of some packs to a new pack; the old packs are then not referred to.
 *
 * Only for who holds the store's lock. Ended at any point, every version is still whole.
 *
 * @param versions - All versions that the store retains.
 * @param victims - The packs to move things out of.
 * @returns The number of the new pack.
 * @throws {StoreError} `ERR_STORE_DAMAGED` if an index or a pack is not what a publisher wrote.
 */
export async function compactPacks(
  store: string,
  versions: readonly number[],
  victims: ReadonlySet<number>,
  pace: Pace,
): Promise<number> {
  const packs = new StoredPacks(store);
  const writer = new PackWriter(store);
  const moved = versions.map((version) => startIndex(store, version, victims));
  try {
    const mover = new Mover(packs, writer, victims);
    await withIndexes(store, versions, async (indexes) => {
      for (const shared of mergeRecords(indexes)) {
        for (const one of shared) mover.move(one, moved);
        if (pace.due()) await pace.pause();
      }
    });
    writer.publish();
    for (const index of moved) publish(index);
    return writer.number;
  } finally {
    for (const { out, path } of moved) {
      out?.close();
      rmSync(path, { force: true }); // unless it took its place
    }
    writer.close();
    packs.close();
  }
}

function startIndex(store: string, version: number, victims: ReadonlySet<number>): MovedIndex {
  const folder = versionFolder(store, version);
  const path = temporaryPath(folder); // beside it, where leftovers are looked for
  const isMoved = readPacks(folder).some((pack) => victims.has(pack));
  return { folder, path, out: isMoved ? new AppendFile(path) : undefined, packs: new Set() };
}

function publish({ folder, path, out, packs }: MovedIndex): void {
  if (out === undefined) return;
  out.sync();
  const sorted = [...packs].sort((a, b) => a - b);
  replaceIndex(folder, sorted, [{ name: INDEX, path }]);
}

/** Copies objects from packs that go to the new one. */
class Mover {
  readonly #packs: StoredPacks;
  readonly #writer: PackWriter;
  readonly #victims: ReadonlySet<number>;
  readonly #buffer = new Uint8Array(CHUNK_LENGTH);

  constructor(packs: StoredPacks, writer: PackWriter, victims: ReadonlySet<number>) {
    this.#packs = packs;
    this.#writer = writer;
    this.#victims = victims;
  }

  /** Writes a record, moved or as it is, to the new index of each version that has it. */
  move({ record, bytes, holders }: SharedRecord, all: readonly MovedIndex[]): void {
    const isMoved = this.#victims.has(record.pack);
    const written = isMoved ? encodeRecord(this.#copy(record)) : bytes;
    for (const holder of holders) {
      const one = all[holder];
      one?.out?.append(written);
      if (record.pack > 0) one?.packs.add(isMoved ? this.#writer.number : record.pack);
    }
  }

  #copy(record: ObjectRecord): ObjectRecord {
    const { length } = layoutOf(record);
    const treeOffset = this.#writer.reserveTree(length);
    this.#read(record.pack, TREES, record.treeOffset, length, (chunk, at) =>
      this.#writer.writeTile(treeOffset + at, chunk),
    );
    return { ...record, pack: this.#writer.number, treeOffset, content: this.#copyContent(record) };
  }

  #copyContent({ pack, content, descriptor }: ObjectRecord): Content {
    if (content.kind === 'copied') return content;
    if (content.kind === 'directory') {
      const { directories } = this.#writer;
      const offset = directories.size;
      const append = (chunk: Uint8Array) => directories.append(chunk);
      this.#read(pack, DIRECTORIES, content.offset, descriptor.size, append);
      return { kind: 'directory', offset };
    }
    let path = '';
    this.#read(pack, PATHS, content.pathOffset, content.pathLength, (bytes) => {
      path = fromUtf8(bytes) ?? missing(pack, PATHS);
    });
    return this.#writer.addPath(path);
  }

  /** Hands out bytes of a pack in chunks, each with where it starts among them. */
  #read(
    pack: number,
    part: PackPart,
    position: number,
    length: number,
    sink: (chunk: Uint8Array, at: number) => void,
  ): void {
    for (let at = 0; at < length; at += CHUNK_LENGTH) {
      const chunk = this.#buffer.subarray(0, Math.min(CHUNK_LENGTH, length - at));
      if (!this.#packs.read(pack, part, position + at, chunk)) missing(pack, part);
      sink(chunk, at);
    }
  }
}

function missing(pack: number, part: PackPart): never {
  throw new StoreError('ERR_STORE_DAMAGED', `${part} of pack ${pack} is damaged`);
}
