import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FOLDER } from './vectors.ts';

const spec = readFileSync(join(FOLDER, '../../SPEC.md'), 'utf8');
const recipe = /## Pure-data recipe\n[\s\S]*?```bash\n([\s\S]*?)```/.exec(spec)?.[1] ?? 'false';
const example = /## Statement\n[\s\S]*?```\n([\s\S]*?)```\n\nIts verifier key is/.exec(spec)?.[1];

describe('"Pure-data recipe" of SPEC.md', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pageseal-recipe-'));
    cpSync(join(FOLDER, 'recipe'), folder, { recursive: true });
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function run(): { status: number | null; lines: string[] } {
    const { status, stdout } = spawnSync('bash', ['-c', recipe], { cwd: folder, encoding: 'utf8' });
    return { status, lines: stdout.trimEnd().split('\n') };
  }

  function flipBitOf(name: string, at: number): void {
    const bytes = readFileSync(join(folder, name));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(join(folder, name), bytes);
  }

  it('proves page 3', () => {
    const { status, lines } = run();
    expect(lines.at(-1)).toBe('page 3 of disk.img is proven');
    expect(status).toBe(0);
  });

  it.each([
    { what: 'the statement', name: 'statement', at: 40 },
    { what: 'the directory', name: 'directory', at: 70 },
    { what: 'page 3', name: 'disk.img', at: 3 * 4096 },
  ])('fails on a flipped bit in $what', ({ name, at }) => {
    flipBitOf(name, at);
    expect(run()).toMatchObject({ status: 1 });
    expect(run().lines.at(-1)).not.toBe('page 3 of disk.img is proven');
  });

  it('does not rest on the other pages', () => {
    flipBitOf('disk.img', 0);
    expect(run()).toMatchObject({ status: 0 });
  });
});

describe('the example statement of SPEC.md', () => {
  it('is the statement of the recipe', () => {
    expect(example).toBe(readFileSync(join(FOLDER, 'recipe/statement'), 'utf8'));
  });
});
