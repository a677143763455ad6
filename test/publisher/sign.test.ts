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
import { StoreLock } from '../../publisher/store-lock.ts';
import { failure } from '../helpers/failure.ts';
import { folder, plant } from '../helpers/folder.ts';
import { leftovers, storedNote } from '../helpers/stored-volume.ts';

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

describe('sign()', () => {
  it('signs the newest version of a store, and leaves the text as it is', async () => {
    const { store, key } = await made();
    const [first, text] = [storedNote(store, 1), storedNote(store, 2)];
    const { statement } = await sign(store, key);
    const note = parseNote(storedNote(store, 2));
    expect(statement.version).toBe(2);
    expect(note.text).toEqual(text);
    expect(verifyNote(note, [verifierKeyFromSpki('lab', key.publicKey)], 1)).toEqual(text);
    expect(storedNote(store, 1)).toEqual(first);
    expect(leftovers(store)).toEqual([]);
  });

  it('signs the version that it is told to', async () => {
    const { store, key } = await made();
    expect((await sign(store, key, { version: 1 })).statement.version).toBe(1);
    expect(parseNote(storedNote(store, 1)).signatures).toHaveLength(1);
  });

  it('replaces the signature of the same key, and adds those of others in order', async () => {
    const { parent, store, key } = await made();
    generateKey(join(parent, 'p256.pem'), { name: 'lab', algorithm: 'ecdsa-p256' });
    const other = loadSigningKey(join(parent, 'p256.pem'));
    await sign(store, key);
    await sign(store, other);
    await sign(store, key, { keyName: 'second' });
    const before = storedNote(store, 2);
    await sign(store, key); // Ed25519 signs alike each time
    expect(storedNote(store, 2)).toEqual(before);
    await sign(store, other); // ECDSA does not
    const { signatures } = parseNote(storedNote(store, 2));
    expect(signatures.map(({ name }) => name)).toEqual(['lab', 'lab', 'second']);
  });

  it('adds no seventeenth signature', async () => {
    const { store, key } = await made();
    for (let i = 1; i <= 16; i += 1) await sign(store, key, { keyName: `key${i}` });
    const before = storedNote(store, 2);
    await expect(sign(store, key)).rejects.toThrow(failure('StoreError', 'ERR_STORE'));
    expect(storedNote(store, 2)).toEqual(before);
    await sign(store, key, { keyName: 'key7' });
    expect(storedNote(store, 2)).toEqual(before);
  });

  it('publishes no signature that does not verify', async () => {
    const { store, key } = await made();
    const before = storedNote(store, 2);
    const broken = { publicKey: key.publicKey, sign: () => new Uint8Array(64) };
    await expect(sign(store, broken)).rejects.toThrow(failure('IntegrityError', 'ERR_SIGNATURE'));
    expect(storedNote(store, 2)).toEqual(before);
    expect(leftovers(store)).toEqual([]);
  });

  it('leaves the store to others while the key signs, and keeps what they add', async () => {
    const { parent, store, key } = await made();
    generateKey(join(parent, 'other.pem'), { name: 'lab' });
    const other = loadSigningKey(join(parent, 'other.pem'));
    const slow = {
      publicKey: key.publicKey,
      sign: async (text: Uint8Array) => {
        await sign(store, other, { keyName: 'other' });
        return key.sign(text);
      },
    };
    await sign(store, slow);
    const { signatures } = parseNote(storedNote(store, 2));
    expect(signatures.map(({ name }) => name)).toEqual(['other', 'lab']);
  });

  it('asks no key to sign while another process changes the store', async () => {
    const { store, key } = await made();
    const lock = new StoreLock(store);
    const asked: Uint8Array[] = [];
    const curious = {
      publicKey: key.publicKey,
      sign: (text: Uint8Array) => {
        asked.push(text);
        return key.sign(text);
      },
    };
    const signing = sign(store, curious);
    await expect(signing).rejects.toThrow(failure('StoreError', 'ERR_STORE_LOCKED'));
    expect(asked).toEqual([]);
    lock.release();
  });

  it('does not put a signature under another text than it is of', async () => {
    const { parent, store, key } = await made();
    const path = join(parent, 'statement');
    writeFileSync(path, strip(store));
    const other = strip(store, { version: 1 });
    const slow = {
      publicKey: key.publicKey,
      sign: (text: Uint8Array) => {
        writeFileSync(path, other);
        return key.sign(text);
      },
    };
    await expect(sign(path, slow)).rejects.toThrow(failure('StoreError', 'ERR_STORE'));
    expect(new Uint8Array(readFileSync(path))).toEqual(other);
  });

  it('signs a file, keeps its mode, and writes through a symlink', async () => {
    const { parent, store, key } = await made();
    const path = join(parent, 'statement');
    writeFileSync(path, strip(store), { mode: 0o640 });
    symlinkSync('statement', join(parent, 'link'));
    await sign(join(parent, 'link'), key);
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
    await expect(sign(path, key)).rejects.toThrow(failure('IntegrityError', code));
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it.each([
    { what: 'a version that a store does not have', target: 'store', options: { version: 3 } },
    { what: 'a folder that is no store', target: 'source', options: {} },
    { what: 'what does not exist', target: 'nowhere', options: {} },
  ])('refuses $what', async ({ target, options }) => {
    const { parent, key } = await made();
    const signing = sign(join(parent, target), key, options);
    await expect(signing).rejects.toThrow(failure('StoreError', 'ERR_STORE'));
  });
});

describe('strip()', () => {
  it('returns the same bytes before and after signing', async () => {
    const { store, key } = await made();
    const text = strip(store);
    expect(text).toEqual(storedNote(store, 2));
    const { note } = await sign(store, key);
    expect(strip(store)).toEqual(text);
    expect(formatNote(note)).toEqual(storedNote(store, 2));
    expect(strip(store, { version: 1 })).toEqual(storedNote(store, 1));
    expect(strip(join(store, 'statements', '2'))).toEqual(text);
  });
});
