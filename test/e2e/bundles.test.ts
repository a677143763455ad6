import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeDiagnostics } from '../../client/diagnostics.ts';
import { decodeBundle, encodeBundle } from '../../common/bundle.ts';
import { utf8 } from '../../common/bytes.ts';
import { IntegrityError } from '../../common/errors.ts';
import { encodeEvidence } from '../../common/evidence.ts';
import { formatVerifierKey } from '../../common/signature.ts';
import { attackedVolume, onReads } from '../helpers/attacked-volume.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { pageseal } from '../helpers/cli.ts';
import { announcing, hostileServer, type Tamper } from '../helpers/hostile-server.ts';
import { ORIGIN as MEMORY_ORIGIN, Signer, signer } from '../helpers/memory-volume.ts';
import { makeScene, ORIGIN, type Scene, type Serving, serving } from '../helpers/scene.ts';

const content = noise(20_000, 1);
const issued = Date.now() - 3_600_000;
const expires = Date.now() + 3_600_000;
const at = (ms: number) => new Date(ms).toISOString().replace(/\.\d+/, '');

let scene: Scene;
let server: Serving;
beforeAll(async () => {
  const tree = { 'a.img': content, 'a b/x': 'x', link: '-> a.img' };
  scene = await makeScene(tree, { issued, expires });
  server = await serving([scene.store]);
}, 60_000);
afterAll(async () => {
  await server.stop();
  scene.remove();
});
const file = (name: string) => joinPath(scene.folder, name);

