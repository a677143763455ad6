import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { generateKey, loadPublicKey, loadSigningKey, signText } from '../../publisher/index.ts';
import { failure } from '../helpers/failure.ts';
import { folder } from '../helpers/folder.ts';

const KEY_FAILURE = failure('KeyError', 'ERR_KEY');
const TEXT = utf8('text\n');

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}

describe('loadSigningKey()', () => {
  it('signs with a P-256 key whose point is compressed, as with any other', async () => {
    const path = join(folder(), 'key.pem');
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', path);
    openssl('ec', '-in', path, '-conv_form', 'compressed', '-out', path);
    const key = loadSigningKey(path);
    expect(key.publicKey.length).toBe(91);
    expect((await signText(TEXT, key, 'lab')).name).toBe('lab');
  });

  it.each([
    { kind: 'an RSA key', args: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'] },
    { kind: 'an Ed448 key', args: ['-algorithm', 'ED448'] },
    { kind: 'a P-384 key', args: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'] },
    {
      kind: 'an encrypted key',
      args: ['-algorithm', 'ED25519', '-aes-128-cbc', '-pass', 'pass:secret'],
    },
  ])('refuses $kind', ({ args }) => {
    const path = join(folder(), 'key.pem');
    openssl('genpkey', ...args, '-out', path);
    expect(() => loadSigningKey(path)).toThrow(KEY_FAILURE);
  });

  it('refuses a file that is missing, or holds no key', () => {
    const path = join(folder(), 'key.pem');
    expect(() => loadSigningKey(path)).toThrow(KEY_FAILURE);
    writeFileSync(path, 'no key');
    expect(() => loadSigningKey(path)).toThrow(KEY_FAILURE);
    expect(() => loadPublicKey(path)).toThrow(KEY_FAILURE);
    expect(() => loadSigningKey('/dev/zero')).toThrow(KEY_FAILURE);
  });

  it('refuses a public key in place of a private one', () => {
    const path = join(folder(), 'key.pem');
    generateKey(path, { name: 'lab' });
    expect(() => loadSigningKey(`${path}.pub`)).toThrow(KEY_FAILURE);
  });

  it.each([
    { mode: 0o600, exposed: false },
    { mode: 0o640, exposed: false },
    { mode: 0o644, exposed: true },
  ])('tells whether everybody can read the file, mode $mode: $exposed', ({ mode, exposed }) => {
    const path = join(folder(), 'key.pem');
    generateKey(path, { name: 'lab' });
    chmodSync(path, mode);
    expect(loadSigningKey(path).exposed).toBe(exposed);
  });
});

describe('signText()', () => {
  it.each(['ed25519', 'ecdsa-p256'] as const)('refuses a wrong %s signature', async (algorithm) => {
    const path = join(folder(), 'key.pem');
    generateKey(path, { name: 'lab', algorithm });
    const key = loadSigningKey(path);
    const liar = { publicKey: key.publicKey, sign: () => key.sign(utf8('another text\n')) };
    const signing = signText(TEXT, liar, 'lab');
    await expect(signing).rejects.toThrow(failure('IntegrityError', 'ERR_SIGNATURE'));
  });

  it.each([
    { algorithm: 'ed25519', what: 'nothing', signature: new Uint8Array() },
    { algorithm: 'ed25519', what: 'base64', signature: utf8(`${'A'.repeat(87)}=`) },
    { algorithm: 'ecdsa-p256', what: 'r and s side by side', signature: new Uint8Array(64) },
    { algorithm: 'ecdsa-p256', what: 'DER cut short', signature: Uint8Array.of(0x30, 6, 2, 1, 1) },
  ] as const)('says that $what is no $algorithm signature', async ({ algorithm, signature }) => {
    const path = join(folder(), 'key.pem');
    generateKey(path, { name: 'lab', algorithm });
    const key = { publicKey: loadPublicKey(`${path}.pub`), sign: async () => signature };
    const signing = signText(TEXT, key, 'lab');
    await expect(signing).rejects.toThrow(KEY_FAILURE);
    await expect(signing).rejects.toThrow(/what should be a signature has/);
  });
});
