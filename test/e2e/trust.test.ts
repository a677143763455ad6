import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatVerifierKey, verifierKeyFromSpki } from '../../common/index.ts';
import { generateKey, loadPublicKey } from '../../publisher/index.ts';
import { finish, start } from '../helpers/cli.ts';
import { Reader, refusal, rule } from '../helpers/reader.ts';
import { makeScene, ORIGIN, type Scene, type Serving, serving } from '../helpers/scene.ts';
import { isSkipped, run } from '../helpers/tool.ts';

let scene: Scene;
let other: Scene;
let server: Serving;
let vkey: string;

beforeAll(async () => {
  scene = await makeScene({ 'a.txt': 'hello\n' });
  other = await makeScene({ 'b.txt': 'other\n' }, { origin: 'elsewhere.example/x' });
  server = await serving([scene.store, other.store]);
  vkey = formatVerifierKey(verifierKeyFromSpki(ORIGIN, loadPublicKey(`${scene.key}.pub`)));
});

afterAll(async () => {
  await server.stop();
  scene.remove();
  other.remove();
});

describe('a reading command', () => {
  test('needs no --key once a policy has one', async () => {
    const reader = new Reader();
    const before = await reader.run('cat', server.url(), 'a.txt');
    expect(before).toMatchObject({ status: 2, stdout: '' });
    expect(before.stderr).toContain(`pageseal: hint: keep a key in a policy: pageseal trust add`);
    expect(await reader.run('trust', 'add', ORIGIN, '--key', vkey)).toMatchObject({ status: 0 });
    const after = await reader.run('cat', server.url(), 'a.txt');
    expect(after).toMatchObject({ status: 0, stdout: 'hello\n' });
    for (const [command, ...args] of [['ls'], ['stat', 'a.txt'], ['inspect'], ['get', 'a.txt']]) {
      const finished = await reader.run(command ?? '', server.url(), ...args);
      expect(finished).toMatchObject({ status: 0 });
    }
    const checked = await reader.run('verify', scene.store);
    expect(checked).toMatchObject({ status: 0 });
  });

  test('V32 does not read an origin without a rule', async () => {
    const reader = new Reader();
    reader.trust(...rule('lab.example/*', `keys = ["${vkey}"]`));
    const url = server.url('elsewhere.example/x');
    const { status, stdout, stderr } = await reader.run('cat', url, 'b.txt');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(refusal('ERR_UNTRUSTED_ORIGIN'));
  });

  test('takes --key in the place of a rule, or of none', async () => {
    const reader = new Reader();
    reader.trust('');
    const url = server.url('elsewhere.example/x');
    const key = `${other.key}.pub`;
    expect(await reader.run('cat', url, 'b.txt', '--key', key)).toMatchObject({ status: 0 });
  });

  test.each([
    { what: 'V29 a key', line: () => `revoked_keys = ["${vkey}"]`, code: 'ERR_UNTRUSTED_ORIGIN' },
    { what: 'V31 a policy', line: () => 'version = 1', code: 'ERR_POLICY_VERSION' },
    { what: 'a policy that is', line: () => 'revoked = 1', code: 'ERR_POLICY' },
  ])('does not let --key override that $what is not to be used', async ({ line, code }) => {
    const reader = new Reader();
    reader.trust('version = 2', '', ...rule(ORIGIN, `keys = ["${vkey}"]`));
    const args = ['cat', server.url(), 'a.txt'];
    expect(await reader.run(...args)).toMatchObject({ status: 0 });
    const lines = code === 'ERR_POLICY_VERSION' ? [line()] : ['version = 2', line()];
    reader.trust(...lines, ...rule(ORIGIN, `keys = ["${vkey}"]`));
    for (const more of [[], ['--key', vkey]]) {
      const { status, stdout, stderr } = await reader.run(...args, ...more);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(refusal(code));
    }
  });

  test('V31 does not let --key override that a policy with a version is gone', async () => {
    const reader = new Reader();
    reader.trust('version = 2', ...rule(ORIGIN, `keys = ["${vkey}"]`));
    const args = ['cat', server.url(), 'a.txt', '--key', vkey];
    expect(await reader.run(...args)).toMatchObject({ status: 0 });
    rmSync(reader.policy);
    const { status, stdout, stderr } = await reader.run(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(refusal('ERR_POLICY_VERSION'));
  });

  test('V32 does not let --key override that a policy can not be looked for', async () => {
    const reader = new Reader();
    mkdirSync(join(reader.home, 'config'));
    symlinkSync('pageseal', join(reader.home, 'config/pageseal'));
    const { status, stdout, stderr } = await reader.run('cat', server.url(), '--key', vkey);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(refusal('ERR_POLICY'));
  });

  test('V29 hands out no revoked object, by whatever name', async () => {
    const reader = new Reader();
    const { objectId } = await reader.json('stat', server.url(), 'a.txt', '--key', vkey);
    reader.trust(
      `revoked_objects = ["${String(objectId)}"]`,
      ...rule(ORIGIN, `keys = ["${vkey}"]`),
    );
    for (const args of [['a.txt'], ['a.txt', '--key', vkey], ['--object', String(objectId)]]) {
      const { status, stdout, stderr } = await reader.run('cat', server.url(), ...args);
      expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
      expect(stderr).toMatch(refusal('ERR_REVOKED'));
    }
  });

  test('says with --explain which rule decided, and why', async () => {
    const reader = new Reader();
    reader.trust(...rule('*', `keys = ["${vkey}"]`), ...rule(ORIGIN, `keys = ["${vkey}"]`));
    const args = ['cat', server.url(), 'a.txt', '--explain'];
    const exact = `rule "${ORIGIN}" (${reader.policy}:4)`;
    expect(await reader.run(...args)).toMatchObject({
      status: 0,
      stdout: 'hello\n',
      stderr: `pageseal: hint: ${exact} decides about "${ORIGIN}": exact\n`,
    });
    expect(await reader.run(...args, '--key', vkey)).toMatchObject({
      stderr: `pageseal: hint: --key decides about "${ORIGIN}", within the limits of ${exact}\n`,
    });
    const nobody = new Reader();
    expect(await nobody.run(...args, '--key', vkey)).toMatchObject({
      stderr: `pageseal: hint: --key decides about "${ORIGIN}": there is no policy\n`,
    });
  });

  test('takes a policy from elsewhere, and misses one that is not there', async () => {
    const reader = new Reader();
    reader.trust('this is no policy');
    writeFileSync(join(reader.home, 'p'), `${rule('*', `keys = ["${vkey}"]`).join('\n')}\n`);
    const args = ['cat', server.url(), 'a.txt', '--policy'];
    expect(await reader.run(...args, 'p')).toMatchObject({ status: 0 });
    const { status, stderr } = await reader.run(...args, 'q', '--key', vkey);
    expect(status).toBe(1);
    expect(stderr).toMatch(refusal('ERR_POLICY'));
    expect((await reader.run(...args, '')).stderr).toMatch(refusal('ERR_POLICY'));
  });

  test('asks for more signatures with --threshold, never for fewer', async () => {
    const reader = new Reader();
    const second = generateKey(join(reader.home, 'second.pem'), { name: ORIGIN });
    const keys = `keys = ["${vkey}", "${formatVerifierKey(second)}"]`;
    reader.trust(...rule(ORIGIN, keys));
    const args = ['cat', server.url(), 'a.txt', '--threshold'];
    expect(await reader.run(...args, '1')).toMatchObject({ status: 0 });
    const { status, stderr } = await reader.run(...args, '2');
    expect(status).toBe(3);
    expect(stderr).toMatch(refusal('ERR_THRESHOLD'));
    expect(await reader.run(...args, '3')).toMatchObject({ status: 2 });
    reader.trust(...rule(ORIGIN, keys, 'threshold = 2'));
    expect((await reader.run(...args, '1')).stderr).toMatch(refusal('ERR_THRESHOLD'));
  });

  test('wants --key where there is a --key-name', async () => {
    const finished = await new Reader().run('cat', server.url(), 'a.txt', '--key-name', 'x');
    expect(finished).toMatchObject({ status: 2 });
  });
});

describe('a certificate', () => {
  test.skipIf(isSkipped('openssl'))('is trusted by its fingerprint, and by no other', async () => {
    const reader = new Reader();
    const [certificate, csr] = ['c.pem', 'c.csr'].map((name) => join(reader.home, name));
    const { key } = scene;
    run('openssl', ['req', '-new', '-key', key, '-subj', '/CN=lab', '-out', csr ?? '']);
    const make = ['x509', '-req', '-in', csr ?? '', '-signkey', key, '-days', '-1'];
    writeFileSync(certificate ?? '', run('openssl', make));
    const show = ['x509', '-in', certificate ?? '', '-noout', '-fingerprint', '-sha256'];
    const printed = Buffer.from(run('openssl', show)).toString().trim().split('=')[1] ?? '';
    const add = (match: string, fingerprint: string) =>
      reader.run('trust', 'add', match, '--certificate', 'c.pem', '--fingerprint', fingerprint);

    const wrong = printed.replace(/^../, printed.startsWith('00') ? '01' : '00');
    const refused = await add(ORIGIN, wrong);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toMatch(refusal('ERR_KEY'));
    expect(await add(ORIGIN, 'ab')).toMatchObject({ status: 2 });

    // by its file alone, its fingerprint would not revoke it
    const bare = await reader.run('trust', 'add', ORIGIN, '--key', 'c.pem');
    expect(bare).toMatchObject({ status: 2, stdout: '' });
    reader.trust(...rule(ORIGIN, `keys = [{ file = ${JSON.stringify(certificate)} }]`));
    const unnamed = await reader.run('cat', server.url(), 'a.txt');
    expect(unnamed.stderr).toMatch(refusal('ERR_KEY'));
    reader.trust(`revoked_keys = ["sha256:${printed}"]`);
    const given = await reader.run('cat', server.url(), 'a.txt', '--key', 'c.pem');
    expect(given).toMatchObject({ status: 1, stdout: '' });
    expect(given.stderr).toMatch(refusal('ERR_UNTRUSTED_ORIGIN'));
    reader.trust('');

    expect(await add('lab.example/*', printed)).toMatchObject({ status: 0 });
    expect(await reader.run('cat', server.url(), 'a.txt')).toMatchObject({ status: 0 });
    reader.trust(
      ...reader
        .policyText()
        .replace(/sha256 = "../, 'sha256 = "zz')
        .split('\n'),
    );
    expect((await reader.run('cat', server.url(), 'a.txt')).stderr).toMatch(refusal('ERR_POLICY'));
    const swapped = reader.policyText().replace(/sha256 = "[^"]*"/, `sha256 = "${wrong}"`);
    reader.trust(...swapped.split('\n'));
    const { status, stderr } = await reader.run('cat', server.url(), 'a.txt');
    expect(status).toBe(1);
    expect(stderr).toMatch(refusal('ERR_KEY'));
  });
});

describe('pageseal trust', () => {
  test('adds rules below what stands there, and shows them', async () => {
    const reader = new Reader();
    reader.trust('# mine', 'version = 4', '', ...rule('*', `keys = [ # all`, `  "${vkey}",`, ']'));
    const before = reader.policyText();
    const options = ['--threshold', '1', '--max-age', '30d', '--min-version', '5', '--series', '2'];
    const audit = ['--audit', 'max-age', 'expires'];
    const added = await reader.run('trust', 'add', ORIGIN, '--key', vkey, ...options, ...audit);
    expect(added).toMatchObject({
      status: 0,
      stdout:
        `added rule "${ORIGIN}" (${reader.policy}:10)\n` +
        `it decides before rule "*" (${reader.policy}:4)\n`,
    });
    expect(reader.policyText().startsWith(`${before}\n[[origin]]\n`)).toBe(true);
    expect(await reader.json('trust', 'list')).toMatchObject({
      policy: reader.policy,
      version: 4,
      usedVersion: 0,
      rules: [
        { match: '*', line: 4, maxAgeSeconds: null },
        {
          match: ORIGIN,
          line: 10,
          keys: [{ type: 'key', key: vkey }],
          threshold: 1,
          maxAgeSeconds: 2_592_000,
          minVersion: 5,
          series: 2,
          audit: ['max-age', 'expires'],
          pins: [],
        },
      ],
    });
    const { status, stdout } = await reader.run('trust', 'list');
    expect(status).toBe(0);
    expect(stdout).toContain(`match        ${ORIGIN}\n`);
    expect(stdout).toContain('max age      30d\n');
  });

  test('does not change a rule that is there', async () => {
    const reader = new Reader();
    await reader.run('trust', 'add', ORIGIN, '--key', vkey);
    const before = reader.policyText();
    const { status, stderr } = await reader.run('trust', 'add', ORIGIN, '--key', vkey);
    expect(status).toBe(1);
    expect(stderr).toMatch(refusal('ERR_POLICY'));
    expect(stderr).toContain(`${reader.policy}:1: there is a rule`);
    expect(reader.policyText()).toBe(before);
    expect(readdirSync(join(reader.policy, '..'))).toEqual(['trust.toml']);
  });

  test.each([
    { args: ['add', 'Not/An/Origin', '--key', 'x'] },
    { args: ['add', ORIGIN] },
    { args: ['add', ORIGIN, '--certificate', 'x'] },
    { args: ['add', ORIGIN, '--key', 'x', '--audit', 'signature'] },
    { args: ['add', ORIGIN, '--key', 'x', '--series', '-1'] },
    { args: ['explain', '*'] },
    { args: ['import', 'list', '--key', 'x'] },
    { args: ['import', 'list', '--origin', ORIGIN] },
    { args: [] },
    { args: ['remove', ORIGIN] },
  ])('exits with 2 for $args', async ({ args }) => {
    const finished = await new Reader().run('trust', ...args);
    expect(finished).toMatchObject({ status: 2, stdout: '' });
  });

  test('1: where folders can not be made', { timeout: 30_000 }, async () => {
    const policy = ['--policy', '/proc/none/x/trust.toml']; // no folder can be made in /proc
    const child = start(['trust', 'add', ORIGIN, '--key', vkey, ...policy]);
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const { status, signal, stderr } = await finish(child);
    clearTimeout(timer);
    expect({ status, signal }).toEqual({ status: 1, signal: null });
    expect(stderr).toBe('pageseal: error: "/proc/none": no such file or directory (ENOENT)\n');
  });

  test('refuses what the policy would refuse', async () => {
    const reader = new Reader();
    const args = ['trust', 'add', ORIGIN, '--key', vkey];
    for (const more of [
      ['--max-age', '30'],
      ['--threshold', '2'],
    ]) {
      const { status, stderr } = await reader.run(...args, ...more);
      expect(status).toBe(1);
      expect(stderr).toMatch(refusal('ERR_POLICY'));
    }
    expect((await reader.run('trust', 'list')).stderr).toMatch(refusal('ERR_POLICY'));
  });

  test('keeps a key in PEM of a wildcard in its file, since the origin names it', async () => {
    const reader = new Reader();
    await reader.run('trust', 'add', 'lab.example/*', '--key', `${scene.key}.pub`);
    expect(reader.policyText()).toContain(`{ file = "${scene.key}.pub" }`);
    expect(await reader.run('cat', server.url(), 'a.txt')).toMatchObject({ status: 0 });
  });

  test('explains which rule decides, what it asks for, and why the others lost', async () => {
    const reader = new Reader();
    const hash = 'ab'.repeat(32);
    reader.trust(
      `revoked_keys = ["${vkey}"]`,
      ...rule('*', `keys = ["${vkey}"]`),
      ...rule('lab.example/*', `keys = [{ file = "k.pub" }]`, 'max_age = "12h"'),
      `pin = [{ path = "bin/ls", fsverity = "sha256:${hash}" }]`,
    );
    const key = generateKey(join(reader.home, 'k'), { name: 'any' });
    const pem = run('cat', [join(reader.home, 'k.pub')]);
    writeFileSync(join(reader.policy, '../k.pub'), pem);
    const found = verifierKeyFromSpki(ORIGIN, loadPublicKey(join(reader.home, 'k.pub')));
    expect(found.publicKey).toEqual(key.publicKey);
    expect(await reader.json('trust', 'explain', ORIGIN, '/bin/ls')).toMatchObject({
      origin: ORIGIN,
      decided: {
        match: 'lab.example/*',
        line: 5,
        reason: 'longest wildcard',
        maxAgeSeconds: 43_200,
      },
      lost: [{ match: '*', line: 2, reason: 'longer wildcard wins' }],
      keys: [{ key: formatVerifierKey(found), revoked: false }],
      pin: { fsverity: `sha256:${hash}` },
    });
    const { stdout } = await reader.run('trust', 'explain', ORIGIN, 'other');
    expect(stdout).toContain(`decided      rule "lab.example/*" (${reader.policy}:5)\n`);
    expect(stdout).toContain('not          rule "*"');
    expect(stdout).toContain('pins         1, not this file\n');
    const revoked = await reader.run('trust', 'explain', 'x');
    expect(revoked.stdout).toContain(`not key      ${vkey}: revoked\n`);
    reader.trust('');
    expect(await reader.json('trust', 'explain', 'x')).toMatchObject({ decided: null, keys: [] });
  });

  test('V31 shows no policy that has gone back', async () => {
    const reader = new Reader();
    reader.trust('version = 2', ...rule(ORIGIN, `keys = ["${vkey}"]`));
    await reader.run('cat', server.url(), 'a.txt');
    expect(await reader.json('trust', 'list')).toMatchObject({ usedVersion: 2 });
    reader.trust('version = 1');
    for (const args of [['list'], ['explain', ORIGIN]]) {
      const { status, stderr } = await reader.run('trust', ...args);
      expect(status).toBe(1);
      expect(stderr).toMatch(refusal('ERR_POLICY_VERSION'));
    }
  });
});
