import { fromUtf8, utf8 } from './bytes.ts';
import { MAX_CLIENT_FRAME_LENGTH, MAX_NAME_LENGTH, MAX_WALK_NAMES } from './limits.ts';

const SLASH = 0x2f;
/** Bytes of a client's frame that are not the path of its `Walk`: object id, room, tags and lengths. */
const REST_OF_FRAME = 64;

/**
 * Encodes the path of a `Walk`: as many of some names, from the first on, as one request holds.
 *
 * @returns New bytes; empty if not even the first name can be asked for.
 */
export function encodeWalkPath(names: readonly string[]): Uint8Array {
  const path = new Uint8Array(MAX_CLIENT_FRAME_LENGTH - REST_OF_FRAME);
  let length = 0;
  for (const name of names.slice(0, MAX_WALK_NAMES)) {
    const bytes = utf8(name);
    const at = length === 0 ? 0 : length + 1;
    if (!isWalkName(bytes) || bytes.includes(SLASH) || at + bytes.length > path.length) break;
    if (at > 0) path[length] = SLASH;
    path.set(bytes, at);
    length = at + bytes.length;
  }
  return path.slice(0, length);
}

/**
 * Takes the path of a `Walk` apart.
 *
 * @param path - Attacker-controlled, at most `MAX_CLIENT_FRAME_LENGTH`.
 * @returns Views of the path; `undefined` unless they are 1 to `MAX_WALK_NAMES` names, each of 1 to
 *   `MAX_NAME_LENGTH` bytes.
 * @see SPEC.md, S5
 */
export function decodeWalkPath(path: Uint8Array): readonly Uint8Array[] | undefined {
  const names: Uint8Array[] = [];
  for (let start = 0; start <= path.length && names.length <= MAX_WALK_NAMES; ) {
    const slash = path.indexOf(SLASH, start);
    const end = slash === -1 ? path.length : slash;
    names.push(path.subarray(start, end));
    start = end + 1;
  }
  return names.length <= MAX_WALK_NAMES && names.every(isWalkName) ? names : undefined;
}

/** Returns the names of a path that was encoded here; none if it is another. */
export function walkNames(path: Uint8Array): readonly string[] {
  const names = (decodeWalkPath(path) ?? []).map(fromUtf8);
  return names.every((name) => name !== undefined) ? names : [];
}

function isWalkName({ length }: Uint8Array): boolean {
  return length >= 1 && length <= MAX_NAME_LENGTH;
}
