import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const DEMO = fileURLToPath(new URL('demo.mjs', import.meta.url));

describe('npm run demo', () => {
  it('ends well, after the copy was compared and the flipped bit refused', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [DEMO]);
    expect(stdout).toContain('\nno difference\n');
    expect(stdout.trimEnd().endsWith('# refused, and not one byte came out')).toBe(true);
  }, 180_000);
});
