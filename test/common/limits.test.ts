import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as limits from '../../common/limits.ts';

/** Reads a number as SPEC.md writes it: `1,024` or `2^53 - 1`. */
function parseValue(text: string): number {
  const power = /^2\^(\d+) - 1$/.exec(text);
  return power ? 2 ** Number(power[1]) - 1 : Number(text.replaceAll(',', ''));
}

/** Names and values of the table in SPEC.md, "Limits". */
function limitsOfSpec(): [string, number][] {
  const spec = readFileSync(join(import.meta.dirname, '../../SPEC.md'), 'utf8');
  const [, section = ''] = spec.split('\n## Limits\n');
  const [table = ''] = section.split('\n## ');
  const rows = [...table.matchAll(/^\| (`[^|]*) \| ([^|]*) \|/gm)];
  return rows.flatMap(([, names = '', values = '']) => {
    const found = values.split('; ').map(parseValue);
    const constants = [...names.matchAll(/`([A-Z_]+)`/g)];
    return constants.map(([, name = ''], i): [string, number] => [name, found[i] ?? Number.NaN]);
  });
}

it('limits.ts has every value of SPEC.md, "Limits"', () => {
  const spec = limitsOfSpec();
  expect(spec.length).toBeGreaterThan(20);
  const ours = new Map<string, unknown>(Object.entries(limits));
  expect(spec.map(([name]) => [name, ours.get(name)])).toEqual(spec);
});
