import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { formatVerifierKey, verifierKeyFromSpki } from '../../common/index.ts';
import { loadPublicKey, loadSigningKey, seal } from '../../publisher/index.ts';
import { finish, PROGRAM, pageseal } from '../helpers/cli.ts';
import { plant } from '../helpers/folder.ts';
import { Reader } from '../helpers/reader.ts';
import { jsonLines, makeScene, ORIGIN, type Scene, serving } from '../helpers/scene.ts';

const NOBODY = 65_534;
const HOUR = 3_600_000;

/** A store of two versions, and a copy of what it was at the first one. */
async function twoVersions(): Promise<Scene & { readonly old: string; readonly state: string }> {
  const scene = await makeScene({ a: 'first' }, { issued: Date.now() - HOUR });
  onTestFinished(() => scene.remove());
  const old = join(scene.folder, 'old');
  cpSync(scene.store, old, { recursive: true });
  plant(scene.source, { b: 'second' });
  await seal(scene.source, scene.store, {
    origin: ORIGIN,
    issued: Date.now() - HOUR / 2,
    key: loadSigningKey(scene.key),
  });
  return { ...scene, old, state: join(scene.folder, 'state') };
}

async function serve(store: string): Promise<string> {
  const server = await serving([store]);
  onTestFinished(async () => {
    await server.stop();
  });
  return server.url();
}

