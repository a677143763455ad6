import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, parseVerifierKey } from '../../client/node/index.ts';
import { formatVerifierKey, verifierKeyFromSpki } from '../../common/index.ts';
import { loadPublicKey, seal } from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { pageseal } from '../helpers/cli.ts';
import { folder, plant } from '../helpers/folder.ts';
import {
  jsonLines,
  makeScene,
  ORIGIN,
  type Scene,
  serving,
  until,
  valve,
} from '../helpers/scene.ts';

/** More than sockets buffer, less than a client may have in flight. */
const BIG = Buffer.alloc(12 * 1024 * 1024, noise(99_991));
const RUN = 262_144;

let scene: Scene;
let second: Scene;

beforeAll(async () => {
  scene = await makeScene({ 'big.bin': BIG });
  second = await makeScene({ only: 'in the second' }, { origin: 'second.example' });
});

afterAll(() => {
  scene.remove();
  second.remove();
});

const keys = () => {
  const key = verifierKeyFromSpki(ORIGIN, loadPublicKey(`${scene.key}.pub`));
  return [parseVerifierKey(formatVerifierKey(key))];
};

describe('pageseal serve', () => {
  test('serves several stores by origin, answers /healthz, and refuses what is no upgrade', async () => {
    const server = await serving([scene.store, second.store]);
    const http = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);
    const health = await http('/healthz');
    expect([health.status, await health.text()]).toEqual([200, 'ok\n']);
    expect((await http(`/${ORIGIN}`)).status).toBe(426);
    expect((await http('/second.example')).status).toBe(426);
    expect((await http('/nobody')).status).toBe(404);
    const url = server.url('second.example');
    const { stdout } = await pageseal(['cat', url, 'only', ...second.trust]);
    expect(stdout).toBe('in the second');
    await server.stop();
  });

  test('logs JSON, one event per line, and ends with 0 on SIGTERM', async () => {
    const server = await serving([scene.store]);
    await pageseal(['ls', server.url(), ...scene.trust]);
    const { status, stdout, stderr } = await server.stop();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const log = jsonLines(stdout);
    const events = ['listening', 'connected', 'disconnected', 'closing', 'closed'];
    expect(log.map(({ event }) => event)).toEqual(events);
    expect(log[0]).toMatchObject({ origins: [ORIGIN], port: server.port });
  });

  test('finishes a read in flight on SIGTERM, and then ends with 0', async () => {
    const server = await serving([scene.store]);
    const proxy = await valve(server.port, 2 * RUN);
    // without a cache nothing is asked for ahead of the reads: each of them is in flight itself
    const volume = await connect(proxy.url(), { keys: keys(), cache: { pageBytes: 0 } });
    const file = await volume.open('big.bin');
    const reads = Array.from({ length: BIG.length / RUN }, (_, i) => file.read(i * RUN, RUN));
    for (const read of reads) read.catch(() => undefined); // awaited below, all of them
    await reads[0]; // then the others are held back
    const ended = server.stop();
    await until(() => server.log().includes('"event":"closing"'));
    proxy.open();
    const parts = await Promise.all(reads);
    expect(Buffer.compare(Buffer.concat(parts), BIG)).toBe(0);
    expect((await ended).status).toBe(0);
    volume.close();
    proxy.close();
  });

  test('announces a new version within seconds', async () => {
    const path = folder();
    const source = plant(join(path, 'source'), { a: 'one' });
    const store = join(path, 'store');
    await pageseal(['keygen', join(path, 'key.pem'), '--name', 'x']);
    const args = ['seal', source, store, '--origin', 'x', '--key', join(path, 'key.pem')];
    await pageseal(args);
    const server = await serving([store]);
    plant(source, { a: 'two', b: 'new' });
    await pageseal(args);
    const trust = ['--key', join(path, 'key.pem.pub')];
    let listed = '';
    while (!listed.includes('b')) {
      listed = (await pageseal(['ls', server.url('x'), ...trust])).stdout;
    }
    expect(listed).toBe('a\nb\n');
    await server.stop();
  });

  test('warns of a store that nobody has signed, and serves it', async () => {
    const path = folder();
    const source = plant(join(path, 'source'), { a: 'a' });
    await seal(source, join(path, 'store'), { origin: 'x', issued: 1e12 });
    const server = await serving([join(path, 'store')]);
    const { status, stderr } = await pageseal(['ls', server.url('x'), ...scene.trust]);
    expect(status).toBe(3);
    expect(stderr).toContain('ERR_NOTE');
    expect((await server.stop()).stderr).toMatch(/^pageseal: warning: .* no signed statement; /);
  });

  test('listens on IPv6', async () => {
    const server = await serving([scene.store], ['--listen', '[::1]:0']);
    const url = `ws://[::1]:${server.port}/${ORIGIN}`;
    expect((await pageseal(['ls', url, ...scene.trust])).status).toBe(0);
    await server.stop();
  });

  test('1: an address that is in use', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { status, stderr } = await pageseal([
      'serve',
      scene.store,
      '--listen',
      `127.0.0.1:${port}`,
    ]);
    taken.close();
    expect(status).toBe(1);
    expect(stderr).toMatch(/^pageseal: error: \S+ is in use\n/);
  });

  test.each([
    { what: 'no store', status: 1, args: () => [folder()] },
    { what: 'the same origin twice', status: 2, args: () => [scene.store, scene.store] },
    { what: 'no address', status: 2, args: () => [scene.store, '--listen', '8080'] },
    { what: 'no port', status: 2, args: () => [scene.store, '--listen', '127.0.0.1:70000'] },
  ])('$status: $what', async ({ status, args }) => {
    const result = await pageseal(['serve', ...args()]);
    expect(result.status).toBe(status);
    expect(result.stderr).toMatch(/^pageseal: error: (?!internal)/);
  });
});
