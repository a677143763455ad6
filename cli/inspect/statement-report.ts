import { acceptStatement, type Trust } from '../../client/node/index.ts';
import { equalBytes, toHex } from '../../common/bytes.ts';
import { PagesealError } from '../../common/errors.ts';
import type { Note, NoteSignature } from '../../common/note.ts';
import { type VerifierKey, verifyNote } from '../../common/signature.ts';
import { formatTime, type Statement, textHash } from '../../common/statement.ts';
import { descriptorFields, descriptorJson } from '../descriptor-fields.ts';
import type { Field } from '../fields.ts';

/** Whom the reader trusts, if they said. */
export interface Judges extends Trust {
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What one signature line is worth. */
export interface SignatureVerdict {
  readonly keyName: string;
  readonly keyId: string;
  /** `unchecked` if no key was given, `unknown` if it is by none of them. */
  readonly verdict: 'valid' | 'forged' | 'unknown' | 'unchecked';
}

/** A statement as data, and what became of it. */
export interface StatementReport {
  readonly statement: Statement;
  readonly textHash: string;
  readonly signatures: readonly SignatureVerdict[];
  /** `unchecked` without keys, else `accepted` or the code of the check that failed. */
  readonly verdict: string;
  /** Why it is not accepted. */
  readonly error: unknown;
}

/** Judges a statement, of which nothing is verified yet. */
export function reportStatement(
  bytes: Uint8Array,
  note: Note,
  statement: Statement,
  judges: Judges | undefined,
): StatementReport {
  const signatures = note.signatures.map((signature) => ({
    keyName: signature.name,
    keyId: toHex(signature.keyId),
    verdict: judges === undefined ? ('unchecked' as const) : judge(note, signature, judges.keys),
  }));
  const error = judges === undefined ? undefined : refusal(bytes, judges);
  const code = error instanceof PagesealError ? error.code : 'accepted';
  const verdict = judges === undefined ? 'unchecked' : code;
  return { statement, textHash: toHex(textHash(note.text)), signatures, verdict, error };
}

function judge(
  { text }: Note,
  signature: NoteSignature,
  keys: readonly VerifierKey[],
): SignatureVerdict['verdict'] {
  const key = keys.find(
    ({ name, keyId }) => name === signature.name && equalBytes(keyId, signature.keyId),
  );
  if (key === undefined) return 'unknown';
  try {
    verifyNote({ text, signatures: [signature] }, [key], 1);
    return 'valid';
  } catch {
    return 'forged';
  }
}

function refusal(bytes: Uint8Array, judges: Judges): unknown {
  try {
    acceptStatement(bytes, judges, undefined, judges.now);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Turns a report into a JSON object. */
export function statementJson(report: StatementReport): Readonly<Record<string, unknown>> {
  const { statement, signatures, verdict } = report;
  const { origin, version, issued, expires, previous, type, descriptor, extensions } = statement;
  return {
    origin,
    version,
    issued: formatTime(issued),
    expires: expires === undefined ? null : formatTime(expires),
    previous: previous === undefined ? null : toHex(previous),
    type,
    size: descriptor.size,
    ...descriptorJson(descriptor),
    extensions,
    textHash: report.textHash,
    signatures,
    verdict,
  };
}

/** Writes a report for people. */
export function statementFields(report: StatementReport): readonly Field[] {
  const { statement, signatures, verdict } = report;
  const { origin, version, issued, expires, previous, type, descriptor, extensions } = statement;
  return [
    ['origin', origin],
    ['version', String(version)],
    ['issued', formatTime(issued)],
    ['expires', expires === undefined ? '-' : formatTime(expires)],
    ['previous', previous === undefined ? '-' : toHex(previous)],
    ['type', type],
    ['size', String(descriptor.size)],
    ...descriptorFields(descriptor),
    ...extensions.map((line): Field => ['extension', line]),
    ['text hash', report.textHash],
    ...signatures.map(({ keyName, keyId, verdict: worth }): Field => {
      return ['signature', `${keyName}+${keyId}  ${worth}`];
    }),
    ['verdict', verdict],
  ];
}