describe('pageseal', () => {
  it('V7 notices between two runs that a server has gone back', async () => {
    const { store, old, state, trust } = await twoVersions();
    const env = { XDG_STATE_HOME: state };
    const newer = await serve(store);
    const first = await pageseal(['cat', newer, 'a', ...trust], { env });
    expect(first).toMatchObject({ status: 0, stdout: 'first', stderr: '' });
    const older = await serve(old);
    for (const command of [
      ['cat', older, 'a'],
      ['ls', older],
      ['stat', older],
      ['inspect', older],
    ]) {
      const { status, stdout, stderr } = await pageseal([...command, ...trust], { env });
      expect({ status, stdout }).toEqual({ status: 4, stdout: '' });
      expect(stderr).toMatch(/^pageseal: error: .*version 1, accepted before: 2.*ERR_ROLLBACK/);
      expect(stderr).toContain('pageseal: hint: ');
    }
    const again = await pageseal(['cat', newer, 'a', ...trust], { env });
    expect(again).toMatchObject({ status: 0, stdout: 'first' });
    // whoever has never seen version 2 can not know
    const stranger = await pageseal(['cat', older, 'a', ...trust]);
    expect(stranger).toMatchObject({ status: 0, stdout: 'first' });
  });

  it('V8 keeps two texts of one version, and says where', async () => {
    const { source, folder, store, key, state, trust } = await twoVersions();
    const env = { XDG_STATE_HOME: state };
    const rival = join(folder, 'rival');
    const rivalOptions = { origin: ORIGIN, key: loadSigningKey(key) };
    await seal(source, rival, { ...rivalOptions, issued: Date.now() - HOUR });
    await seal(source, rival, { ...rivalOptions, issued: Date.now() - HOUR / 4 });
    await pageseal(['ls', await serve(store), ...trust], { env });
    const { status, stderr } = await pageseal(['ls', await serve(rival), ...trust], { env });
    expect(status).toBe(4);
    expect(stderr).toContain('ERR_EQUIVOCATION');
    const evidence = join(state, 'pageseal', 'evidence');
    const [kept = ''] = readdirSync(evidence);
    expect(stderr).toContain(`both are kept in ${join(evidence, kept)}`);
    expect(stderr).toContain('pageseal evidence');
    const proof = await pageseal(['evidence', join(evidence, kept), ...trust]);
    expect(proof.stdout).toContain(`${ORIGIN}`);
    expect(proof.status).toBe(0);
  });

  it('warns of what a policy only audits, and forgets by a raised series', async () => {
    const { store, old, key } = await twoVersions();
    const vkey = formatVerifierKey(verifierKeyFromSpki(ORIGIN, loadPublicKey(`${key}.pub`)));
    const reader = new Reader();
    const rule = ['[[origin]]', `match = "${ORIGIN}"`, `keys = ["${vkey}"]`];
    reader.trust(...rule, 'max_age = "1m"', 'audit = ["max-age", "rollback"]');
    const [older, newer] = [await serve(old), await serve(store)];
    const first = await reader.run('cat', newer, 'a');
    expect(first).toMatchObject({ status: 0, stdout: 'first' });
    expect(first.stderr).toMatch(
      /^pageseal: warning: version 2 is .* seconds old, want at most 60 \(ERR_TOO_OLD\), only audited by .*trust\.toml.*\n$/,
    );
    const lax = await reader.run('stat', older, '--json');
    expect(lax.stderr).toContain('(ERR_ROLLBACK), only audited by ');
    expect(jsonLines(lax.stdout)[0]?.['verdict']).toMatchObject({
      version: 1,
      rule: expect.stringContaining('trust.toml'),
      audited: [{ code: 'ERR_TOO_OLD' }, { code: 'ERR_ROLLBACK' }],
    });
    reader.trust(...rule);
    expect(await reader.run('ls', older)).toMatchObject({ status: 4 });
    reader.trust(...rule, 'series = 1');
    expect(await reader.run('cat', older, 'a')).toMatchObject({ status: 0, stdout: 'first' });
    reader.trust(...rule);
    const lowered = await reader.run('ls', newer);
    expect(lowered).toMatchObject({ status: 1, stdout: '' });
    expect(lowered.stderr).toContain('(ERR_POLICY_VERSION)');
  });

  it('says in stat what the verdict rests on', async () => {
    const { store, state, trust } = await twoVersions();
    const env = { XDG_STATE_HOME: state };
    const url = await serve(store);
    const first = await pageseal(['stat', url, ...trust], { env });
    expect(first.stdout).toMatch(/^signed by +lab\.example\/nm$/m);
    expect(first.stdout).toMatch(/^rollback +not checked: first contact with this origin$/m);
    expect(first.stdout).toMatch(/^freshness +not asserted: never expires$/m);
    const second = await pageseal(['stat', url, ...trust, '--json'], { env });
    expect(jsonLines(second.stdout)[0]?.['verdict']).toMatchObject({
      origin: ORIGIN,
      version: 2,
      signers: [ORIGIN],
      firstContact: false,
      freshnessAsserted: false,
      audited: [],
    });
    const other = await pageseal(['stat', url, 'a', ...trust], { env });
    expect(other.stdout).not.toContain('rollback');
  });

  const isRoot = process.getuid?.() === 0;
  const unprivileged = isRoot ? { uid: NOBODY } : {};

  it.each([
    {
      what: 'damaged',
      spoil: (versions: string) => writeFileSync(join(versions, '2'), 'pageseal.v1/statement\n'),
    },
    { what: 'unreadable', spoil: (versions: string) => chmodSync(join(versions, '2'), 0) },
    {
      what: 'in a folder that may not be listed',
      spoil: (versions: string) => chmodSync(versions, 0),
    },
  ])('V30 releases no byte if its memory is $what', async ({ spoil }) => {
    const { store, state, folder, trust } = await twoVersions();
    mkdirSync(state, { mode: 0o700 });
    chmodSync(folder, 0o755);
    if (isRoot) execFileSync('chown', [`${NOBODY}`, state]);
    const url = await serve(store);
    const options = { env: { XDG_STATE_HOME: state }, ...unprivileged };
    const args = ['cat', url, 'a', ...trust];
    expect(await pageseal(args, options)).toMatchObject({ status: 0 });
    spoil(join(state, 'pageseal/versions/lab.example+nm/0'));
    const { status, stdout, stderr } = await pageseal(args, options);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/pageseal\/versions\/lab\.example\+nm.*\(ERR_STATE\)\n/);
    expect(stderr).toContain('pageseal: hint: to start anew');
    rmSync(join(state, 'pageseal'), { recursive: true, force: true });
    expect(await pageseal(args, options)).toMatchObject({ status: 0, stdout: 'first' });
  });

  it('V30 releases no byte of a version that a read-only folder can not take', async () => {
    const { store, old, state, folder, trust } = await twoVersions();
    mkdirSync(state, { mode: 0o700 });
    chmodSync(folder, 0o755);
    if (isRoot) execFileSync('chown', [`${NOBODY}`, state]);
    const options = { env: { XDG_STATE_HOME: state }, ...unprivileged };
    const [older, newer] = [await serve(old), await serve(store)];
    expect(await pageseal(['cat', older, 'a', ...trust], options)).toMatchObject({ status: 0 });
    chmodSync(join(state, 'pageseal/versions/lab.example+nm/0'), 0o500);
    const { status, stdout, stderr } = await pageseal(['cat', newer, 'a', ...trust], options);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('can not be written: EACCES');
    // what is remembered needs no writing
    const again = await pageseal(['cat', older, 'a', ...trust], options);
    expect(again).toMatchObject({ status: 0, stdout: 'first' });
  });

  test('V30 releases no byte if there is no room to remember', async () => {
    const { store, state, trust } = await twoVersions();
    const url = await serve(store);
    // a file may not grow: what a full disk says, told by another error
    const limited = 'ulimit -f 0 && exec "$0" "$@"';
    const program = [process.execPath, PROGRAM, 'cat', url, 'a', ...trust];
    const env = { ...process.env, XDG_STATE_HOME: state };
    const child = spawn('bash', ['-c', limited, ...program], { env });
    const { status, stdout, stderr } = await finish(child);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/can not be written: EFBIG.*\(ERR_STATE\)/);
  });

  test('V30 releases no byte if its folder can not be made', async () => {
    const { store, trust } = await twoVersions();
    const url = await serve(store);
    const env = { XDG_STATE_HOME: '/proc/none' };
    const { status, stdout, stderr } = await pageseal(['cat', url, 'a', ...trust], { env });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/can not be written: .*\(ERR_STATE\)/);
  });
});