describe('pageseal prove and check', () => {
  const prove = (...args: string[]) => pageseal(['prove', server.url(), ...args, ...scene.trust]);
  const check = (...args: string[]) => pageseal(['check', ...args, ...scene.trust]);

  it('prove bytes to who has the key and no network', async () => {
    const made = await prove('link', '--range', '5000-9999', '-o', file('proof'), '--json');
    expect(made).toMatchObject({ status: 0, stderr: '' });
    const { start, end, length } = JSON.parse(made.stdout) as Record<string, unknown>;
    expect({ start, end }).toEqual({ start: 5000, end: 10_000 });
    expect(length).toBe(readFileSync(file('proof')).length);

    const checked = await check(file('proof'));
    expect(checked).toMatchObject({ status: 0, stderr: '' });
    expect(checked.stdout).toMatch(/^origin +lab\.example\/nm\nversion +1\n/);
    expect(checked.stdout).toMatch(/\npath +link\nleads to +a\.img\nmode +-rw/);
    expect(checked.stdout).toMatch(/\nproven +bytes 5000-9999\n$/);

    const json = JSON.parse((await check(file('proof'), '--json')).stdout) as object;
    expect(json).toMatchObject({
      claim: 'bytes',
      origin: ORIGIN,
      version: 1,
      signers: [ORIGIN],
      asked: 'link',
      path: 'a.img',
      size: 20_000,
      start: 5000,
      end: 10_000,
    });
    const { output } = await check(file('proof'), '-o', '-');
    expect(output).toEqual(content.slice(5000, 10_000));
    await check(file('proof'), '-o', file('bytes'));
    expect(new Uint8Array(readFileSync(file('bytes')))).toEqual(content.slice(5000, 10_000));
  });

  it('go through a pipe', async () => {
    const { output, status } = await prove('a.img');
    expect(status).toBe(0);
    writeFileSync(file('piped'), output);
    expect((await check(file('piped'), '-o', '-')).output).toEqual(content);
  });

  it('prove that there is nothing', async () => {
    const made = await prove('a b/y', '--absence', '-o', file('absence'));
    expect(made.stdout).toMatch(/\nproves +absence of "a b\/y"\n/);
    const { status, stdout } = await check(file('absence'));
    expect(status).toBe(0);
    expect(stdout).toMatch(/\npath +a b\/y\nproven +absence\n$/);
    expect(await check(file('absence'), '-o', '-')).toMatchObject({ status: 2, stdout: '' });
    const json = JSON.parse((await check(file('absence'), '--json')).stdout) as object;
    expect(json).toMatchObject({ claim: 'absence', asked: 'a b/y', missing: 'a b/y' });
  });

  it('judge a proof that has expired as of then alone', async () => {
    await prove('a.img', '-o', file('dated'));
    const later = await check(file('dated'), '--at', at(expires));
    expect(later).toMatchObject({ status: 4, stdout: '' });
    expect(later.stderr).toContain('(ERR_EXPIRED)');
    expect(await check(file('dated'), '--at', at(expires - 2000))).toMatchObject({ status: 0 });
    const before = await check(file('dated'), '--at', at(issued - 3_600_000));
    expect(before.stderr).toContain('(ERR_NOT_YET_VALID)');
    expect(before.status).toBe(4);
  });

  it('V6 show what is only audited of a proof', async () => {
    await prove('a.img', '-o', file('old'));
    const policy = `[[origin]]
match = ${JSON.stringify(ORIGIN)}
keys = [{ file = ${JSON.stringify(scene.trust[1])} }]
audit = ["expires"]
`;
    writeFileSync(file('lax.toml'), policy);
    const args = ['check', file('old'), '--at', at(expires), '--policy', file('lax.toml')];
    const { status, stderr } = await pageseal(args);
    expect(status).toBe(0);
    expect(stderr).toMatch(/^pageseal: warning: .*\(ERR_EXPIRED\), only audited by rule /);
  });

  it.each([
    {
      what: 'a byte of the file',
      change: (bundle: Uint8Array) => flipBit(bundle, 8 * (bundle.length - 90)),
      code: 'ERR_PROOF_MISMATCH',
    },
    {
      what: 'the signature',
      change: (bundle: Uint8Array) => flipBit(bundle, 8 * 120),
      code: 'ERR_SIGNATURE',
    },
    { what: 'the end', change: (bundle: Uint8Array) => bundle.slice(0, -1), code: 'ERR_BUNDLE' },
  ])('refuse a proof of which $what is changed, and write nothing', async ({ change, code }) => {
    await prove('a.img', '-o', file('honest'));
    writeFileSync(file('changed'), change(new Uint8Array(readFileSync(file('honest')))));
    rmSync(file('out'), { force: true });
    const refused = await check(file('changed'), '-o', file('out'));
    expect(refused).toMatchObject({ status: 3, stdout: '' });
    expect(refused.stderr).toContain(`(${code})`);
    expect(() => readFileSync(file('out'))).toThrow('ENOENT');
  });

  it('refuse another origin and a stranger', async () => {
    await prove('a.img', '-o', file('own'));
    const other = await check(file('own'), '--origin', 'other.example', '--key-name', ORIGIN);
    expect(other).toMatchObject({ status: 3 });
    expect(other.stderr).toContain('(ERR_ORIGIN)');
    const key = formatVerifierKey(signer.key);
    const stranger = await pageseal(['check', file('own'), '--key', key]);
    expect(stranger.stderr).toContain('(ERR_THRESHOLD)');
    expect(await pageseal(['check', file('own')])).toMatchObject({ status: 2 });
  });

  it('say what can not be proven', async () => {
    const missing = await prove('missing');
    expect(missing).toMatchObject({ status: 1, stdout: '' });
    expect(missing.stderr).toContain('pageseal: hint: prove that with --absence\n');
    expect((await prove('a.img', '--absence')).stderr).toContain('"a.img" is there');
    expect(await prove('a.img', '--absence', '--range', '1-2')).toMatchObject({ status: 2 });
    expect(await prove('a b')).toMatchObject({ status: 1 });
    expect(await prove('../a.img')).toMatchObject({ status: 2 });
    expect(await prove('link/../a.img')).toMatchObject({ status: 2 });
    expect(await prove('a.img', '--json')).toMatchObject({ status: 2 });
    expect(await prove('a.img', '--range', '20000-')).toMatchObject({ status: 2 });
  });
});

