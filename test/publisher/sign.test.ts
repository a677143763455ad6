import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatNote, parseNote } from '../../common/note.ts';
import { verifierKeyFromSpki, verifyNote } from '../../common/signature.ts';
import {
  generateKey,
  type LoadedKey,
  loadSigningKey,
  seal,
  sign,
  strip,
} from '../../publisher/index.ts';
import { failure } from '../helpers/failure.ts';
import { folder, plant } from '../helpers/folder.ts';
import { leftovers } from '../helpers/stored-volume.ts';

interface Made {
  readonly parent: string;
  readonly store: string;
  readonly key: LoadedKey;
}

/** A store with two unsigned versions, and a key. */
async function made(): Promise<Made> {
  const parent = folder();
  const source = plant(join(parent, 'source'), { a: '1' });
  const store = join(parent, 'store');
  for (const issued of [0, 1000]) await seal(source, store, { origin: 'lab', issued });
  generateKey(join(parent, 'key.pem'), { name: 'lab' });
  return { parent, store, key: loadSigningKey(join(parent, 'key.pem')) };
}

function stored(store: string, version: number): Uint8Array {
  return new Uint8Array(readFileSync(join(store, 'statements', `${version}`)));
}

describe('sign()', () => {
  it('signs the newest version of a store, and leaves the text as it is', async () => {
    const { store, key } = await made();
    const [first, text] = [stored(store, 1), stored(store, 2)];
    const { statement } = sign(store, key);
    const note = parseNote(stored(store, 2));
    expect(statement.version).toBe(2);
    expect(note.text).toEqual(text);
    expect(verifyNote(note, [verifierKeyFromSpki('lab', key.publicKey)], 1)).toEqual(text);
    expect(stored(store, 1)).toEqual(first);
    expect(leftovers(store)).toEqual([]);
  });

  it('signs the version that it is told to', async () => {
    const { store, key } = await made();
    expect(sign(store, key, { version: 1 }).statement.version).toBe(1);
    expect(parseNote(stored(store, 1)).signatures).toHaveLength(1);
  });

  it('replaces the signature of the same key, and adds those of others in order', async () => {
    const { parent, store, key } = await made();
    generateKey(join(parent, 'p256.pem'), { name: 'lab', algorithm: 'ecdsa-p256' });
    const other = loadSigningKey(join(parent, 'p256.pem'));
    sign(store, key);
    sign(store, other);
    sign(store, key, { keyName: 'second' });
    const before = stored(store, 2);
    sign(store, key); // Ed25519 signs alike each time
    expect(stored(store, 2)).toEqual(before);
    sign(store, other); // ECDSA does not
    const { signatures } = parseNote(stored(store, 2));
    expect(signatures.map(({ name }) => name)).toEqual(['lab', 'lab', 'second']);
  });

  it('adds no seventeenth signature', async () => {
    const { store, key } = await made();
    for (let i = 1; i <= 16; i += 1) sign(store, key, { keyName: `key${i}` });
    const before = stored(store, 2);
    expect(() => sign(store, key)).toThrow(failure('StoreError', 'ERR_STORE'));
    expect(stored(store, 2)).toEqual(before);
    sign(store, key, { keyName: 'key7' });
    expect(stored(store, 2)).toEqual(before);
  });

  it('publishes no signature that does not verify', async () => {
    const { store, key } = await made();
    const before = stored(store, 2);
    const broken = { publicKey: key.publicKey, sign: () => new Uint8Array(64) };
    expect(() => sign(store, broken)).toThrow(failure('IntegrityError', 'ERR_SIGNATURE'));
    expect(stored(store, 2)).toEqual(before);
    expect(leftovers(store)).toEqual([]);
  });

  it('signs a file, keeps its mode, and writes through a symlink', async () => {
    const { parent, store, key } = await made();
    const path = join(parent, 'statement');
    writeFileSync(path, strip(store), { mode: 0o640 });
    symlinkSync('statement', join(parent, 'link'));
    sign(join(parent, 'link'), key);
    expect(parseNote(new Uint8Array(readFileSync(path))).signatures).toHaveLength(1);
    expect(statSync(path).mode % 0o1000).toBe(0o640);
    expect(readdirSync(parent).filter((name) => name.includes('tmp'))).toEqual([]);
  });

  it.each([
    { what: 'a file that is no note', text: 'no LF', code: 'ERR_NOTE' },
    { what: 'a text that is no statement', text: 'hello\n', code: 'ERR_STATEMENT' },
  ])('refuses to sign $what', async ({ text, code }) => {
    const { parent, key } = await made();
    const path = join(parent, 'file');
    writeFileSync(path, text);
    expect(() => sign(path, key)).toThrow(failure('IntegrityError', code));
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.each([
    { what: 'a version that a store does not have', target: 'store', options: { version: 3 } },
    { what: 'a folder that is no store', target: 'source', options: {} },
    { what: 'what does not exist', target: 'nowhere', options: {} },
  ])('refuses $what', async ({ target, options }) => {
    const { parent, key } = await made();
    const call = () => sign(join(parent, target), key, options);
    expect(call).toThrow(failure('StoreError', 'ERR_STORE'));
  });
});

describe('strip()', () => {
  it('returns the same bytes before and after signing', async () => {
    const { store, key } = await made();
    const text = strip(store);
    expect(text).toEqual(stored(store, 2));
    const { note } = sign(store, key);
    expect(strip(store)).toEqual(text);
    expect(formatNote(note)).toEqual(stored(store, 2));
    expect(strip(store, { version: 1 })).toEqual(stored(store, 1));
    expect(strip(join(store, 'statements', '2'))).toEqual(text);
  });
});
