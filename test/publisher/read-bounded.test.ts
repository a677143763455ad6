import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as reader from '../../client/node/read-bounded.ts';
import * as publisher from '../../publisher/read-bounded.ts';
import { noise } from '../helpers/bytes.ts';
import { folder } from '../helpers/folder.ts';

// two roles, one table: neither may import the other
describe.each([
  { role: 'publisher', ...publisher },
  { role: 'client', ...reader },
])('readBounded() of the $role', ({ readBounded }) => {
  it.each([0, 1, 4095, 4096, 4097, 9999, 10_000])('reads a file of %i bytes', (length) => {
    const path = join(folder(), 'file');
    const data = noise(length);
    writeFileSync(path, data);
    expect(readBounded(path, 10_000)).toEqual(data);
    expect(readBounded(path, 4096)).toEqual(data.slice(0, 4096));
  });

  it('reads what does not tell its size, to its end', () => {
    const path = '/proc/self/status'; // its size is 0
    expect(readBounded(path, 100_000).length).toBeGreaterThan(500);
    expect(readBounded(path, 100_000).at(-1)).toBe('\n'.charCodeAt(0));
  });

  it('reads no more than it is told of what has no end', () => {
    expect(readBounded('/dev/zero', 100_001)).toEqual(new Uint8Array(100_001));
  });

  it('reads a pipe to its end', () => {
    const pipe = join(folder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    const writer = 'exec > "$0"; printf %s one; sleep 0.05; printf %s two';
    spawn('sh', ['-c', writer, pipe], { stdio: 'ignore' });
    expect(Buffer.from(readBounded(pipe, 100)).toString()).toBe('onetwo');
  });
});

describe('client/node/read-bounded.ts', () => {
  it('says the same as its twin', () => {
    const code = (path: string) => readFileSync(path, 'utf8').replace(/\/\*\*[\s\S]*?\*\//g, '');
    expect(code('client/node/read-bounded.ts')).toBe(code('publisher/read-bounded.ts'));
  });
});
