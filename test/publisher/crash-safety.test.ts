import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { generateKey, loadSigningKey, seal, sign } from '../../publisher/index.ts';
import { noise } from '../helpers/bytes.ts';
import { finish, pageseal, start } from '../helpers/cli.ts';
import { folder, plant } from '../helpers/folder.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';
import { makeSafe } from '../helpers/scan.ts';
import { leftovers, readVolume } from '../helpers/stored-volume.ts';

const FIXTURES = join(import.meta.dirname, 'fixtures');
const RANDOM_KILLS = NUM_RUNS / 10;
const MAX_POINTS = 400;

interface Setting {
  readonly parent: string;
  readonly source: string;
  readonly key: string;
}

/** A file system in memory, if there is one: kills do not depend on what has reached a disk. */
const FAST = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

function setting(): Setting {
  const parent = folder(FAST);
  const source = plant(join(parent, 'source'), {
    a: noise(20_000),
    'b/c': noise(5),
    'b/d/': '',
    link: '-> a',
  });
  const key = join(parent, 'key.pem');
  generateKey(key, { name: 'lab' });
  return { parent, source, key };
}

/** Runs a process that is killed at its point number `at`; tells whether it got there. */
async function isKilledAt(at: number, command: string, made: Setting, store: string) {
  const args = ['--import', join(FIXTURES, 'kill-at.mjs'), join(FIXTURES, 'publish.mjs')];
  const child = spawn(process.execPath, [...args, command, store, made.key, made.source], {
    env: { ...process.env, KILL_AT: `${at}` },
    stdio: 'ignore',
  });
  const [status, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal !== 'SIGKILL') expect(status).toBe(0);
  return signal === 'SIGKILL';
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

/** Checks that a store has exactly `versions` versions, or one more, and all of them whole. */
function checkWhole(store: string, versions: number): number {
  const statements = join(store, 'statements');
  const names = existsSync(statements) ? readdirSync(statements) : [];
  const found = names.filter((name) => /^\d+$/.test(name)).length;
  expect([versions, versions + 1]).toContain(found);
  for (let version = 1; version <= found; version += 1) {
    expect(readVolume(store, version).signed).toBe(true);
  }
  return found;
}

/** Checks a store that a killed process left, and what the next seal makes of it. */
async function checkSurvival(made: Setting, store: string, versions: number): Promise<number> {
  const found = checkWhole(store, versions);
  const key = loadSigningKey(made.key);
  const next = await seal(made.source, store, { origin: 'lab', key });
  expect(next.statement.version).toBe(found + 1);
  expect(checkWhole(store, found)).toBe(found + 1);
  expect(leftovers(store)).toEqual([]);
  return found;
}

/** Runs jobs two at a time, by their numbers from 0 on. */
async function runAll(count: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      next += 1;
      await job(next - 1);
    }
  };
  await Promise.all([worker(), worker()]);
}

interface Sealing {
  /** Of the store before. */
  readonly versions: number;
  /** How often it is killed: 1 is at every point. */
  readonly stride: number;
  readonly copy: boolean;
}

const SPARSE = process.env['SLOW'] === '1' ? 1 : 5;
const SEALS: readonly Sealing[] = [
  { versions: 0, stride: SPARSE, copy: false },
  { versions: 0, stride: SPARSE, copy: true },
  { versions: 1, stride: 1, copy: false },
  { versions: 1, stride: 1, copy: true },
];

/** A store to be copied, and a source that has changed since. */
async function makeBase(made: Setting, { versions, copy }: Sealing): Promise<string> {
  const base = join(made.parent, 'base');
  mkdirSync(base);
  if (versions === 0) return base;
  await seal(made.source, base, { origin: 'lab', issued: 0, key: loadSigningKey(made.key), copy });
  makeSafe(base, 1);
  writeFileSync(join(made.source, 'new'), noise(9000, 1));
  utimesSync(join(made.source, 'b/c'), 1, 1);
  // Version 1 has to stay readable, which only copies do whatever changes.
  if (copy) writeFileSync(join(made.source, 'a'), noise(20_000, 2));
  return base;
}

