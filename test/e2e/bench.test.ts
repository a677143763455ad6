import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Measured } from '../../cli/bench/measure.ts';
import { noise } from '../helpers/bytes.ts';
import { pageseal } from '../helpers/cli.ts';
import { jsonLines, makeScene, type Scene, type Serving, serving } from '../helpers/scene.ts';

const PAGES = 1024;

let scene: Scene;
let server: Serving;

beforeAll(async () => {
  scene = await makeScene({ 'disk.img': noise(PAGES * 4096), empty: '' });
  server = await serving([scene.store]);
});

afterAll(async () => {
  await server.stop();
  scene.remove();
});

const bench = (...args: readonly string[]) =>
  pageseal(['bench', ...scene.trust, server.url(), ...args]);

async function measured(...args: readonly string[]): Promise<Record<string, Measured>> {
  const { stdout, stderr, status } = await bench('disk.img', '--json', ...args);
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const lines = jsonLines(stdout) as unknown as Measured[];
  return Object.fromEntries(lines.map((line) => [line.mode, line]));
}

describe('pageseal bench', () => {
  it('counts what one read costs in each mode', async () => {
    const trace = join(scene.folder, 'trace');
    writeFileSync(trace, '8192,4096\n');
    const found = await measured('-w', trace);
    const one = { reads: 1, readBytes: 4096, payloadBytes: 4096 };
    const path = { proofBytes: 10 * 32, hashes: 11, requests: 1, roundTrips: 1 };
    expect(found['inline']).toMatchObject({ ...one, ...path });
    expect(found['auto']).toMatchObject({ ...one, ...path });
    const beside = { proofBytes: 11 * 32, hashes: 11, requests: 2, roundTrips: 1 };
    expect(found['on-demand']).toMatchObject({ ...one, ...beside });
    // all leaf hashes, and all nodes above them
    const all = { proofBytes: PAGES * 32, hashes: PAGES, requests: 2, roundTrips: 2 };
    expect(found['ahead']).toMatchObject({ ...one, ...all });
    for (const { receivedBytes, payloadBytes, proofBytes, requests } of Object.values(found)) {
      expect(receivedBytes - payloadBytes - proofBytes).toBeLessThan(20 * requests);
    }
  });

  it.each(['sequential', 'random', 'zipf'])('makes %s reads', async (workload) => {
    const found = await measured('-w', workload, '-n', '50', '--read-size', '8K', '--seed', '7');
    const modes = ['ahead', 'on-demand', 'inline', 'auto'];
    expect(Object.keys(found)).toEqual(modes);
    for (const mode of modes) {
      const same = { reads: 50, readBytes: 50 * 8192, payloadBytes: 50 * 8192 };
      expect(found[mode]).toMatchObject(same);
    }
  });

  it('adds to every round trip, and counts those that wait for each other', async () => {
    const found = await measured('-w', 'random', '-n', '12', '--rtt', '20', '--in-flight', '4');
    const trips = Object.values(found).map(({ roundTrips }) => roundTrips);
    expect(trips).toEqual([4, 3, 3, 3]);
    for (const { ms, roundTrips } of Object.values(found)) {
      expect(ms).toBeGreaterThan(roundTrips * 19);
    }
  });

  it('prints a table and bars, in 80 columns', async () => {
    const { stdout, status } = await bench('disk.img', '-n', '20');
    expect(status).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^mode +received +sent +pages +proof +hashes +requests +trips +ms$/);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.filter((line) => /^ {2}inline +#+ /.test(line))).toHaveLength(5);
  });

  it.each([
    { name: 'a workload that is none', args: ['disk.img', '-w', 'none'] },
    { name: 'an empty file', args: ['empty'] },
    { name: 'reads of nothing', args: ['disk.img', '--read-size', '0'] },
    { name: 'reads that are too long', args: ['disk.img', '--read-size', '17M'] },
    { name: 'no reads', args: ['disk.img', '--reads', '0'] },
    { name: 'a negative time', args: ['disk.img', '--rtt', '-1'] },
    { name: 'too many reads at once', args: ['disk.img', '--in-flight', '257'] },
  ])('refuses $name', async ({ args }) => {
    const { status, stderr, stdout } = await bench(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^pageseal: error: /);
  });
});
