import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseNote } from '../../common/note.ts';
import { formatVerifierKey, verifierKeyFromSpki } from '../../common/signature.ts';
import { loadPublicKey } from '../../publisher/index.ts';
import { type Finished, finish, pageseal, start } from '../helpers/cli.ts';
import { folder, plant } from '../helpers/folder.ts';
import { serving, until } from '../helpers/scene.ts';
import { isSkipped, run } from '../helpers/tool.ts';

const ORIGIN = 'lab.example/signed';

interface Foreign {
  readonly name: string;
  readonly options: readonly string[];
  /** The command that signs with a key. */
  readonly signs: (key: string) => string;
}

/** Keys that openssl makes and signs with; nothing of them is in this program. */
const EDWARDS: Foreign = {
  name: 'ed25519',
  options: ['-algorithm', 'ED25519'],
  signs: (key) => `openssl pkeyutl -sign -rawin -inkey ${key} -in /dev/stdin`,
};
const P256: Foreign = {
  name: 'p256',
  options: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  signs: (key) => `openssl dgst -sha256 -sign ${key}`,
};
const FOREIGN = [EDWARDS, P256];

/** An unsigned store, and keys of openssl. */
async function setting(): Promise<{
  cwd: string;
  run: (...args: string[]) => Promise<Finished>;
}> {
  const cwd = folder();
  plant(join(cwd, 'source'), { a: 'signed by several\n' });
  for (const { name, options } of FOREIGN) {
    run('openssl', ['genpkey', ...options, '-out', join(cwd, `${name}.pem`)]);
    const key = ['-in', join(cwd, `${name}.pem`), '-pubout', '-out', join(cwd, `${name}.pub`)];
    run('openssl', ['pkey', ...key]);
  }
  const runIn = (...args: string[]) => pageseal(args, { cwd });
  expect(await runIn('seal', 'source', 'store', '-o', ORIGIN, '--unsigned')).toMatchObject({
    status: 0,
  });
  return { cwd, run: runIn };
}

const noteOf = (cwd: string) => join(cwd, 'store/statements/1');
const noteIn = (cwd: string) => new Uint8Array(readFileSync(noteOf(cwd)));

describe.skipIf(isSkipped('openssl'))('signing with openssl', () => {
  it.each(FOREIGN)('pageseal sign --command adds its $name signature', async ({ name, signs }) => {
    const { run } = await setting();
    const args = ['--command', signs(`${name}.pem`), '--public-key', `${name}.pub`];
    const { status, stdout, stderr } = await run('sign', 'store', ...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^signed lab\.example\/signed version 1 by lab\.example\/signed\+/);
    const verified = await run('verify', 'store', '--key', `${name}.pub`);
    expect(verified).toMatchObject({ status: 0 });
  });

  it.each(FOREIGN)('pageseal seal --command signs as it seals: $name', async ({ name, signs }) => {
    const { run } = await setting();
    const args = ['--command', signs(`${name}.pem`), '--public-key', `${name}.pub`, '--json'];
    const sealed = await run('seal', 'source', 'new', '-o', ORIGIN, ...args);
    expect(sealed).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(sealed.stdout)).toMatchObject({ signed: true, version: 1 });
    expect(await run('verify', 'new', '--key', `${name}.pub`)).toMatchObject({ status: 0 });
  });

  it('three signers of one version, each for himself: a reader asks for all three', async () => {
    const { cwd, run } = await setting();
    const keys = ['one.vkey', 'two.vkey', 'three.vkey'];
    const { stdout: one } = await run('keygen', 'one.pem', '--name', 'one');
    // each signs a copy of the statement, and none of them has the store
    for (const name of ['one', 'two', 'three']) copyFileSync(noteOf(cwd), join(cwd, name));
    await run('sign', 'one', '--key', 'one.pem', '--key-name', 'one');
    writeFileSync(join(cwd, 'one.vkey'), one);
    for (const [name, { name: kind, signs }] of [
      ['two', EDWARDS],
      ['three', P256],
    ] as const) {
      const args = ['-p', `${kind}.pub`, '--key-name', name, '--command', signs(`${kind}.pem`)];
      expect(await run('sign', name, ...args)).toMatchObject({ status: 0, stderr: '' });
      const key = verifierKeyFromSpki(name, loadPublicKey(join(cwd, `${kind}.pub`)));
      writeFileSync(join(cwd, `${name}.vkey`), `${formatVerifierKey(key)}\n`);
    }
    const signers = keys.flatMap((key) => ['-p', key]);
    const merged = await run('sign', 'store', '--merge', 'one', 'two', 'three', ...signers);
    expect(merged).toMatchObject({ status: 0, stderr: '' });
    expect(merged.stdout.split('\n').map((line) => line.split(' by ')[1]?.split('+')[0])).toEqual([
      'one',
      'two',
      'three',
      undefined,
    ]);
    const trust = ['--threshold', '3', ...keys.flatMap((key) => ['--key', key])];
    const server = await serving([join(cwd, 'store')]);
    const read = await run('cat', server.url(ORIGIN), 'a', ...trust);
    await server.stop();
    expect(read).toMatchObject({ status: 0, stderr: '', stdout: 'signed by several\n' });
    const again = await run('sign', 'store', '--merge', 'two', '-p', 'two.vkey', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ added: [], signatures: 3 });
  });

  it('3: a command that signs with another key changes nothing', async () => {
    const { cwd, run: runIn } = await setting();
    run('openssl', ['genpkey', '-algorithm', 'ED25519', '-out', join(cwd, 'other.pem')]);
    const before = noteIn(cwd);
    const args = ['--command', EDWARDS.signs('other.pem'), '--public-key', 'ed25519.pub'];
    const { status, stdout, stderr } = await runIn('sign', 'store', ...args);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('(ERR_SIGNATURE)');
    expect(noteIn(cwd)).toEqual(before);
  });
});

