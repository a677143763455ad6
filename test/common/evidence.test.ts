import { describe, expect, it } from 'vitest';
import { encodeBundle } from '../../common/bundle.ts';
import { toHex, utf8 } from '../../common/bytes.ts';
import { encodeEvidence, verifyEvidence } from '../../common/evidence.ts';
import { formatNote, parseNote } from '../../common/note.ts';
import { textHash } from '../../common/statement.ts';
import { failure } from '../helpers/failure.ts';
import { file, ORIGIN, Signer, statementText } from '../helpers/memory-volume.ts';

const publisher = new Signer(1);
const second = new Signer(2, 'second');
const stranger = new Signer(3);
const [f, g] = [file(utf8('one')), file(utf8('two'))];
const one = publisher.seal(f, { version: 7 });
const two = publisher.seal(g, { version: 7 });
const keys = [publisher.key, second.key];
const evidence = encodeEvidence([one, two]);
const textOf = (note: Uint8Array) => parseNote(note).text;

const malformed = ['BundleError', 'ERR_BUNDLE'] as const;
const none = ['BundleError', 'ERR_EVIDENCE'] as const;

describe('encodeEvidence()', () => {
  it('gives the same bytes for either order of the notes', () => {
    expect(encodeEvidence([two, one])).toEqual(evidence);
  });

  it('holds the notes as they are, ordered by the hashes of their texts', () => {
    const hashes = [one, two].map((note) => toHex(textHash(textOf(note)))).sort();
    const { statements } = verifyEvidence(evidence, keys, 1);
    expect(statements.map((each) => toHex(each.textHash))).toEqual(hashes);
    expect(statements.map(({ note }) => toHex(note)).sort()).toEqual([one, two].map(toHex).sort());
  });
});

describe('verifyEvidence()', () => {
  it('V37 tells what two texts of one version prove', () => {
    const { origin, version, statements } = verifyEvidence(evidence, keys, 1);
    expect({ origin, version }).toEqual({ origin: ORIGIN, version: 7 });
    expect(statements.map(({ signers }) => signers)).toEqual([[publisher.key], [publisher.key]]);
  });

  it('V37 counts as many signers of each text as are asked for', () => {
    const both = [one, two].map((note) => {
      const text = textOf(note);
      return formatNote({ text, signatures: [publisher.line(text), second.line(text)] });
    });
    const { statements } = verifyEvidence(encodeEvidence(both), keys, 2);
    expect(statements[1]?.signers).toEqual(keys);
    expect(() => verifyEvidence(encodeEvidence([both[0] ?? one, two]), keys, 2)).toThrow(
      failure('IntegrityError', 'ERR_THRESHOLD'),
    );
  });

  const notes = (...all: Uint8Array[]) =>
    encodeBundle(
      'evidence',
      all.map((data) => ({ name: 'note', data })),
    );
  const other = publisher.note(
    utf8(new TextDecoder().decode(statementText(f, { version: 7 })).replace(ORIGIN, 'lab.example')),
  );

  it.each([
    { what: 'the same note twice', bundle: encodeEvidence([one, one]), error: none },
    {
      what: 'one text, signed twice',
      bundle: encodeEvidence([
        one,
        formatNote({ text: textOf(one), signatures: [second.line(textOf(one))] }),
      ]),
      error: none,
    },
    {
      what: 'two versions',
      bundle: encodeEvidence([one, publisher.seal(g, { version: 8 })]),
      error: none,
    },
    { what: 'two origins', bundle: encodeEvidence([one, other]), error: none },
    { what: 'one note', bundle: encodeEvidence([one]), error: malformed },
    { what: 'three notes', bundle: encodeEvidence([one, two, two]), error: malformed },
    {
      what: 'notes in the wrong order',
      bundle: notes(
        ...verifyEvidence(evidence, keys, 1)
          .statements.map(({ note }) => note)
          .reverse(),
      ),
      error: malformed,
    },
    { what: 'bytes that are no bundle', bundle: one, error: malformed },
    {
      what: 'another kind of bundle',
      bundle: encodeBundle('proof', [{ name: 'note', data: one }]),
      error: malformed,
    },
    {
      what: 'a note that is none',
      bundle: notes(one, utf8('pageseal\n')),
      error: ['IntegrityError', 'ERR_NOTE'] as const,
    },
    {
      what: 'a text that another key signed',
      bundle: encodeEvidence([one, stranger.seal(g, { version: 7 })]),
      error: ['IntegrityError', 'ERR_THRESHOLD'] as const,
    },
    {
      what: 'a text whose signature is of the other',
      bundle: encodeEvidence([
        one,
        formatNote({ text: textOf(two), signatures: parseNote(one).signatures }),
      ]),
      error: ['IntegrityError', 'ERR_SIGNATURE'] as const,
    },
    {
      what: 'signed texts that are no statements',
      bundle: encodeEvidence([publisher.note(utf8('a\n')), publisher.note(utf8('b\n'))]),
      error: ['IntegrityError', 'ERR_STATEMENT'] as const,
    },
  ])('V37 refuses $what', ({ bundle, error }) => {
    expect(() => verifyEvidence(bundle, keys, 1)).toThrow(failure(error[0], error[1]));
  });
});
