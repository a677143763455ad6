import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { LocalStore } from '../../server/index.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { pageseal } from '../helpers/cli.ts';
import { folder } from '../helpers/folder.ts';
import { hostileServer, on } from '../helpers/hostile-server.ts';
import { ORIGIN as MEMORY_ORIGIN } from '../helpers/memory-volume.ts';
import { makeScene, ORIGIN, type Scene, serving, valve } from '../helpers/scene.ts';

const BIG = noise(8_000_000);

let scene: Scene;
beforeAll(async () => {
  scene = await makeScene({ 'big.bin': BIG });
});
afterAll(() => scene.remove());

/** Starts a server, which ends with the test. */
async function served() {
  const server = await serving([scene.store]);
  onTestFinished(async () => void (await server.stop()));
  return server;
}

/** Starts a server that changes a bit of every page of the file. */
async function corrupt(): Promise<string> {
  const server = await hostileServer(
    new LocalStore(scene.store),
    on('pages', (message) =>
      message.data.length > 4096 ? { ...message, data: flipBit(message.data, 9) } : message,
    ),
  );
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server.url.replace(MEMORY_ORIGIN, ORIGIN);
}

function withMirrors(urls: readonly string[]): string[] {
  return urls.flatMap((url) => ['--mirror', url]);
}

describe('pageseal cat --mirror', () => {
  test('V15 V18 reads from what is left of a stalled, a killed, a corrupt and a good server', async () => {
    const [good, other, dead] = await Promise.all([served(), served(), served()]);
    const stalled = await valve(other.port, 400_000);
    onTestFinished(() => stalled.close());
    await dead.stop();
    const diagnostics = join(folder(), 'failed.bundle');
    const bad = await corrupt();
    const flags = withMirrors([stalled.url(), dead.url(), good.url()]);
    const waiting = ['--diagnostics', diagnostics, '--deadline', '20'];
    const args = ['cat', bad, 'big.bin', ...flags, ...waiting, ...scene.trust];
    const { status, stderr, output } = await pageseal(args);
    expect(status).toBe(0);
    expect(Buffer.compare(output, BIG)).toBe(0);
    expect(stderr).toContain(`"${bad}" is not used any more: `);
    expect(stderr).toContain('(ERR_PROOF_MISMATCH)');
    const replayed = await pageseal(['evidence', diagnostics]);
    expect(replayed.stdout).toContain(bad);
  });

  test('V18 3: where all are corrupt', async () => {
    const [one, two] = await Promise.all([corrupt(), corrupt()]);
    const args = ['cat', one, 'big.bin', ...withMirrors([two]), ...scene.trust];
    const { status, output } = await pageseal(args);
    expect(status).toBe(3);
    expect(output).toHaveLength(0);
  });

  const url = `ws://127.0.0.1:9/${ORIGIN}`;
  it.each([
    { what: 'a mirror of another origin', mirror: 'ws://127.0.0.1:9/lab.example/other' },
    { what: 'the same URL again', mirror: url },
    { what: 'no URL', mirror: 'elsewhere' },
  ])('2: $what', async ({ mirror }) => {
    const args = ['ls', url, ...withMirrors([mirror]), ...scene.trust];
    const { status, stderr } = await pageseal(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^pageseal: error: /);
  });
});