describe.skipIf(isSkipped('openssl'))('pageseal sign', () => {
  it('lets a command speak on standard error, and tells how it ended', async () => {
    const { cwd, run } = await setting();
    const args = ['--command', 'echo no token >&2; exit 3', '-p', 'ed25519.pub'];
    const before = noteIn(cwd);
    const { status, stderr } = await run('sign', 'store', ...args);
    expect(status).toBe(1);
    expect(stderr).toBe('no token\npageseal: error: signing command exited with 3 (ERR_KEY)\n');
    expect(noteIn(cwd)).toEqual(before);
  });

  it('ends the command when it is interrupted, and signs nothing', async () => {
    const { cwd } = await setting();
    const before = noteIn(cwd);
    const command = 'echo waiting >&2; exec sleep 600';
    const child = start(['sign', 'store', '-p', 'ed25519.pub', '--command', command], { cwd });
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const finished = finish(child);
    await until(() => errors.includes('waiting'));
    child.kill('SIGINT');
    // it ends when nobody holds its standard error any more: the command has ended, too
    expect(await finished).toMatchObject({ status: 130 });
    expect(noteIn(cwd)).toEqual(before);
  });

  it('takes the name from a verifier key, and from no other place', async () => {
    const { cwd, run } = await setting();
    const { stdout: vkey } = await run('keygen', 'me.pem', '--name', 'me');
    const args = ['sign', 'store', '--command', EDWARDS.signs('me.pem'), '-p', vkey.trim()];
    const renamed = await run(...args, '--key-name', 'you');
    expect(renamed).toMatchObject({ status: 2, stdout: '' });
    expect((await run(...args)).stdout).toMatch(/ by me\+/);
    expect(parseNote(noteIn(cwd)).signatures.map(({ name }) => name)).toEqual(['me']);
  });

  const PUBLIC = ['--public-key', 'ed25519.pub'];
  it.each([
    { status: 2, args: ['sign', 'store', '--command', 'cat'] },
    { status: 2, args: ['sign', 'store', '--command', 'cat', ...PUBLIC, ...PUBLIC] },
    { status: 2, args: ['sign', 'store', '--command', 'cat', '--key', 'ed25519.pem', ...PUBLIC] },
    { status: 2, args: ['sign', 'store', '--key', 'ed25519.pem', ...PUBLIC] },
    { status: 2, args: ['sign', 'store', '--merge', 'store'] },
    { status: 2, args: ['sign', 'store', '--merge', 'store', '--signature', 'a', ...PUBLIC] },
    { status: 2, args: ['sign', 'store', ...PUBLIC] },
    { status: 1, args: ['sign', 'store', '--merge', 'store', ...PUBLIC] }, // which nobody has signed
    { status: 1, args: ['sign', 'store', '--command', 'cat', ...PUBLIC] }, // no signature
    { status: 1, args: ['sign', 'store', '--command', 'cat', '-p', 'ed25519.pem'] },
    { status: 2, args: ['seal', 'source', 'store', '--command', 'cat'] },
    { status: 2, args: ['seal', 'source', 'store', '--command', 'cat', '--unsigned'] },
    { status: 2, args: ['seal', 'source', 'store', '--command', 'cat', '--key', 'ed25519.pem'] },
    { status: 1, args: ['seal', 'source', 'store', '--command', 'cat', ...PUBLIC] },
  ])('exits with $status, and changes nothing, for $args', async ({ status, args }) => {
    const { cwd, run } = await setting();
    const before = noteIn(cwd);
    const result = await run(...args);
    expect(result).toMatchObject({ status, stdout: '' });
    expect(result.stderr).toMatch(/^pageseal: error: /);
    expect(noteIn(cwd)).toEqual(before);
  });
});
