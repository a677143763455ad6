import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../common/bytes.ts';
import { commandKey } from '../../publisher/index.ts';
import { failure } from '../helpers/failure.ts';
import { folder } from '../helpers/folder.ts';
import { until } from '../helpers/scene.ts';

const TEXT = utf8('pageseal.v1/statement\norigin lab\n');
const PUBLIC_KEY = new Uint8Array(91);

const run = async (command: string, signal?: AbortSignal) =>
  new Uint8Array(await commandKey(command, PUBLIC_KEY).sign(TEXT, signal));

describe('commandKey()', () => {
  it.each([
    { how: 'read to its end', command: 'cat' },
    { how: 'opened again by its name', command: 'cat /dev/stdin' },
    {
      how: 'asked for its size',
      command: `test "$(wc -c < /dev/stdin)" -eq ${TEXT.length} && cat`,
    },
  ])('gives the text on a standard input that can be $how', async ({ command }) => {
    expect(await run(command)).toEqual(TEXT);
  });

  it('gives a text that the command can not change, and that has no name', async () => {
    expect(await run('test ! -w /dev/stdin || test "$(id -u)" -eq 0 && cat')).toEqual(TEXT);
    const name = Buffer.from(await run('readlink /proc/self/fd/0 || echo none')).toString();
    expect(existsSync(name.trim())).toBe(false);
  });

  it('returns what the command prints, every byte of it', async () => {
    expect(await run("printf '\\000\\377\\n'")).toEqual(Uint8Array.of(0, 255, 10));
    expect(await run(`head -c 512 /dev/zero`)).toEqual(new Uint8Array(512));
  });

  it.each([
    { what: 'fails', command: 'cat; exit 7', says: 'exited with 7' },
    { what: 'does not exist', command: '/no/such/signer', says: 'exited with 127' },
    { what: 'is no shell command', command: 'if', says: 'exited with 2' },
    { what: 'dies', command: 'kill -9 $$', says: 'died of SIGKILL' },
    { what: 'prints without end', command: 'cat /dev/zero', says: 'more than 512 bytes' },
    { what: 'prints a byte too much', command: 'head -c 513 /dev/zero', says: 'more than 512' },
  ])('refuses a command that $what', async ({ command, says }) => {
    await expect(run(command)).rejects.toThrow(failure('KeyError', 'ERR_KEY'));
    await expect(run(command)).rejects.toThrow(says);
  });

  it('keeps the command, which may hold a PIN, out of messages', async () => {
    const failed = await run('exit 1 # pin 123456').catch(String);
    expect(failed).not.toContain('123456');
  });

  it('ends a command that is given up', async () => {
    const pid = join(folder(), 'pid');
    const giveUp = new AbortController();
    const running = run(`echo $$ > ${pid}; exec sleep 600`, giveUp.signal);
    await until(() => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n'));
    giveUp.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await until(() => !isAlive(Number(readFileSync(pid, 'utf8'))));
    await expect(run('cat', giveUp.signal)).rejects.toThrow('enough');
  });

  it('ends what a command that is given up has started, and does not wait for it', async () => {
    const pid = join(folder(), 'pid');
    const giveUp = new AbortController();
    const running = run(`(sleep 600 & echo $! > ${pid}; wait); true`, giveUp.signal);
    await until(() => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n'));
    giveUp.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    await until(() => !isAlive(Number(readFileSync(pid, 'utf8'))));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
