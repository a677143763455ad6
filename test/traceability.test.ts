import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REMOTE_CODES } from '../common/errors.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const SPEC = read('SPEC.md');
const ERRORS = read('common/errors.ts');
const SELF = 'test/traceability.test.ts';
const FILES = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' }).map((path) =>
  join('test', path),
);
const TESTS = FILES.filter((path) => path.endsWith('.test.ts') && path !== SELF);
/** Each case of these is one test, whose title starts with the case's label. */
const VECTORS = FILES.filter((path) => /^test\/vectors\/[^/]*\.json$/.test(path));

/** Labels of SPEC.md: list items that start with one in bold, as `* **V1. Malformed note.**` does. */
const labels = [...SPEC.matchAll(/^\* \*\*([VS]\d+)\./gm)].map(([, label]) => label ?? '');

interface Labelled {
  readonly label: string;
  /** Where it stands. */
  readonly title: string;
}

/** Each label that a test's title starts with; a title may start with several. */
function titlesOf(path: string): Labelled[] {
  const titles = read(path).matchAll(/(['"`])((?:[VS]\d+ )+)[^\n]*?\1/g);
  return [...titles].flatMap(([title, , start = '']) =>
    start
      .trim()
      .split(' ')
      .map((label) => ({ label, title: `${path}: ${title}` })),
  );
}

function casesOf(path: string): Labelled[] {
  const { cases } = JSON.parse(read(path)) as { cases: { name: string; label?: string }[] };
  return cases.flatMap(({ name, label }) => (label ? [{ label, title: `${path}: ${name}` }] : []));
}

const labelled = [...TESTS.flatMap(titlesOf), ...VECTORS.flatMap(casesOf)];

/** The codes of one class of common/errors.ts, as its declaration spells them. */
function codesOf(declaration: string): string[] {
  if (declaration.startsWith('RequestError'))
    return REMOTE_CODES.map((code) => `ERR_REMOTE_${code}`);
  return [...declaration.matchAll(/'(ERR_\w+)'/g)].map(([, code]) => code ?? '');
}

const classes = ERRORS.split('export class ')
  .slice(1)
  .map((declaration) => ({
    name: declaration.match(/^\w+/)?.[0] ?? '',
    codes: codesOf(declaration),
  }));

describe('SPEC.md', () => {
  it('numbers its labels from 1, each once', () => {
    for (const kind of ['V', 'S']) {
      const found = labels.filter((label) => label.startsWith(kind));
      expect(found).not.toHaveLength(0);
      expect(found).toEqual(found.map((_, i) => `${kind}${i + 1}`));
    }
  });

  it('has a test for every label', () => {
    const tested = new Set(labelled.map(({ label }) => label));
    expect(labels.filter((label) => !tested.has(label))).toEqual([]);
  });

  it('has the label of every test', () => {
    const unknown = labelled.filter(({ label }) => !labels.includes(label));
    expect(unknown.map(({ title }) => title)).toEqual([]);
  });

  it('names tests of attacks that exist', () => {
    const table = SPEC.split('### Attacks\n')[1]?.split('\n## ')[0] ?? '';
    const rows = table
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(1);
    expect(rows).toHaveLength(9);
    for (const row of rows) {
      const named = [...(row.split('|').at(-2) ?? '').matchAll(/`([a-z-]+)`/g)];
      const paths = named.map(([, name]) => `test/attacks/${name}.test.ts`);
      expect(paths, row).not.toHaveLength(0);
      expect(paths.filter((path) => !TESTS.includes(path))).toEqual([]);
    }
  });

  it('lists every code that a client reports', () => {
    const ours = classes.filter(({ name }) => name !== 'StoreError' && name !== 'KeyError');
    expect(ours.length).toBeGreaterThan(4);
    const missing = ours
      .flatMap(({ codes }) => codes)
      .filter((code) => {
        const spelling = code.startsWith('ERR_REMOTE_') ? code.slice('ERR_REMOTE_'.length) : code;
        return !SPEC.includes(`\`${spelling}\``);
      });
    expect(missing).toEqual([]);
  });

  it('lists no code that no client reports', () => {
    const codes = new Set([...SPEC.matchAll(/`(ERR_[A-Z_]+)`/g)].map(([, code]) => code ?? ''));
    const known = new Set(classes.flatMap((one) => one.codes));
    expect([...codes].filter((code) => !known.has(code) && code !== 'ERR_REMOTE_')).toEqual([]);
  });
});

describe('common/errors.ts', () => {
  it('has no class without codes', () => {
    expect(classes.filter(({ codes }) => codes.length === 0)).toEqual([]);
  });

  it('has no code that no test expects', () => {
    const sources = [...TESTS, ...VECTORS].map(read);
    const named = (code: string) =>
      sources.some((source) => new RegExp(`['"\`]${code}['"\`]`).test(source));
    expect(classes.flatMap(({ codes }) => codes).filter((code) => !named(code))).toEqual([]);
  });
});
