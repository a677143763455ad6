import { type BigIntStats, readlinkSync } from 'node:fs';
import { fromUtf8, utf8 } from '../common/bytes.ts';
import { type Descriptor, encodeDescriptor, objectId } from '../common/descriptor.ts';
import { DirectoryEncoder, type Entry, isContained, type Mtime } from '../common/directory.ts';
import { HASH_LENGTH, MAX_SYMLINK_LENGTH } from '../common/limits.ts';
import { TreeBuilder } from '../common/tree/build.ts';
import { RFC9162 } from '../common/tree/profile.ts';
import { treeShape } from '../common/tree/shape.ts';
import { TileLayout } from '../common/tree/tiles.ts';
import { childPath, DIRECTORY, FILE, listDirectory } from './list-directory.ts';
import type { NameList } from './name-list.ts';
import { sealFile } from './seal-file.ts';
import type { Sealing } from './sealing.ts';
import { changedSource, fromSource, sourceError } from './source-error.ts';

/** Page size of every directory, whatever that of files is. */
const DIRECTORY_PAGE_SIZE = 16_384;

/**
 * Seals a directory and everything below it, and adds it to the version.
 *
 * Subdirectories come first, so that nothing is written between this directory's own pages.
 *
 * @param path - Relative to the source; empty for the source itself.
 */
export async function sealDirectory(sealing: Sealing, path: string): Promise<Descriptor> {
  const { writer, pace, counts } = sealing;
  const names = await listDirectory(sealing, path);
  const subdirectories = await sealSubdirectories(sealing, path, names);
  const { directories } = writer.pack;
  const start = directories.size;
  const encoder = new DirectoryEncoder(DIRECTORY_PAGE_SIZE, (page) => directories.append(page));
  const directory = utf8(path);
  for (let i = 0; i < names.count; i += 1) {
    encoder.add(await sealEntry(sealing, path, directory, names, i, subdirectories));
    if (pace.due()) await pace.pause();
  }
  encoder.finish();
  counts.directories += 1;
  return addDirectory(sealing, start, encoder.size);
}

async function sealSubdirectories(
  sealing: Sealing,
  path: string,
  names: NameList,
): Promise<DescriptorQueue> {
  let count = 0;
  for (let i = 0; i < names.count; i += 1) if (names.type(i) === DIRECTORY) count += 1;
  const sealed = new DescriptorQueue(count);
  for (let i = 0; i < names.count; i += 1) {
    if (names.type(i) !== DIRECTORY) continue;
    sealed.add(await sealDirectory(sealing, childPath(path, nameOf(names, i))));
  }
  return sealed;
}

async function sealEntry(
  sealing: Sealing,
  parent: string,
  directory: Uint8Array,
  names: NameList,
  index: number,
  subdirectories: DescriptorQueue,
): Promise<Entry> {
  const name = nameOf(names, index);
  const path = childPath(parent, name);
  const type = names.type(index);
  if (type === FILE) {
    const place = { directory, name: names.name(index) };
    const { descriptor, stats } = await sealFile(sealing, path, place);
    return { type: 'file', name, ...modeAndMtime(sealing, stats), descriptor };
  }
  const absolute = sealing.absolute(path);
  const stats = sealing.stat(path);
  if (type === DIRECTORY ? !stats.isDirectory() : !stats.isSymbolicLink()) {
    throw changedSource(absolute);
  }
  if (type === DIRECTORY) {
    const descriptor = subdirectories.next();
    return { type: 'directory', name, ...modeAndMtime(sealing, stats), descriptor };
  }
  sealing.counts.symlinks += 1;
  const target = targetOf(absolute);
  if (!isContained(target, path.split('/').length - 1)) {
    sealing.escaping.escapingSymlinks += 1;
    sealing.escaping.firstEscaping ??= path;
  }
  return { type: 'symlink', name, ...modeAndMtime(sealing, stats), mode: 0o777, target };
}

function modeAndMtime(
  sealing: Sealing,
  stats: BigIntStats,
): { readonly mode: number; readonly mtime?: Mtime } {
  const mode = Number(stats.mode % 0o1000n);
  if (!sealing.settings.mtime) return { mode };
  const nanoseconds = Number(((stats.mtimeNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n);
  const seconds = Number((stats.mtimeNs - BigInt(nanoseconds)) / 1_000_000_000n);
  return { mode, mtime: { seconds, nanoseconds } };
}

function targetOf(absolute: string): string {
  const bytes = fromSource(absolute, () => readlinkSync(absolute, { encoding: 'buffer' }));
  const target = fromUtf8(bytes);
  if (target === undefined) {
    throw sourceError('ERR_SOURCE_NAME', absolute, 'is a symlink whose target is not UTF-8');
  }
  if (bytes.length < 1 || bytes.length > MAX_SYMLINK_LENGTH) {
    const what = `is a symlink whose target has ${bytes.length} bytes`;
    throw sourceError('ERR_SOURCE_LIMIT', absolute, what);
  }
  return target;
}

/** Names were checked when they were listed. */
function nameOf(names: NameList, index: number): string {
  return fromUtf8(names.name(index)) ?? '';
}

/**
 * Builds the tree of a directory from its bytes in `directories`, and adds it to the version; of a
 * directory that the version before has, nothing stays in the new pack.
 */
function addDirectory(sealing: Sealing, start: number, size: number): Descriptor {
  const { writer, previous, buffers } = sealing;
  const { pack } = writer;
  const [buffer] = buffers;
  const shape = treeShape(RFC9162, DIRECTORY_PAGE_SIZE, size);
  const layout = new TileLayout(shape);
  const treeOffset = pack.reserveTree(layout.length);
  const builder = new TreeBuilder(layout, (at, tile) => pack.writeTile(treeOffset + at, tile));
  for (let at = 0; at < size; at += buffer.length) {
    const pages = buffer.subarray(0, Math.min(buffer.length, size - at));
    pack.directories.read(pages, start + at);
    builder.addPages(pages);
  }
  const { profile, pageSize } = shape;
  const descriptor = { profile, pageSize, size, root: builder.finish() };
  const known = previous?.find(objectId(encodeDescriptor(descriptor)));
  if (known?.content.kind === 'directory') {
    pack.directories.truncate(start);
    pack.dropTree(treeOffset);
    writer.add(known);
  } else writer.add(pack.record(descriptor, { kind: 'directory', offset: start }, treeOffset));
  return descriptor;
}

/** Descriptors of subdirectories in order, packed: a directory may have a million of them. */
class DescriptorQueue {
  readonly #roots: Uint8Array;
  readonly #sizes: Float64Array;
  #added = 0;
  #taken = 0;

  constructor(count: number) {
    this.#roots = new Uint8Array(count * HASH_LENGTH);
    this.#sizes = new Float64Array(count);
  }

  add({ size, root }: Descriptor): void {
    this.#roots.set(root, this.#added * HASH_LENGTH);
    this.#sizes[this.#added] = size;
    this.#added += 1;
  }

  next(): Descriptor {
    const at = this.#taken;
    this.#taken += 1;
    return {
      profile: RFC9162,
      pageSize: DIRECTORY_PAGE_SIZE,
      size: this.#sizes[at] ?? 0,
      root: this.#roots.slice(at * HASH_LENGTH, (at + 1) * HASH_LENGTH),
    };
  }
}
