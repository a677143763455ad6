import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatVerifierKey, toBase64, verifierKeyFromSpki } from '../../common/index.ts';
import { generateKey } from '../../publisher/index.ts';
import { Reader } from '../helpers/reader.ts';
import { makeScene, ORIGIN, type Scene, type Serving, serving } from '../helpers/scene.ts';
import { isSkipped, run } from '../helpers/tool.ts';

const FILES = { 'usr/bin/ls': 'ls\n', 'usr/share/a b': 'x'.repeat(9000), 'usr/empty': '' };

let scene: Scene;
let server: Serving;

beforeAll(async () => {
  scene = await makeScene({ ...FILES, other: 'other\n' }, { profile: 'fsverity-sha256' });
  server = await serving([scene.store]);
});

afterAll(async () => {
  await server.stop();
  scene.remove();
});

/** What `fsverity digest` would print, from the store's own statement. */
async function listOf(reader: Reader, paths: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    paths.map(async (path) => {
      const trust = [...scene.trust, '--policy', '/dev/null'];
      const { fsverityDigest } = await reader.json('stat', server.url(), path, ...trust);
      return `sha256:${String(fsverityDigest)} ${path}\n`;
    }),
  );
  return lines.join('');
}

/** Makes a key of a packager, who has nothing to do with the volume's publisher. */
function packager(reader: Reader): string {
  return formatVerifierKey(generateKey(join(reader.home, 'packager'), { name: 'packages' }));
}

