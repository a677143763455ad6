import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadSigningKey, seal } from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { pageseal } from '../helpers/cli.ts';
import { jsonLines, makeScene, ORIGIN, serving, valve } from '../helpers/scene.ts';

const PAGE = 4096;
const PIECE = 16 * 1024 * 1024;
/** A file of 1 GiB takes a while. */
const SIZE = process.env['SLOW'] === '1' ? 1024 * 1024 * 1024 : 4 * PIECE;

/** Writes a piece of noise again and again, each time a little different. */
function writeBig(path: string): void {
  const fd = openSync(path, 'w');
  const piece = noise(PIECE);
  for (let at = 0; at < SIZE; at += PIECE) {
    new DataView(piece.buffer).setUint32(0, at / PIECE);
    writeSync(fd, piece, 0, PIECE, at);
  }
  closeSync(fd);
}

/** Changes a byte in each of ten pages far apart. */
function changePages(path: string): void {
  const fd = openSync(path, 'r+');
  for (let i = 0; i < 10; i += 1) {
    const page = Math.floor(((i + 0.4) * SIZE) / 10 / PAGE) - (i % 3);
    writeSync(fd, Uint8Array.of(i), 0, 1, page * PAGE + 100 * i + 8);
  }
  closeSync(fd);
}

describe('pageseal get over an older copy', () => {
  test('transfers ten changed pages and at most 12 KiB more', async () => {
    const scene = await makeScene({ 'big.bin': '' });
    onTestFinished(() => scene.remove());
    const [source, copy] = [join(scene.source, 'big.bin'), join(scene.folder, 'copy.bin')];
    writeBig(source);
    const sealAgain = () =>
      seal(scene.source, scene.store, { origin: ORIGIN, key: loadSigningKey(scene.key) });
    await sealAgain();
    const first = await serving([scene.store]);
    const args = ['big.bin', '-o', copy, '--json', ...scene.trust];
    expect((await pageseal(['get', first.url(), ...args])).status).toBe(0);
    await first.stop();

    changePages(source);
    await sealAgain();
    const server = await serving([scene.store]);
    onTestFinished(async () => void (await server.stop()));
    const opening = await valve(server.port, Number.POSITIVE_INFINITY);
    const copying = await valve(server.port, Number.POSITIVE_INFINITY);
    onTestFinished(() => {
      opening.close();
      copying.close();
    });
    await pageseal(['stat', opening.url(), 'big.bin', ...scene.trust]);
    const { status, stdout, stderr } = await pageseal(['get', copying.url(), ...args]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(jsonLines(stdout)[0]).toMatchObject({ fetchedBytes: 10 * PAGE, bytes: SIZE });
    expect(Buffer.compare(readFileSync(copy), readFileSync(source))).toBe(0);

    const more = copying.passed() - opening.passed() - 10 * PAGE;
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThan(12 * 1024);

    const again = await pageseal(['get', copying.url(), ...args]);
    expect(jsonLines(again.stdout)[0]).toMatchObject({ fetchedBytes: 0, keptBytes: SIZE });
    expect(copying.passed() - opening.passed() - 10 * PAGE - more).toBeLessThan(
      opening.passed() + 1024,
    );
    expect(statSync(copy).size).toBe(SIZE);
  }, 200_000);
});
