import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, totalmem, type } from 'node:os';
import { formatSize } from './options.mjs';
import { SHORT_SAMPLES } from './samples.mjs';

const FOLDER = import.meta.dirname;

/** Says what was measured, when, where and how often. */
export function describeRun({ size, samples, versions }) {
  const date = new Date().toISOString().slice(0, 10);
  const wsVersion = JSON.parse(
    readFileSync(createRequire(import.meta.url).resolve('ws/package.json')),
  ).version;
  const found = Object.entries({ Node: process.versions.node, ws: wsVersion, ...versions });
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `Commit ${commit()}, ${date}; ${formatSize(size)}, medians of ${samples}, of ${SHORT_SAMPLES * samples} for random reads to ws.`,
    `${cpus().length} x ${model.trim()}, ${memory} GiB, ${type()} ${release()};`,
    `${found
      .filter(([, version]) => version)
      .map((pair) => pair.join(' '))
      .join(', ')}.`,
  ].join('\n');
}

function commit() {
  const git = (...args) => spawnSync('git', args, { cwd: FOLDER, encoding: 'utf8' }).stdout?.trim();
  const hash = git('rev-parse', '--short', 'HEAD') || 'unknown';
  return git('status', '--porcelain') ? `${hash} with changes` : hash;
}
