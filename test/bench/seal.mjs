import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { versionOf } from './installed.mjs';
import { interleave } from './samples.mjs';
import { PAGESEAL } from './workbench.mjs';

/** Seals one file with the real program, on one thread and on two, against tools that hash it. */
export async function seal({ folder, file, samples, versions }) {
  const store = join(folder, 'seal.store');
  const sealWith = (workers) => () => {
    rmSync(store, { recursive: true, force: true });
    const options = ['--origin', 'bench', '--unsigned', '--json', '--workers', `${workers}`];
    return wall(process.execPath, [PAGESEAL, 'seal', file, store, ...options]);
  };
  const variants = { one: sealWith(1), two: sealWith(2) };
  versions.OpenSSL = versionOf('openssl', 'version');
  versions['fsverity-utils'] = versionOf('fsverity', '--version');
  if (versions.OpenSSL) variants.openssl = () => wall('openssl', ['dgst', '-sha256', file]);
  if (versions['fsverity-utils']) variants.fsverity = () => wall('fsverity', ['digest', file]);
  const { one, two, openssl, fsverity } = await interleave(variants, samples);
  rmSync(store, { recursive: true });
  return [
    ...compared('openssl dgst', openssl, [
      { name: 'seal on one thread', took: one, least: 0.7 },
      { name: 'seal with two workers', took: two, least: 1.3 },
      { name: 'fsverity digest', took: fsverity },
    ]),
    ...compared('fsverity digest', fsverity, [
      { name: 'seal with two workers', took: two, least: 1.4 },
    ]),
  ];
}

function compared(peer, its, rows) {
  if (its === undefined) return [{ leftOut: peer, why: 'not installed' }];
  const measured = rows.filter(({ took }) => took !== undefined);
  return measured.map(({ name, took, least }) => {
    return { name: `${name}, to ${peer}`, ratio: its.ms / took.ms, least };
  });
}

function wall(program, args) {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${program} failed: ${stderr}`);
  return { ms: performance.now() - start };
}