describe('pageseal evidence', () => {
  const { f, g, volume } = attackedVolume();
  const key = formatVerifierKey(signer.key);
  const evidence = (name: string, ...args: string[]) => pageseal(['evidence', file(name), ...args]);

  it('tells what two texts of one version prove', async () => {
    const notes = [signer.seal(f, { version: 3 }), signer.seal(g, { version: 3 })];
    writeFileSync(file('equivocation'), encodeEvidence(notes));
    const { status, stdout } = await evidence('equivocation', '--key', key);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^proves +equivocation: two texts of one version are signed\n/);
    expect(stdout).toMatch(/\nversion +3\n/);
    expect(stdout.match(/\nsigned by +lab\.example\/images/g)).toHaveLength(2);
    const json = await evidence('equivocation', '--key', key, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'evidence',
      provesNothing: false,
      origin: MEMORY_ORIGIN,
      version: 3,
      statements: [{ signers: [MEMORY_ORIGIN] }, { signers: [MEMORY_ORIGIN] }],
    });
  });

  it('checks what a reader has kept of an equivocation', async () => {
    const state = file('state');
    await using hostile = await hostileServer(volume);
    const list = () =>
      pageseal(['ls', hostile.url, '--key', key], { env: { XDG_STATE_HOME: state } });
    expect(await list()).toMatchObject({ status: 0 });
    hostile.tamper = announcing(signer.seal(g));
    const refused = await list();
    expect(refused).toMatchObject({ status: 4, stdout: '' });
    expect(refused.stderr).toContain('ERR_EQUIVOCATION');
    const [kept = ''] = readdirSync(joinPath(state, 'pageseal', 'evidence'));
    const found = await evidence(joinPath('state', 'pageseal', 'evidence', kept), '--key', key);
    expect(found).toMatchObject({ status: 0, stderr: '' });
    expect(found.stdout).toMatch(/\nversion +1\n/);
  });

  it.each([
    {
      what: 'two versions',
      notes: [signer.seal(f, { version: 3 }), signer.seal(g, { version: 4 })],
      code: 'ERR_EVIDENCE',
    },
    {
      what: 'a text that a stranger signed',
      notes: [signer.seal(f), new Signer(8).seal(g)],
      code: 'ERR_THRESHOLD',
    },
    { what: 'one note', notes: [signer.seal(f)], code: 'ERR_BUNDLE' },
  ])('refuses $what', async ({ notes, code }) => {
    writeFileSync(file('none'), encodeEvidence(notes));
    const { status, stdout, stderr } = await evidence('none', '--key', key);
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain(`(${code})`);
  });

  it('escapes what a file makes messages say', async () => {
    const strange = new Signer(1, 'a\u202eb');
    const bundle = encodeDiagnostics(
      {
        check: 'statement',
        error: new IntegrityError('ERR_SIGNATURE', 'forged'),
        note: flipBit(strange.seal(f), 8 * 60),
      },
      {
        url: `ws://127.0.0.1/${MEMORY_ORIGIN}`,
        note: undefined,
        trust: { origin: MEMORY_ORIGIN, keys: [strange.key], threshold: 1 },
      },
    );
    writeFileSync(file('strange'), bundle);
    const { status, stdout } = await evidence('strange');
    expect(status).toBe(0);
    expect(stdout).toContain('signature by "a\\u{202e}b" does not verify (ERR_SIGNATURE)');
  });

  it('needs a key, and a bundle of its own kinds', async () => {
    writeFileSync(file('keyless'), encodeEvidence([signer.seal(f), signer.seal(g)]));
    expect(await evidence('keyless')).toMatchObject({ status: 2 });
    writeFileSync(file('proofless'), encodeBundle('proof', []));
    expect(await evidence('proofless')).toMatchObject({ status: 2 });
    expect(await pageseal(['check', file('keyless'), '--key', key])).toMatchObject({ status: 2 });
    writeFileSync(file('text'), 'no bundle\n');
    expect(await evidence('text')).toMatchObject({ status: 3 });
  });

  const flipped: Tamper = onReads(f, 'pages', (message) => ({
    ...message,
    data: flipBit(message.data, 5),
  }));
  const readers = [['cat'], ['get', '-o', '-'], ['stat'], ['ls']];
  const rows: readonly { code: string; tamper: Tamper; command: readonly string[] }[] = [
    { code: 'ERR_PROOF_MISMATCH', tamper: flipped, command: ['cat'] },
    { code: 'ERR_PROOF_MISMATCH', tamper: flipped, command: ['get', '-o', '-'] },
    ...readers.map((command) => ({
      code: 'ERR_SIGNATURE',
      tamper: announcing(flipBit(volume.newest(), 8 * 60)),
      command,
    })),
  ];

  it.each(rows)('replays $code, saved by $command', async ({ code, tamper, command }) => {
    await using hostile = await hostileServer(volume, tamper);
    const [name = '', ...more] = command;
    const saving = ['--key', key, '--diagnostics', file('failure')];
    const failed = await pageseal([name, hostile.url, 'f', ...more, ...saving]);
    expect(failed).toMatchObject({ status: 3, stdout: '' });
    expect(failed.stderr).toContain('pageseal: hint: what failed is in ');
    expect(failed.stderr).toContain(`(${code})`);

    const replayed = await evidence('failure');
    expect(replayed).toMatchObject({ status: 0, stderr: '' });
    expect(replayed.stdout).toMatch(/^proves +nothing to third parties: answers are not signed/);
    expect(replayed.stdout).toMatch(/\nreproduced +yes\n$/);
    const json = JSON.parse((await evidence('failure', '--json')).stdout) as object;
    expect(json).toMatchObject({ provesNothing: true, reproduced: true, code, url: hostile.url });
  });

  it('tells of diagnostics that were tampered with', async () => {
    await using hostile = await hostileServer(volume, flipped);
    const saving = ['--key', key, '--diagnostics', file('failure')];
    await pageseal(['cat', hostile.url, 'f', ...saving]);
    const { kind, sections } = decodeBundle(new Uint8Array(readFileSync(file('failure'))));
    const changed = sections.map((section) =>
      section.name === 'code' ? { ...section, data: utf8('ERR_DIRECTORY') } : section,
    );
    writeFileSync(file('failure'), encodeBundle(kind, changed));
    const { status, stdout, stderr } = await evidence('failure');
    expect(status).toBe(3);
    expect(stdout).toMatch(/\nreproduced +no\n$/);
    expect(stderr).toContain('fails with ERR_PROOF_MISMATCH, the file says ERR_DIRECTORY');
  });

  it('is not hidden by diagnostics that can not be saved', async () => {
    await using hostile = await hostileServer(volume, flipped);
    const saving = ['--key', key, '--diagnostics', joinPath(scene.folder, 'no', 'where')];
    const { status, stderr } = await pageseal(['cat', hostile.url, 'f', ...saving]);
    expect(status).toBe(3);
    expect(stderr).toContain('pageseal: warning: diagnostics are not saved: "');
    expect(stderr).toContain('(ERR_PROOF_MISMATCH)');
  });
});

describe('a file that can not be read', () => {
  it.each([
    { command: ['check', 'gone'], what: 'can not be read: no such file or directory' },
    { command: ['evidence', 'gone'], what: 'can not be read: no such file or directory' },
    { command: ['check', ''], what: 'can not be read: illegal operation on a directory' },
    { command: ['inspect', 'gone'], what: 'no such file or directory (ENOENT)' },
    { command: ['trust', 'import', 'gone', '--origin', 'a'], what: 'can not be read: no such' },
  ])('is told of by name, by $command', async ({ command, what }) => {
    const [name = '', ...more] = command;
    const args = more.map((word) => (word === 'gone' || word === '' ? file(word) : word));
    const trust = name === 'inspect' ? [] : scene.trust;
    const { status, stdout, stderr } = await pageseal([name, ...args, ...trust]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`pageseal: error: "${file(command.includes('gone') ? 'gone' : '')}`);
    expect(stderr).toContain(what);
  });
});
