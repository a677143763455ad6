import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreLock } from '../../publisher/store-lock.ts';
import { failure } from '../helpers/failure.ts';
import { folder } from '../helpers/folder.ts';

const LOCKED = failure('StoreError', 'ERR_STORE_LOCKED');
const FIXTURE = join(import.meta.dirname, 'fixtures/take-lock.mjs');

/** Writes a lock as another process would have left it. */
function leave(store: string, holder: { pid?: number; host?: string; started?: string }): void {
  writeFileSync(join(store, 'lock'), lockOf(holder));
}

function lockOf(holder: object): string {
  const lock = { pid: 1, host: hostname(), started: '', token: 'aa', ...holder };
  return `${JSON.stringify(lock)}\n`;
}

/** Runs a process to its end and returns its id, which then belongs to nobody. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

async function statusOf(child: ChildProcess): Promise<number | string> {
  const [status, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return status ?? signal ?? '';
}

describe('StoreLock', () => {
  it('is held until it is released', () => {
    const store = folder();
    const lock = new StoreLock(store);
    expect(() => new StoreLock(store)).toThrow(LOCKED);
    expect(readdirSync(store)).toEqual(['lock']);
    lock.release();
    expect(readdirSync(store)).toEqual([]);
    new StoreLock(store).release();
  });

  it('is taken over from a process that is gone', async () => {
    const store = folder();
    leave(store, { pid: await deadPid() });
    const lock = new StoreLock(store);
    expect(readdirSync(store)).toEqual(['lock']);
    expect(JSON.parse(readFileSync(join(store, 'lock'), 'utf8'))).toMatchObject({
      pid: process.pid,
    });
    lock.release();
  });

  it('is taken over from a process whose id belongs to another one now', () => {
    const store = folder();
    leave(store, { pid: process.pid, started: '1' });
    new StoreLock(store).release();
    expect(readdirSync(store)).toEqual([]);
  });

  it('is taken over from a process that was killed while it took over itself', async () => {
    const store = folder();
    const pid = await deadPid();
    leave(store, { pid });
    const removal = { pid, host: hostname(), started: '', token: 'bb' };
    writeFileSync(join(store, 'lock.aa'), `${JSON.stringify(removal)}\n`);
    new StoreLock(store).release();
    expect(readdirSync(store)).toEqual([]);
  });

  it('is not taken over while another process takes it over', async () => {
    const store = folder();
    leave(store, { pid: await deadPid() });
    const other = { pid: process.ppid, host: hostname(), started: '', token: 'bb' };
    const started = readFileSync(`/proc/${process.ppid}/stat`, 'latin1').split(' ')[21];
    writeFileSync(join(store, 'lock.aa'), `${JSON.stringify({ ...other, started })}\n`);
    expect(() => new StoreLock(store)).toThrow(LOCKED);
    expect(existsSync(join(store, 'lock'))).toBe(true);
  });

  it('is never taken over from another machine', async () => {
    const store = folder();
    leave(store, { pid: await deadPid(), host: 'elsewhere.example' });
    expect(() => new StoreLock(store)).toThrow(LOCKED);
  });

  it('is not released by who does not hold it any more', async () => {
    const store = folder();
    const lock = new StoreLock(store);
    leave(store, { pid: await deadPid(), host: 'elsewhere.example' });
    lock.release();
    expect(readdirSync(store)).toEqual(['lock']);
  });

  it.each([
    { what: 'no JSON', content: 'x' },
    { what: 'nothing', content: 'null' },
    { what: 'an empty object', content: '{}' },
    { what: 'no process', content: lockOf({ pid: 0 }) },
    { what: 'a group of processes', content: lockOf({ pid: -1 }) },
    { what: 'a process in words', content: lockOf({ pid: '7' }) },
    { what: 'no host', content: lockOf({ host: undefined }) },
    { what: 'a start in numbers', content: lockOf({ started: 7 }) },
    { what: 'a token that leads elsewhere', content: lockOf({ token: '/../../elsewhere' }) },
    { what: 'no token', content: lockOf({ token: '' }) },
    { what: 'more than a lock has', content: `${lockOf({})}${' '.repeat(1 << 20)}x` },
  ])('refuses a file that holds $what, and leaves it there', ({ content }) => {
    const store = folder();
    writeFileSync(join(store, 'lock'), content);
    expect(() => new StoreLock(store)).toThrow(failure('StoreError', 'ERR_STORE'));
    expect(readdirSync(store)).toEqual(['lock']);
  });

  it('is held by one of many processes at a time, some of which are killed', async () => {
    const store = folder();
    const start = (end: string) =>
      statusOf(spawn(process.execPath, [FIXTURE, store, '15', end], { stdio: 'inherit' }));
    const ends = ['release', 'die', 'release', 'die', 'release', 'die'];
    expect(await Promise.all(ends.map(start))).toEqual(
      ends.map((end) => (end === 'die' ? 'SIGKILL' : 0)),
    );
    new StoreLock(store).release();
    expect(readdirSync(store)).toEqual([]);
  });
});
