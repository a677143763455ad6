import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interleave } from './samples.mjs';

const PAGESEAL = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Seals one file with the real program, against `openssl dgst` and `fsverity digest` of it. */
export async function seal(folder, file, samples) {
  const store = join(folder, 'seal.store');
  const times = await interleave(
    {
      openssl: () => wall('openssl', ['dgst', '-sha256', file]),
      fsverity: () => wall('fsverity', ['digest', file]),
      seal: () => {
        rmSync(store, { recursive: true, force: true });
        const options = ['--origin', 'bench', '--unsigned', '--json'];
        return wall(process.execPath, [PAGESEAL, 'seal', file, store, ...options]);
      },
    },
    samples,
  );
  rmSync(store, { recursive: true, force: true });
  return [
    { name: 'seal, to openssl dgst', ratio: times.openssl / times.seal, want: 0.7 },
    { name: 'fsverity digest, to openssl dgst', ratio: times.openssl / times.fsverity },
  ];
}

function wall(program, args) {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw error ?? new Error(`${program} failed: ${stderr}`);
  return performance.now() - start;
}
