import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { versionOf } from './installed.mjs';
import { interleave } from './samples.mjs';
import { PAGESEAL } from './workbench.mjs';

/** Links to the file in the directory that is sealed: for one file, a sixth of the time is a program's start. */
const LINKS = 4;

/** Seals a file, and a directory of links to it, with the real program, against tools that hash the same. */
export async function seal(bench) {
  const { folder, file, versions } = bench;
  versions.OpenSSL = versionOf('openssl', 'version');
  versions['fsverity-utils'] = versionOf('fsverity', '--version');
  const directory = join(folder, 'links');
  mkdirSync(directory);
  const links = Array.from({ length: LINKS }, (_, i) => join(directory, `${i}`));
  for (const name of links) linkSync(file, name);
  const one = await measure(bench, file, [file]);
  const several = await measure(bench, directory, links);
  rmSync(directory, { recursive: true });
  return [
    ...rowsOf('', one, {}),
    ...rowsOf(` ${LINKS} links to the file`, several, { openssl: 1.3, fsverity: 1.4 }),
  ];
}

function measure({ folder, samples, versions }, source, files) {
  const store = join(folder, 'seal.store');
  const sealWith = (workers) => () => {
    rmSync(store, { recursive: true, force: true });
    const options = ['--origin', 'bench', '--unsigned', '--json', '--workers', `${workers}`];
    return wall(process.execPath, [PAGESEAL, 'seal', source, store, ...options]);
  };
  const variants = { one: sealWith(1), two: sealWith(2) };
  if (versions.OpenSSL) variants.openssl = () => wall('openssl', ['dgst', '-sha256', ...files]);
  if (versions['fsverity-utils']) variants.fsverity = () => wall('fsverity', ['digest', ...files]);
  return interleave(variants, samples).finally(() =>
    rmSync(store, { recursive: true, force: true }),
  );
}

function rowsOf(what, { one, two, openssl, fsverity }, least) {
  return [
    ...compared('openssl dgst', openssl, [
      { name: `seal${what} on one thread`, took: one, least: 0.7 },
      { name: `seal${what} with two workers`, took: two, least: least.openssl },
      { name: `fsverity digest${what && ` of${what}`}`, took: fsverity },
    ]),
    ...compared('fsverity digest', fsverity, [
      { name: `seal${what} with two workers`, took: two, least: least.fsverity },
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
