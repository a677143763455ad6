import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { versionOf } from './installed.mjs';
import { interleave } from './samples.mjs';
import { PAGESEAL } from './workbench.mjs';

/** Seals one file with the real program, against `openssl dgst` and `fsverity digest` of it. */
export async function seal({ folder, file, samples, versions }) {
  const store = join(folder, 'seal.store');
  const variants = {
    seal: () => {
      rmSync(store, { recursive: true, force: true });
      const options = ['--origin', 'bench', '--unsigned', '--json'];
      return wall(process.execPath, [PAGESEAL, 'seal', file, store, ...options]);
    },
  };
  versions.OpenSSL = versionOf('openssl', 'version');
  versions['fsverity-utils'] = versionOf('fsverity', '--version');
  if (versions.OpenSSL) variants.openssl = () => wall('openssl', ['dgst', '-sha256', file]);
  if (versions['fsverity-utils']) variants.fsverity = () => wall('fsverity', ['digest', file]);
  const took = await interleave(variants, samples);
  rmSync(store, { recursive: true });
  return [
    took.openssl
      ? { name: 'seal, to openssl dgst', ratio: took.openssl.ms / took.seal.ms, least: 0.7 }
      : { leftOut: 'openssl dgst', why: 'not installed' },
    took.fsverity
      ? { name: 'seal, to fsverity digest', ratio: took.fsverity.ms / took.seal.ms }
      : { leftOut: 'fsverity digest', why: 'not installed' },
  ];
}

function wall(program, args) {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${program} failed: ${stderr}`);
  return { ms: performance.now() - start };
}
