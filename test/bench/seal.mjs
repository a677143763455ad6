import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { versionOf } from './installed.mjs';
import { interleave } from './samples.mjs';
import { PAGESEAL } from './workbench.mjs';

/** Names of the one file, each of which is read: what the start of a program takes then matters less. */
const NAMES = ['a', 'b', 'c', 'd'];

/** Seals files with the real program, against `openssl dgst` and `fsverity digest` of them. */
export async function seal({ folder, file, samples, versions }) {
  const source = join(folder, 'seal.source');
  const files = NAMES.map((name) => join(source, name));
  mkdirSync(source);
  for (const name of files) linkSync(file, name);
  const store = join(folder, 'seal.store');
  const sealWith = (workers) => () => {
    rmSync(store, { recursive: true, force: true });
    const options = ['--origin', 'bench', '--unsigned', '--json', '--workers', `${workers}`];
    return wall(process.execPath, [PAGESEAL, 'seal', source, store, ...options]);
  };
  const variants = { one: sealWith(1), two: sealWith(2) };
  versions.OpenSSL = versionOf('openssl', 'version');
  versions['fsverity-utils'] = versionOf('fsverity', '--version');
  if (versions.OpenSSL) variants.openssl = () => wall('openssl', ['dgst', '-sha256', ...files]);
  if (versions['fsverity-utils']) variants.fsverity = () => wall('fsverity', ['digest', ...files]);
  const { one, two, openssl, fsverity } = await interleave(variants, samples);
  rmSync(store, { recursive: true });
  rmSync(source, { recursive: true });
  return [
    ...compared('openssl dgst', openssl, [
      { name: 'seal', took: one, least: 0.7 },
      { name: 'seal with two workers', took: two, least: 1.3 },
    ]),
    ...compared('fsverity digest', fsverity, [
      { name: 'seal', took: one },
      { name: 'seal with two workers', took: two, least: 1.4 },
    ]),
  ];
}

function compared(peer, its, rows) {
  if (its === undefined) return [{ leftOut: peer, why: 'not installed' }];
  return rows.map(({ name, took, least }) => {
    return { name: `${name}, to ${peer}`, ratio: its.ms / took.ms, least };
  });
}

function wall(program, args) {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${program} failed: ${stderr}`);
  return { ms: performance.now() - start };
}
