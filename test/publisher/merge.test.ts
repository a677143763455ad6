import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatNote, parseNote } from '../../common/note.ts';
import type { VerifierKey } from '../../common/signature.ts';
import {
  generateKey,
  type LoadedKey,
  loadSigningKey,
  merge,
  seal,
  sign,
  strip,
} from '../../publisher/index.ts';
import { failure } from '../helpers/failure.ts';
import { folder, plant } from '../helpers/folder.ts';
import { storedNote } from '../helpers/stored-volume.ts';

interface Party {
  readonly key: LoadedKey;
  readonly verifier: VerifierKey;
  /** A copy of the store, in which this one alone has signed. */
  readonly copy: string;
}

interface Made {
  readonly parent: string;
  readonly store: string;
  readonly a: Party;
  readonly b: Party;
}

/** An unsigned store of one version, and two copies of it that are signed. */
async function made(): Promise<Made> {
  const parent = folder();
  const source = plant(join(parent, 'source'), { a: '1' });
  const store = join(parent, 'store');
  await seal(source, store, { origin: 'lab', issued: 0 });
  const party = async (name: string, algorithm: 'ed25519' | 'ecdsa-p256'): Promise<Party> => {
    const verifier = generateKey(join(parent, name), { name, algorithm });
    const key = loadSigningKey(join(parent, name));
    const copy = join(parent, `${name}.store`);
    cpSync(store, copy, { recursive: true });
    await sign(copy, key, { keyName: name });
    return { key, verifier, copy };
  };
  return { parent, store, a: await party('a', 'ed25519'), b: await party('b', 'ecdsa-p256') };
}

const namesIn = (store: string) => parseNote(storedNote(store)).signatures.map(({ name }) => name);

describe('merge()', () => {
  it('adds the lines of stores and files, in the order in which they are given', async () => {
    const { parent, store, a, b } = await made();
    const file = join(parent, 'note');
    writeFileSync(file, storedNote(a.copy));
    const { added, note, statement } = merge(store, [b.copy, file], {
      keys: [a.verifier, b.verifier],
    });
    expect(statement.version).toBe(1);
    expect(added.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(namesIn(store)).toEqual(['b', 'a']);
    expect(formatNote(note)).toEqual(storedNote(store));
    expect(strip(store)).toEqual(strip(a.copy));
  });

  it('puts new lines behind those that are there, and keeps what a key has signed', async () => {
    const { parent, store, a, b } = await made();
    await sign(store, b.key, { keyName: 'b' }); // ECDSA: another signature than in the copy
    const before = parseNote(storedNote(store)).signatures[0];
    const keys = [a.verifier, b.verifier];
    const { added } = merge(store, [b.copy, a.copy, a.copy], { keys });
    expect(added.map(({ name }) => name)).toEqual(['a']);
    expect(parseNote(storedNote(store)).signatures[0]).toEqual(before);
    expect(merge(store, [a.copy], { keys: [] }).added).toEqual([]);
    const file = join(parent, 'statement');
    writeFileSync(file, strip(store));
    merge(file, [store], { keys });
    expect(new Uint8Array(readFileSync(file))).toEqual(storedNote(store));
  });

  it('adds nothing if it can not add all of it', async () => {
    const { parent, store, a, b } = await made();
    const bad = join(parent, 'bad');
    const { text, signatures } = parseNote(storedNote(b.copy));
    const [line] = parseNote(storedNote(a.copy)).signatures;
    if (line === undefined) throw new Error('a has not signed');
    const wrong = { ...line, signature: line.signature.toReversed() };
    writeFileSync(bad, formatNote({ text, signatures: [...signatures, wrong] }));
    const unsigned = join(parent, 'unsigned');
    writeFileSync(unsigned, text);
    const keys = [a.verifier, b.verifier];
    const before = storedNote(store);
    for (const { others, given = keys, error } of [
      { others: [a.copy, b.copy], given: [a.verifier], error: failure('KeyError', 'ERR_KEY') },
      { others: [b.copy, bad], error: failure('IntegrityError', 'ERR_SIGNATURE') },
      { others: [b.copy, unsigned], error: failure('StoreError', 'ERR_STORE') },
      { others: [b.copy, join(parent, 'none')], error: failure('StoreError', 'ERR_STORE') },
      {
        others: [b.copy, join(parent, 'a.pub')],
        error: failure('IntegrityError', 'ERR_STATEMENT'),
      },
    ]) {
      expect(() => merge(store, others, { keys: given })).toThrow(error);
      expect(storedNote(store)).toEqual(before);
    }
  });

  it('refuses another text, and says where it differs', async () => {
    const { parent, store, a } = await made();
    const other = join(parent, 'other');
    await seal(join(parent, 'source'), other, { origin: 'lab', issued: 1000, key: a.key });
    const call = () => merge(store, [other], { keys: [a.verifier] });
    expect(call).toThrow(failure('StoreError', 'ERR_STORE'));
    expect(call).toThrow(/another text: "issued 1970-01-01T00:00:01Z", want "issued .*:00Z"$/);
  });

  it('refuses more lines than a note may have', async () => {
    const { parent, store, a } = await made();
    const full = join(parent, 'full.store');
    cpSync(store, full, { recursive: true });
    for (let i = 1; i <= 16; i += 1) await sign(full, a.key, { keyName: `key${i}` });
    const before = storedNote(full);
    const call = () => merge(full, [a.copy], { keys: [a.verifier] });
    expect(call).toThrow(failure('StoreError', 'ERR_STORE'));
    expect(storedNote(full)).toEqual(before);
  });
});
