import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noise } from '../helpers/bytes.ts';
import { PROGRAM, pageseal } from '../helpers/cli.ts';
import { folder } from '../helpers/folder.ts';
import { jsonLines, makeScene, type Scene, type Serving, serving } from '../helpers/scene.ts';
import { isSkipped, run } from '../helpers/tool.ts';

const BYTES = noise(1_000_001);

let scene: Scene;
let server: Serving;
let digest: string;
let id: string;

beforeAll(async () => {
  const tree = { 'noise.bin': BYTES, text: 'text\n' };
  scene = await makeScene(tree, { profile: 'fsverity-sha256' });
  server = await serving([scene.store]);
  const args = ['stat', server.url(), 'noise.bin', '--json', ...scene.trust];
  const { stdout } = await pageseal(args);
  const stat = jsonLines(stdout)[0] ?? {};
  [digest, id] = [String(stat['fsverityDigest']), String(stat['objectId'])];
});

afterAll(async () => {
  await server.stop();
  scene.remove();
});

const cat = (...args: readonly string[]) => pageseal(['cat', server.url(), ...args]);
const get = (...args: readonly string[]) => pageseal(['get', server.url(), ...args]);

describe.skipIf(isSkipped('fsverity'))('pageseal cat and the tool fsverity', () => {
  test('a digest that fsverity printed is all it takes to read the file', async () => {
    const path = join(scene.source, 'noise.bin');
    const [printed = ''] = Buffer.from(run('fsverity', ['digest', path]))
      .toString()
      .split(' ');
    const { status, output, stderr } = await cat('--fsverity', printed);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(Buffer.compare(output, BYTES)).toBe(0);
  });
});

describe('pageseal cat and get by a digest', () => {
  test('read by object id and by fs-verity digest, in ranges too', async () => {
    expect(Buffer.compare((await cat('--object', id)).output, BYTES)).toBe(0);
    const part = await cat('--fsverity', digest.replace('sha256:', ''), '--range', '4095-4096');
    expect(part.output).toEqual(BYTES.slice(4095, 4097));
    const out = await get('--fsverity', digest, '-o', '-');
    expect(Buffer.compare(out.output, BYTES)).toBe(0);
  });

  test('get writes a file, mode 0644, and fetches nothing twice', async () => {
    const target = join(folder(), 'copy');
    const args = ['--object', id, '-o', target, '--json'];
    const { stdout } = await get(...args);
    expect(jsonLines(stdout)[0]).toMatchObject({ files: 1, fetchedBytes: BYTES.length });
    expect(Buffer.compare(readFileSync(target), BYTES)).toBe(0);
    expect(statSync(target).mode % 0o1000).toBe(0o644 & ~process.umask());
    const again = jsonLines((await get(...args)).stdout)[0];
    expect(again).toMatchObject({ fetchedBytes: 0, keptBytes: BYTES.length });
  });

  test('get takes from the mode what the umask takes', () => {
    const target = join(folder(), 'copy');
    // a server in another process answers while this one waits
    const args = [PROGRAM, 'get', server.url(), '--object', id, '-o', target];
    run('sh', ['-c', 'umask 027 && exec "$0" "$@"', process.execPath, ...args]);
    expect(statSync(target).mode % 0o1000).toBe(0o640);
  });

  test('a directory comes out as its bytes: an id says nothing about type', async () => {
    const args = ['stat', server.url(), '--json', ...scene.trust];
    const root = jsonLines((await pageseal(args)).stdout)[0] ?? {};
    const { output } = await cat('--object', String(root['objectId']));
    expect(output).toHaveLength(Number(root['size']));
    expect(Buffer.from(output).toString('latin1')).toContain('noise.bin');
  });

  test('1: an object that the server does not know', async () => {
    const { status, stdout, stderr } = await cat('--object', '0'.repeat(64));
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/\(ERR_REMOTE_UNKNOWN_OBJECT\)\npageseal: hint: /);
  });

  test('3: bytes that are not those of the digest', async () => {
    const own = await makeScene({ a: noise(10_000) }, { profile: 'fsverity-sha256' });
    const stat = await serving([own.store]);
    const args = ['stat', stat.url(), 'a', '--json', ...own.trust];
    const id = String(jsonLines((await pageseal(args)).stdout)[0]?.['objectId']);
    await stat.stop();
    writeFileSync(join(own.source, 'a'), noise(10_000, 2));
    const liar = await serving([own.store], ['--trust-source']);
    const target = join(folder(), 'copy');
    const { status, stderr } = await pageseal(['get', liar.url(), '--object', id, '-o', target]);
    await liar.stop();
    own.remove();
    expect(status).toBe(3);
    expect(stderr).toContain('(ERR_PROOF_MISMATCH)');
    expect(existsSync(target)).toBe(false);
  });

  const ID = '1'.repeat(64);
  test.each([
    { what: 'a path', args: ['text', '--object', ID], says: /PATH and a digest/ },
    { what: 'a key', args: ['--object', ID, '--key', 'vkey'], says: /'--object <id>' cannot be/ },
    { what: 'a threshold', args: ['--fsverity', ID, '--threshold', '1'], says: /'--fsverity / },
    { what: 'two digests', args: ['--object', ID, '--fsverity', ID], says: /'--object <id>'/ },
    { what: 'a short id', args: ['--object', 'ab'], says: /64 hexadecimal digits/ },
    { what: 'SHA-512', args: ['--fsverity', `sha512:${ID}${ID}`], says: /want sha256: and/ },
    { what: 'no name', args: ['--object', ID], says: /-o FILE is needed/ },
    { what: 'a directory', args: ['--object', ID, '-o', '.'], says: /-o FILE is needed/ },
    { what: 'a tree', args: ['--object', ID, '-r', '-o', 'x'], says: /no tree/ },
  ])('2: $what', async ({ args, says }) => {
    const { status, stdout, stderr } = await get(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });
});
