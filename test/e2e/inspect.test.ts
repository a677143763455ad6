import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateKey } from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { pageseal } from '../helpers/cli.ts';
import { folder } from '../helpers/folder.ts';
import {
  jsonLines,
  makeScene,
  ORIGIN,
  type Scene,
  type Serving,
  serving,
} from '../helpers/scene.ts';

const PAGE = 4096;
/** Seven pages, the last one short: level 0 has 7 nodes, then 4, 2 and 1. */
const FILE = noise(6 * PAGE + 100);

let scene: Scene;
let server: Serving;

beforeAll(async () => {
  scene = await makeScene({ 'seven.bin': FILE, 'dir/up': '-> ../seven.bin', empty: '' });
  server = await serving([scene.store]);
});

afterAll(async () => {
  await server.stop();
  scene.remove();
});

const inspect = async (...args: readonly string[]) => {
  const result = await pageseal(['inspect', ...args]);
  return { ...result, json: args.includes('--json') ? jsonLines(result.stdout)[0] : undefined };
};

interface ProofJson {
  readonly leaf: string;
  readonly root: string;
  readonly holds: boolean;
  readonly levels: readonly {
    readonly siblings: readonly { readonly index: number; readonly hash: string }[];
    readonly node: { readonly index: number; readonly hash: string };
  }[];
}

/** Follows a proof as a reader would by hand, with nothing but SHA-256. */
function follow(page: number, data: Uint8Array, { levels }: ProofJson): string {
  const hash = (...parts: readonly Uint8Array[]) =>
    createHash('sha256').update(Buffer.concat(parts)).digest();
  let own = hash(Uint8Array.of(0), data);
  let index = page;
  for (const { siblings } of levels) {
    const [sibling] = siblings;
    const other = Buffer.from(sibling?.hash ?? '', 'hex');
    if (sibling !== undefined) {
      const pair = sibling.index < index ? [other, own] : [own, other];
      own = hash(Uint8Array.of(1), ...pair);
    }
    index = Math.floor(index / 2);
  }
  return own.toString('hex');
}

describe('pageseal inspect of a statement', () => {
  const path = () => join(scene.store, 'statements/1');

  test('shows it unchecked without keys', async () => {
    const { status, stdout } = await inspect(path());
    expect(status).toBe(0);
    expect(stdout).toMatch(/^origin +lab\.example\/nm\n/);
    expect(stdout).toMatch(/^signature +lab\.example\/nm\+[0-9a-f]{8} {2}unchecked\n/m);
    expect(stdout).toMatch(/^verdict +unchecked\n/m);
  });

  test('judges it with a key, and gives its text´s hash', async () => {
    const { status, json } = await inspect(path(), '--json', ...scene.trust);
    const text = readFileSync(path(), 'utf8').split('\n\n')[0];
    const textHash = createHash('sha256').update(`${text}\n`).digest('hex');
    const signatures = [expect.objectContaining({ keyName: ORIGIN, verdict: 'valid' })];
    expect(status).toBe(0);
    expect(json).toMatchObject({ origin: ORIGIN, verdict: 'accepted', textHash, signatures });
  });

  test('3: shows what is wrong with it, and why it is refused', async () => {
    const other = join(folder(), 'other.pem');
    generateKey(other, { name: ORIGIN });
    const unknown = await inspect(path(), '--json', '--key', `${other}.pub`);
    expect(unknown.status).toBe(3);
    expect(unknown.json).toMatchObject({ verdict: 'ERR_THRESHOLD' });

    const forged = join(folder(), 'statement');
    writeFileSync(forged, readFileSync(path(), 'utf8').replace(/issued 20/, 'issued 19'));
    const { status, json, stderr } = await inspect(forged, '--json', ...scene.trust);
    expect(status).toBe(3);
    expect(json).toMatchObject({
      verdict: 'ERR_SIGNATURE',
      signatures: [{ verdict: 'forged' }],
    });
    expect(stderr).toContain('ERR_SIGNATURE');
  });

  test('shows the verified statement of a server', async () => {
    const { status, json } = await inspect(server.url(), '--json', ...scene.trust);
    expect(status).toBe(0);
    expect(json).toMatchObject({ version: 1, type: 'directory', verdict: 'accepted' });
  });
});

