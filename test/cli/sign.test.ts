import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseNote } from '../../common/note.ts';
import { parseVerifierKey, verifyNote } from '../../common/signature.ts';
import { pageseal } from '../helpers/cli.ts';
import { folder, plant } from '../helpers/folder.ts';
import { storedNote } from '../helpers/stored-volume.ts';

const ORIGIN = 'lab.example/images';
const ALGORITHMS = ['ed25519', 'ecdsa-p256'];

/** A store with one unsigned version, and a key. */
async function setting(algorithm = 'ed25519'): Promise<{ cwd: string; verifierKey: string }> {
  const cwd = folder();
  plant(join(cwd, 'source'), { a: '1' });
  const { stdout } = await pageseal(['keygen', 'key.pem', '-n', ORIGIN, '-a', algorithm], { cwd });
  await pageseal(['seal', 'source', 'store', '-o', ORIGIN, '--unsigned'], { cwd });
  return { cwd, verifierKey: stdout.trimEnd() };
}

const noteOf = (cwd: string) => storedNote(join(cwd, 'store'));

describe('pageseal sign and strip', () => {
  it.each(ALGORITHMS)('make a signature that openssl verifies: %s', async (algorithm) => {
    const { cwd } = await setting(algorithm);
    const { status, stdout } = await pageseal(['sign', 'store', '--key', 'key.pem'], { cwd });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^signed lab\.example\/images version 1 by lab\.example\/images\+/);
    const stripped = await pageseal(['strip', 'store'], { cwd });
    writeFileSync(join(cwd, 'text'), stripped.output);
    const signature = parseNote(noteOf(cwd)).signatures[0]?.signature ?? new Uint8Array();
    writeFileSync(join(cwd, 'signature'), signature);
    const key = ['-pubin', '-inkey', 'key.pem.pub', '-sigfile', 'signature'];
    const args = ['pkeyutl', '-verify', '-rawin', '-in', 'text', ...key];
    expect(execFileSync('openssl', args, { cwd, encoding: 'utf8' })).toContain('Success');
  });

  it.each(ALGORITHMS)('attach a signature that openssl made: %s', async (algorithm) => {
    const { cwd, verifierKey } = await setting(algorithm);
    const stripped = await pageseal(['strip', 'store'], { cwd });
    writeFileSync(join(cwd, 'text'), stripped.output);
    const key = ['-inkey', 'key.pem', '-in', 'text', '-out', 'signature'];
    execFileSync('openssl', ['pkeyutl', '-sign', '-rawin', ...key], { cwd });
    const external = ['--signature', 'signature', '--public-key', 'key.pem.pub'];
    const { status, stderr } = await pageseal(['sign', 'store', ...external], { cwd });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const text = verifyNote(parseNote(noteOf(cwd)), [parseVerifierKey(verifierKey)], 1);
    expect(text).toEqual(stripped.output);
  });

  it('refuse a foreign signature that does not verify', async () => {
    const { cwd } = await setting();
    const before = noteOf(cwd);
    writeFileSync(join(cwd, 'signature'), new Uint8Array(64));
    const external = ['--signature', 'signature', '--public-key', 'key.pem.pub'];
    const { status, stderr } = await pageseal(['sign', 'store', ...external], { cwd });
    expect(status).toBe(3);
    expect(stderr).toContain('(ERR_SIGNATURE)');
    expect(noteOf(cwd)).toEqual(before);
  });

  it('sign a statement on a machine that has no store, where it is put back', async () => {
    const { cwd, verifierKey } = await setting();
    copyFileSync(join(cwd, 'store', 'statements', '1'), join(cwd, 'statement'));
    await pageseal(['sign', 'statement', '--key', 'key.pem'], { cwd });
    const note = parseNote(new Uint8Array(readFileSync(join(cwd, 'statement'))));
    expect(verifyNote(note, [parseVerifierKey(verifierKey)], 1)).toEqual(noteOf(cwd));
  });

  it('take --version, and print JSON', async () => {
    const { cwd } = await setting();
    await pageseal(['seal', 'source', 'store', '--unsigned'], { cwd });
    const args = ['sign', 'store', '-k', 'key.pem', '--version', '1', '--json'];
    const { stdout } = await pageseal([...args, '--key-name', 'me'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, keyName: 'me', signatures: 1 });
    const stripped = await pageseal(['strip', 'store', '--version', '1', '--json'], { cwd });
    expect((JSON.parse(stripped.stdout) as { text: string }).text).toContain('\nversion 1\n');
  });

  it.each([
    { args: ['sign', 'store'], status: 2 },
    { args: ['sign', 'store', '--signature', 'key.pem'], status: 2 },
    { args: ['sign', 'store', '--key', 'key.pem', '--signature', 'key.pem'], status: 2 },
    { args: ['sign', 'store', '--key', 'key.pem', '--version', '01'], status: 2 },
    { args: ['sign', 'store', '--key', 'key.pem', '--version', '2'], status: 1 },
    { args: ['sign', 'store', '--key', 'key.pem.pub'], status: 1 },
    { args: ['sign', 'store', '--signature', 'none', '--public-key', 'key.pem.pub'], status: 1 },
    { args: ['sign', 'source', '--key', 'key.pem'], status: 1 },
    { args: ['strip', 'source'], status: 1 },
    { args: ['strip', 'nowhere'], status: 1 },
    { args: ['strip', 'key.pem.pub'], status: 3 },
  ])('exit with $status for $args', async ({ args, status }) => {
    const { cwd } = await setting();
    const before = noteOf(cwd);
    const result = await pageseal(args, { cwd });
    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toMatch(/^pageseal: error: .*[^.]\n$/);
    expect(noteOf(cwd)).toEqual(before);
  });
});