describe('seal(), killed', () => {
  it.each(SEALS)(
    'at points of sealing a store of $versions, copies $copy',
    { timeout: 300_000 },
    async (row) => {
      const { versions, stride, copy } = row;
      const made = setting();
      const base = await makeBase(made, row);
      const outcomes = new Set<number>();
      let first = 1;
      let reachedEnd = false;
      while (!reachedEnd) {
        await runAll(8, async (index) => {
          const at = first + index * stride;
          const store = join(made.parent, `killed at ${at}`);
          cpSync(base, store, { recursive: true });
          const isKilled = await isKilledAt(at, copy ? 'copy' : 'seal', made, store);
          const found = await checkSurvival(made, store, versions);
          if (isKilled) outcomes.add(found - versions);
          else reachedEnd = true;
          rmSync(store, { recursive: true });
        });
        first += 8 * stride;
        expect(first).toBeLessThan(MAX_POINTS);
      }
      // Some were killed before the new statement was there, and some after.
      expect(outcomes).toEqual(new Set([0, 1]));
    },
  );
});

describe('pageseal seal, killed', () => {
  it(`at ${RANDOM_KILLS} random moments`, { timeout: RANDOM_KILLS * 10_000 }, async () => {
    const made = setting();
    await runAll(RANDOM_KILLS, async (index) => {
      const store = join(made.parent, `store ${index}`);
      const child = start(['seal', made.source, store, '--origin', 'lab', '--key', made.key]);
      const finished = finish(child);
      await setTimeout(150 + Math.random() * 250);
      child.kill('SIGKILL');
      await finished;
      await checkSurvival(made, store, 0);
    });
  });
});

describe('pageseal seal with several threads, killed', () => {
  it('while they hash', { timeout: 60_000 }, async () => {
    const made = setting();
    const large = join(made.source, 'large');
    const store = join(made.parent, 'store');
    const trees = join(store, 'packs');
    writeFileSync(large, '');
    truncateSync(large, 2_000_000_000); // a hole
    const args = ['seal', made.source, store, '--origin', 'lab', '--unsigned', '--workers', '3'];
    const child = start(args);
    const finished = finish(child);
    const written = () =>
      existsSync(trees) ? readdirSync(trees).map((name) => sizeOf(join(trees, name, 'trees'))) : [];
    while (!written().some((size) => size > 10_000_000)) await setTimeout(5);
    child.kill('SIGKILL');
    expect((await finished).status).toBe(null);
    truncateSync(large, 10);
    expect(await checkSurvival(made, store, 0)).toBe(0);
  });
});

describe('sign(), killed', () => {
  it('before each of its changes', { timeout: 120_000 }, async () => {
    const made = setting();
    const base = join(made.parent, 'base');
    await seal(made.source, base, { origin: 'lab', issued: 0 });
    const outcomes: boolean[] = [];
    for (let at = 1, isKilled = true; isKilled; at += 1) {
      const store = join(made.parent, `store ${at}`);
      cpSync(base, store, { recursive: true });
      isKilled = await isKilledAt(at, 'sign', made, store);
      outcomes.push(readVolume(store, 1).signed);
      await sign(store, loadSigningKey(made.key));
      expect(readVolume(store, 1).signed).toBe(true);
      expect(at).toBeLessThan(MAX_POINTS);
    }
    // Unsigned up to one change, and signed from that on.
    const turn = outcomes.indexOf(true);
    expect(turn).toBeGreaterThan(0);
    expect(outcomes.slice(turn)).not.toContain(false);
  });
});

describe('pageseal seal, several at once', () => {
  it('makes whole versions only, and tells who came too late', { timeout: 60_000 }, async () => {
    const made = setting();
    writeFileSync(join(made.source, 'large'), noise(3_000_000));
    const store = join(made.parent, 'store');
    const args = ['seal', made.source, store, '--origin', 'lab', '--key', made.key, '--json'];
    const runs = await Promise.all(Array.from({ length: 6 }, () => pageseal(args)));
    const won = runs.filter(({ status }) => status === 0);
    const versions = won.map(({ stdout }) => (JSON.parse(stdout) as { version: number }).version);
    expect(versions.sort((a, b) => a - b)).toEqual(won.map((_, i) => i + 1));
    expect(won.length).toBeGreaterThan(0);
    for (const { status, stderr } of runs.filter((run) => run.status !== 0)) {
      expect(status).toBe(1);
      expect(stderr).toMatch(/\(ERR_STORE_LOCKED\)/);
    }
    expect(readdirSync(join(store, 'statements'))).toHaveLength(won.length);
    for (const version of versions) readVolume(store, version);
    expect(leftovers(store)).toEqual([]);
  });
});
