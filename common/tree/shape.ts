import type { Profile } from './profile.ts';

/**
 * The integers of one object's tree; nothing here is hashed or allocated per page.
 *
 * @see SPEC.md, "Tree profiles"
 */
export interface TreeShape {
  readonly profile: Profile;
  readonly pageSize: number;
  /** Bytes of the object. */
  readonly size: number;
  readonly arity: number;
  /** Level of the root; 0 for at most one page. */
  readonly height: number;
  /** Nodes of each level, level 0 first, `height + 1` numbers. */
  readonly widths: readonly number[];
}

/**
 * Computes the shape of an object's tree.
 *
 * @param size - Bytes, from a verified descriptor or a file that is being sealed.
 */
export function treeShape(profile: Profile, pageSize: number, size: number): TreeShape {
  const arity = profile.arity(pageSize);
  let width = Math.ceil(size / pageSize);
  const widths = [width];
  while (width > 1) {
    width = Math.ceil(width / arity);
    widths.push(width);
  }
  return { profile, pageSize, size, arity, height: widths.length - 1, widths };
}

/** Computes the shape of the tree of an object that a descriptor is of. */
export function shapeOf({
  profile,
  pageSize,
  size,
}: Pick<TreeShape, 'profile' | 'pageSize' | 'size'>): TreeShape {
  return treeShape(profile, pageSize, size);
}

/** Returns the nodes of a level; 0 outside the tree. */
export function widthOf(shape: TreeShape, level: number): number {
  return shape.widths[level] ?? 0;
}

/** Returns the number of pages. */
export function pageCount(shape: TreeShape): number {
  return widthOf(shape, 0);
}

/** Returns the bytes of pages `[start, end)`; the last page of an object may be short. */
export function pagesLength(shape: TreeShape, start: number, end: number): number {
  return Math.min(end * shape.pageSize, shape.size) - start * shape.pageSize;
}
