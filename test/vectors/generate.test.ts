import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FOLDER } from './vectors.ts';

const FILES = [
  ...readdirSync(FOLDER).filter((name) => name.endsWith('.json')),
  ...readdirSync(join(FOLDER, 'recipe')).map((name) => join('recipe', name)),
];

/** Tools that are not there; the vectors can not be made without them. */
const missing = [
  ['python3', '--version'],
  ['openssl', 'version'],
].flatMap(([tool = '', argument = '']) => (spawnSync(tool, [argument]).status === 0 ? [] : [tool]));

const skip = missing.length > 0 && process.env['CI'] !== 'true';
const reason = skip ? `, skipped without ${missing.join(' and ')}` : '';

describe.skipIf(skip)(`generate.py${reason}`, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'pageseal-vectors-'));
    execFileSync('python3', [join(FOLDER, 'generate.py'), folder]);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes eleven files', () => {
    expect(FILES).toHaveLength(11);
  });

  it.each(FILES)('makes %s as it is committed', (name) => {
    const [made, committed] = [folder, FOLDER].map((root) => readFileSync(join(root, name)));
    expect(committed?.equals(made ?? Buffer.alloc(0))).toBe(true);
  });
});
