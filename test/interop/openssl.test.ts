import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { concat, toBase64, utf8 } from '../../common/bytes.ts';
import { parseNote } from '../../common/note.ts';
import { type VerifierKey, verifierKeyFromSpki, verifyNote } from '../../common/signature.ts';
import { failure } from '../helpers/failure.ts';
import { isSkipped, run } from '../helpers/tool.ts';

const folder = mkdtempSync(join(tmpdir(), 'pageseal-openssl-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, name);

const TEXT = 'pageseal.v1/statement\norigin lab.example/images\n';

const rows = [
  { algorithm: 'ed25519', options: ['-algorithm', 'ED25519'], digest: [] },
  {
    algorithm: 'ecdsa-p256',
    options: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    digest: ['-digest', 'sha256'],
  },
];

/** Makes a key and the note of `TEXT`, with nothing but openssl. */
function sign({ algorithm, options, digest }: (typeof rows)[number]): {
  key: VerifierKey;
  note: Uint8Array;
} {
  const [secret, text, signature] = [path(`${algorithm}.pem`), path('text'), path('signature')];
  writeFileSync(text, TEXT);
  run('openssl', ['genpkey', ...options, '-out', secret]);
  const spki = run('openssl', ['pkey', '-in', secret, '-pubout', '-outform', 'DER']);
  const files = ['-inkey', secret, '-in', text, '-out', signature];
  run('openssl', ['pkeyutl', '-sign', '-rawin', ...digest, ...files]);
  const key = verifierKeyFromSpki('lab.example/images', spki);
  const signed = toBase64(concat(key.keyId, readFileSync(signature)));
  return { key, note: utf8(`${TEXT}\n\u2014 ${key.name} ${signed}\n`) };
}

describe.skipIf(isSkipped('openssl'))('verifyNote() and openssl pkeyutl', () => {
  // Several keys and signatures, since the lengths of r and s differ.
  const rounds = rows.flatMap((row) => [1, 2, 3, 4].map((round) => ({ ...row, round })));

  it.each(rounds)('agree on an $algorithm signature, round $round', (row) => {
    const { key, note } = sign(row);
    expect(key.algorithm).toBe(row.algorithm);
    expect(verifyNote(parseNote(note), [key], 1)).toEqual(utf8(TEXT));
  });

  it.each(rows)('agree that another text is not signed, $algorithm', (row) => {
    const { key, note } = sign(row);
    note[30] = 0x78;
    expect(() => verifyNote(parseNote(note), [key], 1)).toThrow(
      failure('IntegrityError', 'ERR_SIGNATURE'),
    );
  });
});
