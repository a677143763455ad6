// Prints ratios measured side by side in one run; see README.md, "Performance".
import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kernel } from './kernel.mjs';
import { seal } from './seal.mjs';
import { transfer } from './transfer.mjs';

const SIZE = 1024 ** 3;
const ORIGIN = 'bench/file';
const PAGESEAL = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const samples = Number(process.argv[2] ?? 5);

// Files on a memory file system, or the disk is what is measured.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'pageseal-bench-'));
try {
  const bench = makeStore();
  const rows = [
    ...(await kernel(samples)),
    ...(await seal(folder, bench.file, samples)),
    ...(await transfer(bench, samples)),
  ];
  print(rows);
} finally {
  rmSync(folder, { recursive: true });
}

function makeStore() {
  const file = join(folder, 'file');
  const key = join(folder, 'key');
  const store = join(folder, 'file.store');
  writeRandom(file);
  const verifierKey = pageseal('keygen', join(folder, 'key.pem'), '--name', ORIGIN);
  writeFileSync(key, verifierKey);
  pageseal('seal', file, store, '--origin', ORIGIN, '--key', join(folder, 'key.pem'));
  return { file, store, key, origin: ORIGIN, size: SIZE };
}

function writeRandom(path) {
  const chunk = Buffer.alloc(2 ** 20);
  const fd = openSync(path, 'w');
  for (let at = 0; at < SIZE; at += chunk.length) writeSync(fd, randomFillSync(chunk));
  closeSync(fd);
}

function pageseal(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PAGESEAL, ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

function print(rows) {
  const [{ model }] = cpus();
  console.log(`Node ${process.version}, ${cpus().length} x ${model}, medians of ${samples}\n`);
  console.log('| what | measured | wanted |');
  console.log('|---|---|---|');
  for (const { name, ratio, value, want, most } of rows) {
    const measured = ratio?.toFixed(2) ?? value.toFixed(value < 10 ? 4 : 0);
    const wanted = want ? `at least ${want}` : most ? `at most ${most}` : '';
    console.log(`| ${name} | ${measured} | ${wanted} |`);
  }
}
