import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifierKeyFromSpki } from '../../common/signature.ts';
import {
  generateKey,
  loadPublicKey,
  loadSigningKey,
  publicKeyPath,
} from '../../publisher/index.ts';
import { failure } from '../helpers/failure.ts';
import { folder } from '../helpers/folder.ts';

const KEY_FAILURE = failure('KeyError', 'ERR_KEY');

function modeOf(path: string): string {
  return (statSync(path).mode % 0o1000).toString(8);
}

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('generateKey()', () => {
  it.each([
    { algorithm: 'ed25519', spoken: 'ED25519 Private-Key' },
    { algorithm: 'ecdsa-p256', spoken: 'prime256v1' },
  ] as const)('writes an $algorithm key that openssl reads', ({ algorithm, spoken }) => {
    const path = join(folder(), 'key.pem');
    const key = generateKey(path, { name: 'lab', algorithm });
    expect(openssl('pkey', '-in', path, '-text', '-noout')).toContain(spoken);
    const derived = openssl('pkey', '-in', path, '-pubout');
    expect(readFileSync(publicKeyPath(path), 'utf8')).toBe(derived);
    expect(readFileSync(path, 'utf8')).toContain('-----BEGIN PRIVATE KEY-----'); // PKCS#8
    expect(key).toEqual(verifierKeyFromSpki('lab', loadPublicKey(publicKeyPath(path))));
    expect(loadSigningKey(path).publicKey).toEqual(loadPublicKey(publicKeyPath(path)));
  });

  it.each([0o000, 0o022, 0o077])('gives both files their modes under umask %o', (umask) => {
    const path = join(folder(), 'key.pem');
    const before = process.umask(umask);
    try {
      generateKey(path, { name: 'lab' });
    } finally {
      process.umask(before);
    }
    expect([modeOf(path), modeOf(publicKeyPath(path))]).toEqual(['600', '644']);
  });

  it('never overwrites a private key', () => {
    const path = join(folder(), 'key.pem');
    writeFileSync(path, 'precious');
    expect(() => generateKey(path, { name: 'lab' })).toThrow(KEY_FAILURE);
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect(() => statSync(publicKeyPath(path))).toThrow('ENOENT');
  });

  it('never overwrites a public key, and leaves no private key without one', () => {
    const path = join(folder(), 'key.pem');
    writeFileSync(publicKeyPath(path), 'precious');
    expect(() => generateKey(path, { name: 'lab' })).toThrow(KEY_FAILURE);
    expect(readFileSync(publicKeyPath(path), 'utf8')).toBe('precious');
    expect(() => statSync(path)).toThrow('ENOENT');
  });

  it('does not write through a symlink', () => {
    const parent = folder();
    const path = join(parent, 'key.pem');
    symlinkSync(join(parent, 'elsewhere'), path);
    expect(() => generateKey(path, { name: 'lab' })).toThrow(KEY_FAILURE);
    expect(() => statSync(join(parent, 'elsewhere'))).toThrow('ENOENT');
  });

  it.each(['', 'two words', 'a+b', 'x'.repeat(201)])('refuses the name "%s"', (name) => {
    const path = join(folder(), 'key.pem');
    expect(() => generateKey(path, { name })).toThrow(KEY_FAILURE);
    expect(() => statSync(path)).toThrow('ENOENT');
  });
});
