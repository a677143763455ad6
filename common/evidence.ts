import {
  type Bundle,
  decodeBundle,
  encodeBundle,
  malformedBundle,
  SectionReader,
} from './bundle.ts';
import { compareBytes, toHex } from './bytes.ts';
import { BundleError } from './errors.ts';
import { parseNote } from './note.ts';
import { type VerifierKey, verifySigners } from './signature.ts';
import { parseStatement, type Statement, textHash } from './statement.ts';

/** One of two statements that contradict each other. */
export interface ContradictingStatement {
  /** The signed note; a view of the bundle. */
  readonly note: Uint8Array;
  readonly statement: Statement;
  /** 32 bytes. */
  readonly textHash: Uint8Array;
  /** The reader's keys that have signed it, distinct as public keys. */
  readonly signers: readonly VerifierKey[];
}

/** Proof that a publisher signed two texts of one version. */
export interface Evidence {
  readonly origin: string;
  readonly version: number;
  /** Two, ordered by the hashes of their texts. */
  readonly statements: readonly ContradictingStatement[];
}

/**
 * Puts two notes that contradict each other into a bundle; the same for either order of the notes.
 *
 * @param notes - Two, well-formed.
 * @returns New bytes.
 * @throws {IntegrityError} `ERR_NOTE` if one is no signed note.
 * @see SPEC.md, "Bundles"
 */
export function encodeEvidence(notes: readonly Uint8Array[]): Uint8Array {
  const hashed = notes.map((note) => ({ note, hash: textHash(parseNote(note).text) }));
  hashed.sort((a, b) => compareBytes(a.hash, b.hash));
  return encodeBundle(
    'evidence',
    hashed.map(({ note }) => ({ name: 'note', data: note })),
  );
}

/**
 * Verifies that a bundle proves an equivocation.
 *
 * @param bundle - Attacker-controlled bytes, or what `decodeBundle` made of them.
 * @param keys - The reader's keys, any of which may have signed.
 * @param threshold - How many of them must have signed each text; at least 1.
 * @throws {BundleError} `ERR_BUNDLE` if it is malformed, `ERR_EVIDENCE` if its statements do not
 *   contradict each other.
 * @throws {IntegrityError} As `parseNote`, `verifyNote` and `parseStatement`.
 * @see SPEC.md, V37
 */
export function verifyEvidence(
  bundle: Uint8Array | Bundle,
  keys: readonly VerifierKey[],
  threshold: number,
): Evidence {
  const decoded = bundle instanceof Uint8Array ? decodeBundle(bundle) : bundle;
  const reader = new SectionReader(decoded, 'evidence');
  const notes = [reader.take('note'), reader.take('note')] as const;
  reader.end();
  const a = verifyStatement(notes[0], keys, threshold);
  const b = verifyStatement(notes[1], keys, threshold);
  const { origin, version } = a.statement;
  if (origin !== b.statement.origin || version !== b.statement.version) {
    const second = `${b.statement.origin} ${b.statement.version}`;
    throw consistent(`statements are of ${origin} ${version} and of ${second}, want the same`);
  }
  const order = compareBytes(a.textHash, b.textHash);
  if (order === 0) throw consistent(`statements have the same text, ${toHex(a.textHash)}`);
  if (order > 0) throw malformedBundle('has its notes out of order');
  return { origin, version, statements: [a, b] };
}

function verifyStatement(
  bytes: Uint8Array,
  keys: readonly VerifierKey[],
  threshold: number,
): ContradictingStatement {
  const note = parseNote(bytes);
  const signers = verifySigners(note, keys, threshold);
  const statement = parseStatement(note.text);
  return { note: bytes, statement, textHash: textHash(note.text), signers };
}

function consistent(what: string): BundleError {
  return new BundleError('ERR_EVIDENCE', what);
}
