import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Descriptor, encodeDescriptor, objectId } from '../../common/descriptor.ts';
import { type Content, contentPath, type StoreConfig } from '../../common/store/layout.ts';
import { TreeBuilder } from '../../common/tree/build.ts';
import { ContentCopies, type Copy } from '../content-copies.ts';
import { layoutOf } from '../pack-usage.ts';
import type { NewRecord, PackWriter } from '../pack-writer.ts';
import type { FileHashing } from '../root-of-file.ts';
import { type Fault, faultAt, hashFile, withFile } from './hash-file.ts';
import type { ReadObject } from './walk-version.ts';

const NO_TREE = () => undefined;

/** Rebuilds objects from their data into a new pack. */
export class Rebuilder {
  readonly #store: string;
  readonly #config: StoreConfig;
  readonly #pack: PackWriter;
  readonly #hashing: FileHashing;
  readonly #copies: ContentCopies;

  constructor(store: string, config: StoreConfig, pack: PackWriter, hashing: FileHashing) {
    this.#store = store;
    this.#config = config;
    this.#pack = pack;
    this.#hashing = hashing;
    this.#copies = new ContentCopies(store);
  }

  /** Returns where a file of the source is; `path` is relative to it, and empty for the source itself. */
  absolute(path: string): string {
    return path === '' ? this.#config.source : join(this.#config.source, path);
  }

  /** Rebuilds a file's object from the file in place. */
  fileInPlace(descriptor: Descriptor, path: string): Promise<NewRecord | Fault> {
    const absolute = this.absolute(path);
    return withFile(absolute, descriptor, (file) =>
      this.#build(absolute, file, descriptor, () => this.#pack.addPath(path)),
    );
  }

  /** Rebuilds a file's object from its copy. */
  copiedFile(descriptor: Descriptor): Promise<NewRecord | Fault> {
    const path = this.#copyOf(descriptor);
    return withFile(path, descriptor, (file) =>
      this.#build(path, file, descriptor, () => ({ kind: 'copied' })),
    );
  }

  /** Tells whether the copy of an object has its bytes. */
  async isCopyRight(descriptor: Descriptor): Promise<boolean> {
    const path = this.#copyOf(descriptor);
    const hash = (file: number) => hashFile(path, file, descriptor, this.#hashing, NO_TREE);
    return (await withFile(path, descriptor, hash)) === undefined;
  }

  /** Copies a file of the source again, if it has the object's bytes; what is there is replaced. */
  copyAgain(descriptor: Descriptor, path: string): Promise<Fault | undefined> {
    return this.#copy(descriptor, path, (copy) =>
      hashFile(copy.path, copy.file, descriptor, this.#hashing, NO_TREE),
    );
  }

  /** As `copyAgain`, and rebuilds the object. */
  fileCopiedAgain(descriptor: Descriptor, path: string): Promise<NewRecord | Fault> {
    return this.#copy(descriptor, path, (copy) =>
      this.#build(copy.path, copy.file, descriptor, () => ({ kind: 'copied' })),
    );
  }

  /** Waits until copies are durable. */
  finish(): Promise<void> {
    return this.#copies.finish();
  }

  #copy<T>(
    descriptor: Descriptor,
    path: string,
    use: (copy: Copy) => Promise<T | Fault>,
  ): Promise<T | Fault> {
    const absolute = this.absolute(path);
    return withFile(absolute, descriptor, async (file) => {
      const copy = await this.#copies.copy(file, absolute, BigInt(descriptor.size));
      try {
        const used = await use(copy);
        if (typeof used === 'string') return used;
        rmSync(this.#copyOf(descriptor), { force: true });
        await this.#copies.keep(copy, objectId(encodeDescriptor(descriptor)));
        return used;
      } finally {
        this.#copies.discard(copy); // unless it was kept
      }
    });
  }

  /** Says why an object can be rebuilt neither from a copy nor from the file at a path. */
  faultOf(descriptor: Descriptor, path: string): Fault {
    const fault = faultAt(this.#copyOf(descriptor));
    return fault === 'missing' ? faultAt(this.absolute(path)) : fault;
  }

  /** Writes a directory and its tree anew. */
  directory(descriptor: Descriptor, read: ReadObject): NewRecord {
    const [buffer] = this.#hashing.buffers;
    const { directories } = this.#pack;
    const offset = directories.size;
    const layout = layoutOf({ descriptor });
    const treeOffset = this.#pack.reserveTree(layout.length);
    const builder = new TreeBuilder(layout, (at, tile) =>
      this.#pack.writeTile(treeOffset + at, tile),
    );
    for (let at = 0; at < descriptor.size; at += buffer.length) {
      const bytes = buffer.subarray(0, Math.min(buffer.length, descriptor.size - at));
      read(at, bytes);
      directories.append(bytes);
      builder.addPages(bytes);
    }
    builder.finish();
    return this.#pack.record(descriptor, { kind: 'directory', offset }, treeOffset);
  }

  #copyOf(descriptor: Descriptor): string {
    return join(this.#store, contentPath(objectId(encodeDescriptor(descriptor))));
  }

  /** Writes the tree of an open file, and gives its room back if the file is not the right one. */
  async #build(
    path: string,
    file: number,
    descriptor: Descriptor,
    addContent: () => Content,
  ): Promise<NewRecord | Fault> {
    const treeOffset = this.#pack.reserveTree(layoutOf({ descriptor }).length);
    const fault = await hashFile(path, file, descriptor, this.#hashing, (at, tile) =>
      this.#pack.writeTile(treeOffset + at, tile),
    );
    if (fault === undefined) return this.#pack.record(descriptor, addContent(), treeOffset);
    this.#pack.dropTree(treeOffset);
    return fault;
  }
}
