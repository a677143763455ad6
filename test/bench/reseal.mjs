// Seals 100,000 files, changes one page of one of them, and seals again: prints how long the second
// seal takes, against the first and against a bare walk with one lstat per entry. Run by itself:
// `npm run build && node test/bench/reseal.mjs`.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  opendirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interleave } from './samples.mjs';

const PAGESEAL = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const FOLDERS = 200;
const FILES = 500;
const SIZE = 20_000;
const SAMPLES = 5;
/** Longer than what `seal` takes for racy. */
const SAFE_AGE_MS = 3500;

const folder = mkdtempSync(join(tmpdir(), 'pageseal-bench-'));
try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const source = join(folder, 'source');
  const store = join(folder, 'store');
  plant(source);
  await new Promise((resolve) => setTimeout(resolve, SAFE_AGE_MS));
  seal(source, store);
  let version = 1;
  const times = await interleave(
    {
      walk: () => ({ ms: wall(() => walk(source)) }),
      full: () => {
        rmSync(join(folder, 'fresh'), { recursive: true, force: true });
        return { ms: seal(source, join(folder, 'fresh')).ms };
      },
      again: () => {
        version += 1;
        changePage(join(source, 'd7', 'f9'), version);
        const { ms, filesRead, filesKept } = seal(source, store);
        if (filesRead > 1 || filesKept < FOLDERS * FILES - 1) throw new Error('read too much');
        return { ms };
      },
      start: () => ({ ms: wall(() => run(['--version'])) }),
    },
    SAMPLES,
  );
  const [bare, full, again, start] = ['walk', 'full', 'again', 'start'].map(
    (name) => times[name].ms,
  );
  for (const [name, { ms }] of Object.entries(times))
    console.log(`${name.padEnd(6)} ${ms.toFixed(0)} ms`);
  console.log(`seal again, to the first seal       ${(again / full).toFixed(3)}`);
  console.log(`seal again, to a bare lstat walk    ${(again / bare).toFixed(2)}`);
  console.log(`the same, without starting Node     ${((again - start) / bare).toFixed(2)}`);
}

function plant(source) {
  const data = new Uint8Array(SIZE);
  for (let d = 0; d < FOLDERS; d += 1) {
    mkdirSync(join(source, `d${d}`), { recursive: true });
    for (let i = 0; i < FILES; i += 1) {
      new DataView(data.buffer).setUint32(0, d * FILES + i); // so that no two are equal
      writeFileSync(join(source, `d${d}`, `f${i}`), data);
    }
  }
}

function changePage(path, version) {
  const file = openSync(path, 'r+');
  writeSync(file, new Uint8Array(4096).fill(version), 0, 4096, 4096);
  closeSync(file);
}

function walk(path) {
  const directory = opendirSync(path, { bufferSize: 1024 });
  for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
    const child = join(path, entry.name);
    lstatSync(child, { bigint: true });
    if (entry.isDirectory()) walk(child);
  }
  directory.closeSync();
}

function seal(source, store) {
  let result;
  const ms = wall(() => {
    result = run(['seal', source, store, '--origin', 'bench', '--unsigned', '--json']);
  });
  return { ms, ...JSON.parse(result) };
}

function run(args) {
  const { status, error, stdout, stderr } = spawnSync(process.execPath, [PAGESEAL, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw error ?? new Error(stderr);
  return stdout;
}

function wall(call) {
  const start = performance.now();
  call();
  return performance.now() - start;
}