describe('pageseal inspect of a store', () => {
  test('shows what it holds', async () => {
    const { status, json } = await inspect(scene.store, '--json');
    expect(status).toBe(0);
    expect(json?.['store']).toMatchObject({
      origin: ORIGIN,
      source: scene.source,
      versions: [{ version: 1, signatures: 1, expires: null, holds: { objects: 4 } }],
    });
  });

  test('1: no such version', async () => {
    expect((await inspect(scene.store, '--version', '7')).status).toBe(1);
  });
});

describe('pageseal inspect of objects and pages', () => {
  test('shows the same object of a store and of a server', async () => {
    const stored = await inspect(scene.store, 'seven.bin', '--json');
    const id = String(stored.json?.['objectId']);
    expect(stored.json).toMatchObject({ size: FILE.length, height: 3, widths: [7, 4, 2, 1] });
    const byPath = await inspect(server.url(), 'dir/up', '--json', ...scene.trust);
    const byId = await inspect(server.url(), '--object', id, '--json');
    const byIdStored = await inspect(scene.store, '--object', id, '--json');
    expect(byPath.json).toEqual(stored.json);
    expect(byId.json).toEqual(stored.json);
    expect(byIdStored.json).toEqual(stored.json);
  });

  test.each([0, 3, 5, 6])('proves page %i by hashes alone', async (page) => {
    const stored = await inspect(scene.store, 'seven.bin', '--page', `${page}`, '--json');
    const proof = stored.json?.['proof'] as ProofJson;
    const data = FILE.subarray(page * PAGE, (page + 1) * PAGE);
    expect(proof).toMatchObject({ page, start: page * PAGE, holds: true });
    expect(follow(page, data, proof)).toBe(proof.root);
    expect(proof.levels.at(-1)?.node).toMatchObject({ index: 0, hash: proof.root });
  });

  test('proves pages of a server, directories among them', async () => {
    const args = [server.url(), '--json', ...scene.trust];
    const file = await inspect(...args, 'seven.bin', '--page', '5');
    const directory = await inspect(...args, '--page', '0');
    const proof = file.json?.['proof'] as ProofJson;
    expect(follow(5, FILE.subarray(5 * PAGE, 6 * PAGE), proof)).toBe(proof.root);
    expect(directory.json?.['proof']).toMatchObject({ page: 0, levels: [], holds: true });
  });

  test('writes a proof for people', async () => {
    const { stdout } = await inspect(scene.store, 'seven.bin', '--page', '6');
    const lines = stdout.split('\n').slice(7);
    expect(lines.map((line) => line.split(/ {2,}/).slice(0, 2).join(' '))).toEqual([
      'page 6, bytes 24576-24675',
      'leaf 0,6',
      'node 1,3',
      'sibling 1,2',
      'node 2,1',
      'sibling 2,0',
      'node 3,0',
      expect.stringMatching(/^root [0-9a-f]{64}$/),
      'holds yes',
      '',
    ]);
  });

  test('3: shows that a page does not lead to the root any more', async () => {
    const other = await makeScene({ 'seven.bin': FILE });
    writeFileSync(
      join(other.source, 'seven.bin'),
      FILE.map((byte) => byte ^ 1),
    );
    const { status, json } = await inspect(other.store, 'seven.bin', '--page', '1', '--json');
    other.remove();
    expect(status).toBe(3);
    expect(json?.['proof']).toMatchObject({ holds: false });
  });

  test.each([
    { what: 'a name that is absent', status: 1, args: () => [scene.store, 'nothing'] },
    { what: 'a symlink', status: 1, args: () => [scene.store, 'dir/up'] },
    { what: 'a page too far', status: 2, args: () => [scene.store, 'seven.bin', '--page', '7'] },
    { what: 'a page of nothing', status: 2, args: () => [scene.store, 'empty', '--page', '0'] },
    { what: 'a server without a key', status: 2, args: () => [server.url(), 'seven.bin'] },
    { what: 'an id cut short', status: 2, args: () => [scene.store, '--object', 'abcd'] },
    {
      what: 'an unknown object',
      status: 1,
      args: () => [server.url(), '--object', '0'.repeat(64)],
    },
  ])('$status: $what', async ({ status, args }) => {
    const result = await inspect(...args());
    expect(result.status).toBe(status);
    expect(result.stderr).toMatch(/^pageseal: error: (?!internal)/);
  });
});