describe('pageseal trust import', () => {
  test('V38 pins the files of a list that pageseal signed, which then need no other key', async () => {
    const reader = new Reader();
    const vkey = packager(reader);
    writeFileSync(join(reader.home, 'list'), await listOf(reader, Object.keys(FILES)));
    const sign = ['sign', 'list', '--digest-list', '--key', 'packager', '--key-name', 'packages'];
    const signed = await reader.run(...sign);
    expect(signed).toMatchObject({ status: 0, stderr: '' });
    writeFileSync(join(reader.home, 'list.sig'), signed.stdout);
    const imported = ['trust', 'import', 'list', '--signature', 'list.sig', '--key', vkey];
    expect(await reader.run(...imported, '--origin', ORIGIN)).toMatchObject({
      status: 0,
      stdout: `pinned 3 files in rule "${ORIGIN}" of "${reader.policy}", 3 of them new\n`,
    });
    for (const [path, contents] of Object.entries(FILES)) {
      const cat = await reader.run('cat', server.url(), path);
      expect(cat).toMatchObject({ status: 0, stdout: contents });
    }
    expect(await reader.run('get', server.url(), 'usr/share/a b')).toMatchObject({ status: 0 });
    expect(readFileSync(join(reader.home, 'a b'), 'utf8')).toBe(FILES['usr/share/a b']);
    expect(await reader.run('get', server.url(), 'usr/bin/ls', '-o', 'x')).toMatchObject({
      status: 0,
    });
    expect(await reader.run('get', '-r', server.url(), 'usr/bin/ls')).toMatchObject({ status: 2 });
    const { status, stderr } = await reader.run('cat', server.url(), 'other');
    expect(status).toBe(1);
    expect(stderr).toContain('(ERR_UNTRUSTED_ORIGIN)');

    expect(await reader.run(...imported, '--origin', ORIGIN)).toMatchObject({
      stdout: `pinned 3 files in rule "${ORIGIN}" of "${reader.policy}", 0 of them new\n`,
    });
  });

  test.skipIf(isSkipped('openssl') || isSkipped('fsverity'))(
    'V38 pins what fsverity lists and openssl signs',
    async () => {
      const reader = new Reader();
      const path = (name: string) => join(reader.home, name);
      const files = Object.keys(FILES).map((name) => join(scene.source, name));
      const printed = Buffer.from(run('fsverity', ['digest', ...files])).toString();
      writeFileSync(path('list'), printed.replaceAll(`${scene.source}/`, './'));
      run('openssl', ['genpkey', '-algorithm', 'ED25519', '-out', path('key')]);
      const sign = ['pkeyutl', '-sign', '-rawin', '-inkey', path('key'), '-in', path('list')];
      run('openssl', [...sign, '-out', path('raw')]);
      const spki = run('openssl', ['pkey', '-in', path('key'), '-pubout', '-outform', 'DER']);
      const key = verifierKeyFromSpki('packages', spki);
      const value = toBase64(Buffer.concat([key.keyId, readFileSync(path('raw'))]));
      // The list and its signature in one note.
      const note = `${readFileSync(path('list'), 'utf8')}\n\u2014 packages ${value}\n`;
      writeFileSync(path('note'), note);
      const vkey = formatVerifierKey(key);
      const args = ['trust', 'import', 'note', '--origin', 'lab.example/*', '--key', vkey];
      expect(await reader.json(...args)).toEqual({
        policy: reader.policy,
        match: 'lab.example/*',
        files: 3,
        added: 3,
      });
      const cat = await reader.run('cat', server.url(), 'usr/bin/ls');
      expect(cat).toMatchObject({ status: 0, stdout: 'ls\n' });
    },
  );

  test('V38 refuses a list that was changed, one that nobody signed, and one that is none', async () => {
    const reader = new Reader();
    const vkey = packager(reader);
    const list = await listOf(reader, ['usr/bin/ls']);
    const path = (name: string) => join(reader.home, name);
    writeFileSync(path('list'), list);
    const sign = ['--digest-list', '--key', 'packager', '--key-name', 'packages'];
    const { stdout: line } = await reader.run('sign', 'list', ...sign);
    writeFileSync(path('line'), line);
    writeFileSync(path('changed'), list.replace('ls', 'sh'));
    writeFileSync(path('bad'), 'sha256:ab x\n');
    const args = ['--origin', ORIGIN, '--key', vkey];
    for (const [given, code] of [
      [['changed', '--signature', 'line'], 'ERR_SIGNATURE'],
      [
        ['list', '--signature', 'line', '--key', 'packager.pub', '--threshold', '2'],
        'ERR_THRESHOLD',
      ],
      [['list'], 'ERR_NOTE'],
      [['list', '--signature', 'list'], 'ERR_NOTE'],
    ] as const) {
      const { status, stdout, stderr } = await reader.run('trust', 'import', ...given, ...args);
      expect({ given, status, stdout }).toEqual({ given, status: 3, stdout: '' });
      expect(stderr).toContain(`(${code})`);
    }
    const unsigned = await reader.run('sign', 'bad', ...sign);
    expect(unsigned).toMatchObject({ status: 3, stdout: '' });
    expect(unsigned.stderr).toContain('(ERR_DIGEST_LIST)');
    expect((await reader.run('trust', 'list')).stderr).toContain('(ERR_POLICY)'); // none was made
  });

  test('a pin wins over what the statement says of the path', async () => {
    const reader = new Reader();
    const [vkey] = [readFileSync(`${scene.key}.pub`, 'utf8')];
    writeFileSync(join(reader.home, 'pub'), vkey);
    await reader.run('trust', 'add', ORIGIN, '--key', 'pub');
    const key = packager(reader);
    const list = (await listOf(reader, ['other'])).replace('other', 'usr/bin/ls');
    writeFileSync(join(reader.home, 'list'), list);
    const sign = ['sign', 'list', '--digest-list', '--key', 'packager', '--key-name', 'packages'];
    writeFileSync(join(reader.home, 'sig'), (await reader.run(...sign)).stdout);
    const args = ['list', '--signature', 'sig', '--origin', ORIGIN, '--key', key];
    expect(await reader.run('trust', 'import', ...args)).toMatchObject({ status: 0 });
    expect(await reader.run('cat', server.url(), 'usr/bin/ls')).toMatchObject({
      stdout: 'other\n',
    });
    expect(await reader.run('cat', server.url(), 'other')).toMatchObject({ stdout: 'other\n' });
    const explained = await reader.run('trust', 'explain', ORIGIN, 'usr/bin/ls');
    expect(explained.stdout).toMatch(/^pins .*fs-verity sha256:[0-9a-f]{64}, which wins over/m);
  });

  test('V29 pins nothing for a key that the policy revokes', async () => {
    const reader = new Reader();
    const vkey = packager(reader);
    reader.trust(`revoked_keys = ["${vkey}"]`);
    const before = reader.policyText();
    writeFileSync(join(reader.home, 'list'), await listOf(reader, ['other']));
    const sign = ['sign', 'list', '--digest-list', '--key', 'packager', '--key-name', 'packages'];
    writeFileSync(join(reader.home, 'sig'), (await reader.run(...sign)).stdout);
    const args = ['list', '--signature', 'sig', '--origin', ORIGIN, '--key', vkey];
    const { status, stderr } = await reader.run('trust', 'import', ...args);
    expect(status).toBe(3);
    expect(stderr).toContain('(ERR_THRESHOLD)');
    expect(reader.policyText()).toBe(before);
  });

  test('does not put a rule of pins alone in the place of one with keys', async () => {
    const reader = new Reader();
    const vkey = packager(reader);
    await reader.run('trust', 'add', 'lab.example/*', '--key', vkey);
    writeFileSync(join(reader.home, 'list'), await listOf(reader, ['other']));
    const sign = ['sign', 'list', '--digest-list', '--key', 'packager', '--key-name', 'packages'];
    writeFileSync(join(reader.home, 'sig'), (await reader.run(...sign)).stdout);
    const args = ['trust', 'import', 'list', '--signature', 'sig', '--key', vkey, '--origin'];
    const { status, stderr } = await reader.run(...args, ORIGIN);
    expect(status).toBe(1);
    expect(stderr).toContain('pageseal: hint: pin them there, with --origin "lab.example/*"');
    expect(await reader.run(...args, 'lab.example/*')).toMatchObject({ status: 0 });
    expect(await reader.run('cat', server.url(), 'other')).toMatchObject({ status: 0 });
  });

  test.each([
    { args: ['--digest-list'] },
    { args: ['--digest-list', '--key', 'packager'] },
    { args: ['--digest-list', '--merge', 'x'] },
  ])('sign exits with 2 for $args', async ({ args }) => {
    const reader = new Reader();
    packager(reader);
    expect(await reader.run('sign', 'list', ...args)).toMatchObject({ status: 2, stdout: '' });
  });
});
