import { type Entry, isContained, type SymlinkEntry } from '../common/directory.ts';
import { IntegrityError, PathError } from '../common/errors.ts';
import { quote } from '../common/escape.ts';
import { MAX_DEPTH, MAX_SYMLINKS } from '../common/limits.ts';

/** An entry and where it was found. */
export interface Found {
  /** Components joined by `/`; empty for the root. */
  readonly path: string;
  readonly entry: Entry;
}

/** A directory on the way down a path. */
interface Step {
  readonly name: string;
  readonly entry: Entry;
}

/**
 * Finds the entry of a name in a directory.
 *
 * @param found - What should be the directory; it may be no directory at all.
 * @param next - The names that will be looked up below it, if there are no symlinks among them.
 * @throws {PathError} `ERR_NOT_DIRECTORY` if it is none, `ERR_NOT_FOUND` if the name is absent.
 */
export type Lookup = (found: Found, name: string, next: readonly string[]) => Promise<Entry>;

/**
 * Follows a path down from a root, through symlinks that are contained.
 *
 * @param path - Components joined by `/`; empty ones and `.` are left out, `..` leads to the parent.
 * @param followLast - Whether a symlink at the path's end is followed.
 * @throws {PathError} `ERR_SYMLINK_LOOP`, or as `lookup`.
 * @throws {IntegrityError} `ERR_SYMLINK`, `ERR_DEPTH`, or as `lookup`.
 * @see SPEC.md, V22 to V24
 */
export async function resolvePath(
  root: Entry,
  path: string,
  followLast: boolean,
  lookup: Lookup,
): Promise<Found> {
  const rest = componentsOf(path);
  const steps: Step[] = [];
  let entry = root;
  let followed = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '..') {
      entry = parentOf(steps, root);
      continue;
    }
    const child = await lookup({ path: pathOf(steps), entry }, name, namesIn(rest));
    const childPath = pathOf(steps, name);
    if (child.type === 'symlink' && (followLast || rest.length > 0)) {
      followed += 1;
      checkFollowed(followed, path);
      checkContained(child, childPath);
      rest.unshift(...componentsOf(child.target));
      continue;
    }
    checkDepth(steps.length + 1);
    if (child.type !== 'directory' && rest.length === 0) return { path: childPath, entry: child };
    entry = child;
    steps.push({ name, entry: child });
  }
  return { path: pathOf(steps), entry };
}

/** Splits a path; empty components and `.` are left out. */
export function componentsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** Returns the names at the start of some components: those that lead down. */
export function namesIn(components: readonly string[]): readonly string[] {
  const up = components.indexOf('..');
  return up === -1 ? components : components.slice(0, up);
}

function pathOf(steps: readonly Step[], ...more: readonly string[]): string {
  return [...steps.map(({ name }) => name), ...more].join('/');
}

/** Goes one step up; the root is its own parent. */
function parentOf(steps: Step[], root: Entry): Entry {
  steps.pop();
  return steps.at(-1)?.entry ?? root;
}

/**
 * Checks how many components a path has.
 *
 * @throws {IntegrityError} `ERR_DEPTH` if they are too many.
 * @see SPEC.md, V23
 */
export function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new IntegrityError('ERR_DEPTH', `path is deeper than ${MAX_DEPTH}`);
}

function checkFollowed(count: number, path: string): void {
  if (count > MAX_SYMLINKS) {
    throw new PathError('ERR_SYMLINK_LOOP', `${quotePath(path)} leads through too many symlinks`);
  }
}

/**
 * Checks that a symlink stays within its volume.
 *
 * @param path - Where the symlink stands, without empty components.
 * @throws {IntegrityError} `ERR_SYMLINK` if it leads out.
 * @see SPEC.md, V24
 */
export function checkContained(entry: SymlinkEntry, path: string): void {
  if (isContained(entry.target, path.split('/').length - 1)) return;
  const where = `symlink ${quotePath(path)} to ${quote(entry.target)}`;
  throw new IntegrityError('ERR_SYMLINK', `${where} leads out of the volume`);
}

/** Quotes a path for a message; the root has no name. */
export function quotePath(path: string): string {
  return path === '' ? 'the root' : quote(path);
}
