import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCertificateKey, readReaderKey } from '../../../client/node/reader-key.ts';
import { parseFingerprint } from '../../../client/policy/index.ts';
import { formatVerifierKey } from '../../../common/index.ts';
import { generateKey } from '../../../publisher/index.ts';
import { failure } from '../../helpers/failure.ts';
import { folder } from '../../helpers/folder.ts';
import { isSkipped, run } from '../../helpers/tool.ts';

const NAME = 'lab.example/nm';

describe('readReaderKey()', () => {
  test.each(['ed25519', 'ecdsa-p256'] as const)('reads an %s key in every form', (algorithm) => {
    const path = join(folder(), 'key.pem');
    const key = generateKey(path, { name: NAME, algorithm });
    const text = formatVerifierKey(key);
    writeFileSync(`${path}.vkey`, `${text}\n`);
    expect(readReaderKey(text, 'ignored')).toEqual(key);
    expect(readReaderKey(`${path}.vkey`, 'ignored')).toEqual(key);
    expect(readReaderKey(`${path}.pub`, NAME)).toEqual(key);
  });

  test('gives a key in PEM the name it is told', () => {
    const path = join(folder(), 'key.pem');
    generateKey(path, { name: NAME });
    expect(readReaderKey(`${path}.pub`, 'other').name).toBe('other');
  });

  test.skipIf(isSkipped('openssl')).each(['ed25519', 'ecdsa-p256'] as const)(
    'reads the %s key of a certificate',
    (algorithm) => {
      const path = join(folder(), 'key.pem');
      const key = generateKey(path, { name: NAME, algorithm });
      const certificate = run('openssl', ['req', '-x509', '-key', path, '-subj', '/CN=x']);
      writeFileSync(`${path}.crt`, certificate);
      expect(readReaderKey(`${path}.crt`, NAME)).toEqual(key);
    },
  );

  test.skipIf(isSkipped('openssl'))('reads a P-256 key whose point is compressed', () => {
    const path = join(folder(), 'key.pem');
    const key = generateKey(path, { name: NAME, algorithm: 'ecdsa-p256' });
    const args = ['ec', '-pubin', '-in', `${path}.pub`, '-pubout', '-conv_form', 'compressed'];
    writeFileSync(`${path}.short`, run('openssl', args));
    expect(readReaderKey(`${path}.short`, NAME)).toEqual(key);
  });

  test('refuses a private key, and says what it is', () => {
    const path = join(folder(), 'key.pem');
    generateKey(path, { name: NAME });
    expect(() => readReaderKey(path, NAME)).toThrow(failure('KeyError', 'ERR_KEY'));
    expect(() => readReaderKey(path, NAME)).toThrow(/private key/);
  });

  test.each([
    { what: 'nothing there', text: undefined },
    { what: 'an empty file', text: '' },
    { what: 'some other text', text: 'hello\n' },
    { what: 'PEM of something else', text: '-----BEGIN X-----\nAAAA\n-----END X-----\n' },
    { what: 'a verifier key on the second line', text: '\nx+00000000+AAAA\n' },
    { what: 'a verifier key with another id', text: 'x+00000000+AfCcTYrRacG8RYTiD++dJfhnoYiSkcv1' },
  ])('refuses $what', ({ text }) => {
    const path = join(folder(), 'file');
    if (text !== undefined) writeFileSync(path, text);
    expect(() => readReaderKey(path, NAME)).toThrow(failure('KeyError', 'ERR_KEY'));
  });

  test.each([
    { what: 'a directory', name: '.', says: 'illegal operation on a directory' },
    { what: 'what does not exist', name: 'none', says: 'no such file or directory' },
  ])('says why it can not read $what', ({ name, says }) => {
    const path = join(folder(), name);
    expect(() => readReaderKey(path, NAME)).toThrow(failure('KeyError', 'ERR_KEY'));
    expect(() => readReaderKey(path, NAME)).toThrow(says);
  });

  test.each([
    { what: 'RSA', pair: () => generateKeyPairSync('rsa', { modulusLength: 2048 }) },
    { what: 'P-384', pair: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }) },
    { what: 'X25519', pair: () => generateKeyPairSync('x25519') },
  ])('refuses a public key of $what', ({ pair }) => {
    const path = join(folder(), 'key.pub');
    writeFileSync(path, pair().publicKey.export({ type: 'spki', format: 'pem' }));
    expect(() => readReaderKey(path, NAME)).toThrow(failure('KeyError', 'ERR_KEY'));
    expect(() => readReaderKey(path, NAME)).toThrow(/neither an Ed25519 nor a P-256 key/);
  });
});

describe('readCertificateKey()', () => {
  /** Makes a self-signed certificate of a key. */
  const certificateOf = (path: string, days = '30') => {
    const csr = `${path}.csr`;
    writeFileSync(csr, run('openssl', ['req', '-new', '-key', path, '-subj', '/CN=x']));
    const args = ['x509', '-req', '-in', csr, '-signkey', path, '-days', days];
    writeFileSync(`${path}.crt`, run('openssl', args));
    const show = ['x509', '-in', `${path}.crt`, '-noout', '-fingerprint', '-sha256'];
    const printed = Buffer.from(run('openssl', show)).toString();
    return parseFingerprint(printed.trim().split('=')[1] ?? '') ?? '';
  };

  test.skipIf(isSkipped('openssl')).each([
    { algorithm: 'ed25519', days: '30' },
    { algorithm: 'ecdsa-p256', days: '30' },
    // The certificate is a container: its dates are not looked at.
    { algorithm: 'ed25519', days: '-1' },
  ] as const)(
    'reads the $algorithm key of the certificate of a fingerprint, valid for $days days',
    (row) => {
      const path = join(folder(), 'key.pem');
      const key = generateKey(path, { name: NAME, algorithm: row.algorithm });
      const sha256 = certificateOf(path, row.days);
      expect(readCertificateKey(`${path}.crt`, sha256, NAME)).toEqual(key);
    },
  );

  test.skipIf(isSkipped('openssl'))('refuses another certificate of the same key', () => {
    const path = join(folder(), 'key.pem');
    generateKey(path, { name: NAME });
    const sha256 = certificateOf(path);
    certificateOf(path);
    const read = () => readCertificateKey(`${path}.crt`, sha256, NAME);
    expect(read).toThrow(failure('KeyError', 'ERR_KEY'));
    expect(read).toThrow(/fingerprint/);
  });

  test.skipIf(isSkipped('openssl'))('refuses the certificate of an RSA key', () => {
    const path = join(folder(), 'key.pem');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const sha256 = certificateOf(path);
    const read = () => readCertificateKey(`${path}.crt`, sha256, NAME);
    expect(read).toThrow(failure('KeyError', 'ERR_KEY'));
  });

  test('refuses what is no certificate', () => {
    const path = join(folder(), 'key.pem');
    generateKey(path, { name: NAME });
    for (const file of [`${path}.pub`, `${path}.none`]) {
      const read = () => readCertificateKey(file, '00'.repeat(32), NAME);
      expect(read).toThrow(failure('KeyError', 'ERR_KEY'));
    }
  });
});
