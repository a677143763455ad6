import { fromHex, fromUtf8 } from './bytes.ts';
import { BundleError, IntegrityError } from './errors.ts';
import { MAX_DIGEST_LIST_LENGTH, MAX_DIGEST_LIST_LINES, MAX_NOTE_LENGTH } from './limits.ts';
import { parseSignatureLines } from './note.ts';
import { plainPath } from './plain-path.ts';
import { type VerifierKey, verifyNote } from './signature.ts';

const LINE = /^sha256:([0-9a-f]{64}) (.+)$/s;
const LF = 0x0a;

/** The fs-verity digests of a list, 32 bytes each, by plain path, in the order of the list. */
export type DigestList = ReadonlyMap<string, Uint8Array>;

/** Whose signatures make a digest list good. */
export interface DigestListSigners {
  readonly keys: readonly VerifierKey[];
  /** Keys, distinct as public keys, that must have signed; at least 1. */
  readonly threshold: number;
}

/**
 * Verifies and parses a digest list.
 *
 * @param list - Attacker-controlled. The list, or without `lines` a note whose text is the list.
 * @param lines - Attacker-controlled. The signature lines, if they stand apart.
 * @throws {BundleError} `ERR_DIGEST_LIST` if it is too long or no digest list.
 * @throws {IntegrityError} `ERR_NOTE`, `ERR_SIGNATURE` or `ERR_THRESHOLD`; before the list is parsed.
 * @see SPEC.md, V38
 */
export function readDigestList(
  list: Uint8Array,
  lines: Uint8Array | undefined,
  { keys, threshold }: DigestListSigners,
): DigestList {
  checkLength(list.length, lines === undefined ? MAX_NOTE_LENGTH : 0);
  const split = lines === undefined ? emptyLine(list) : list.length;
  checkLength(split);
  const signatures = parseSignatureLines(lines ?? list.subarray(split + 1));
  return parseDigestList(
    verifyNote({ text: list.subarray(0, split), signatures }, keys, threshold),
  );
}

/** Finds the last empty line: the LF that is it. */
function emptyLine(note: Uint8Array): number {
  for (let at = note.length - 1; at > 0; at -= 1) {
    if (note[at] === LF && note[at - 1] === LF) return at;
  }
  throw new IntegrityError('ERR_NOTE', 'note has no text above an empty line');
}

/**
 * Parses a digest list, the output of `fsverity digest FILE...`.
 *
 * @throws {BundleError} `ERR_DIGEST_LIST` for any other text.
 * @see SPEC.md, "Digest lists"
 */
export function parseDigestList(text: Uint8Array): DigestList {
  checkLength(text.length);
  const lines = fromUtf8(text)?.split('\n') ?? [];
  if (lines.pop() !== '') throw malformed('is not lines of UTF-8');
  if (lines.length < 1 || lines.length > MAX_DIGEST_LIST_LINES) {
    throw malformed(`has ${lines.length} lines, want 1 to ${MAX_DIGEST_LIST_LINES}`);
  }
  const digests = new Map<string, Uint8Array>();
  for (const [i, line] of lines.entries()) {
    const [, hex = '', given = ''] = LINE.exec(line) ?? [];
    const [digest, path = ''] = [fromHex(hex), plainPath(given)];
    if (digest?.length !== 32 || path === '') throw malformed(`has a malformed line ${i + 1}`);
    if (digests.has(path)) throw malformed(`names the path of line ${i + 1} twice`);
    digests.set(path, digest);
  }
  return digests;
}

/** @param more - Bytes that may stand behind the list. */
function checkLength(length: number, more = 0): void {
  if (length > MAX_DIGEST_LIST_LENGTH + more) throw malformed(`is ${length} bytes long`);
}

function malformed(what: string): BundleError {
  return new BundleError('ERR_DIGEST_LIST', `digest list ${what}`);
}
