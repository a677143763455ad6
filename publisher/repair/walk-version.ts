import type { Descriptor } from '../../common/descriptor.ts';
import {
  checkNeighbours,
  type DirectoryPage,
  decodeDirectoryPage,
  type Entry,
  type ObjectEntry,
} from '../../common/directory.ts';
import { IntegrityError } from '../../common/errors.ts';
import { MAX_DEPTH, MAX_WALK_ENTRIES } from '../../common/limits.ts';
import { pageCount, pagesLength, shapeOf } from '../../common/tree/shape.ts';
import { childPath } from '../list-directory.ts';

/** Fills `into` from a byte of an object on. */
export type ReadObject = (offset: number, into: Uint8Array) => void;

/** What is to be done at each place of a version. */
export interface Visitor {
  /** @returns How to read the directory; `undefined` if it is lost, with all that is below it. */
  directory(descriptor: Descriptor, path: string): Promise<ReadObject | undefined>;
  file(descriptor: Descriptor, path: string): Promise<void>;
}

/**
 * Visits every place where a file or a directory stands in a version, in the order of sealing: a
 * directory, then its subdirectories, then its files.
 *
 * @throws {IntegrityError} `ERR_DIRECTORY`, `ERR_DESCRIPTOR` or `ERR_DEPTH` if a directory was signed
 *   that no publisher makes, `ERR_WALK_BUDGET` if the tree has no reasonable end.
 */
export async function walkVersion(
  root: Pick<ObjectEntry, 'type' | 'descriptor'>,
  visitor: Visitor,
): Promise<void> {
  if (root.type === 'file') await visitor.file(root.descriptor, '');
  else await new Walk(visitor).enter(root.descriptor, '', 0);
}

class Walk {
  readonly #visitor: Visitor;
  #visited = 0;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  async enter(descriptor: Descriptor, path: string, depth: number): Promise<void> {
    if (depth >= MAX_DEPTH)
      throw new IntegrityError('ERR_DEPTH', 'directories are nested too deep');
    this.#spend();
    const read = await this.#visitor.directory(descriptor, path);
    if (read === undefined) return;
    for (const entry of entriesOf(descriptor, read)) {
      if (entry.type !== 'directory') continue;
      await this.enter(entry.descriptor, childPath(path, entry.name), depth + 1);
    }
    for (const entry of entriesOf(descriptor, read)) {
      if (entry.type !== 'file') continue;
      this.#spend();
      await this.#visitor.file(entry.descriptor, childPath(path, entry.name));
    }
  }

  #spend(): void {
    this.#visited += 1;
    if (this.#visited <= MAX_WALK_ENTRIES) return;
    throw new IntegrityError('ERR_WALK_BUDGET', `walk passed ${MAX_WALK_ENTRIES} entries`);
  }
}

/** Reads the entries of a directory whose bytes lead to its root. */
function* entriesOf(descriptor: Descriptor, read: ReadObject): Generator<Entry, void, undefined> {
  const { pageSize } = descriptor;
  const shape = shapeOf(descriptor);
  const pages = pageCount(shape);
  let before: DirectoryPage | undefined;
  for (let index = 0; index < pages; index += 1) {
    const bytes = new Uint8Array(pagesLength(shape, index, index + 1));
    read(index * pageSize, bytes);
    const page = decodeDirectoryPage(bytes, index + 1 === pages);
    if (before) checkNeighbours(before, page, pageSize);
    yield* page.entries;
    before = page;
  }
}
