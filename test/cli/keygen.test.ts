import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatVerifierKey, parseVerifierKey } from '../../common/signature.ts';
import { pageseal } from '../helpers/cli.ts';
import { folder } from '../helpers/folder.ts';

describe('pageseal keygen', () => {
  it.each(['ed25519', 'ecdsa-p256'])(
    'prints the verifier key of a new %s key',
    async (algorithm) => {
      const cwd = folder();
      const args = ['keygen', 'key.pem', '--name', 'lab.example/images', '--algorithm', algorithm];
      const { status, stdout, stderr } = await pageseal(args, { cwd });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const key = parseVerifierKey(stdout.trimEnd());
      expect(key).toMatchObject({ name: 'lab.example/images', algorithm });
      expect(stdout).toBe(`${formatVerifierKey(key)}\n`);
      const modes = ['key.pem', 'key.pem.pub'].map(
        (name) => statSync(join(cwd, name)).mode % 0o1000,
      );
      expect(modes).toEqual([0o600, 0o644]);
    },
  );

  it('prints one JSON object', async () => {
    const cwd = folder();
    const { stdout } = await pageseal(['keygen', 'k', '-n', 'lab', '--json'], { cwd });
    const printed = JSON.parse(stdout) as { verifierKey: string };
    expect(printed).toMatchObject({ name: 'lab', privateKey: 'k', publicKey: 'k.pub' });
    expect(parseVerifierKey(printed.verifierKey).name).toBe('lab');
    expect(stdout.trimEnd()).not.toContain('\n');
  });

  it('refuses to overwrite a key', async () => {
    const cwd = folder();
    await pageseal(['keygen', 'key.pem', '-n', 'lab'], { cwd });
    const before = readFileSync(join(cwd, 'key.pem'), 'utf8');
    const { status, stdout, stderr } = await pageseal(['keygen', 'key.pem', '-n', 'lab'], { cwd });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe(
      'pageseal: error: "key.pem" exists, and a key is never overwritten (ERR_KEY)\n',
    );
    expect(readFileSync(join(cwd, 'key.pem'), 'utf8')).toBe(before);
  });

  it.each([
    { fault: 'no name', args: ['key.pem'] },
    { fault: 'a name with a space', args: ['key.pem', '-n', 'my key'] },
    { fault: 'a name that is too long', args: ['key.pem', '-n', 'k'.repeat(201)] },
    { fault: 'no file', args: ['-n', 'lab'] },
    { fault: 'an unknown algorithm', args: ['key.pem', '-n', 'lab', '-a', 'rsa'] },
  ])('exits with 2 for $fault', async ({ args }) => {
    const cwd = folder();
    const { status, stdout, stderr } = await pageseal(['keygen', ...args], { cwd });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^pageseal: error: [^A-Z].*[^.]\n$/);
  });
});
