// Measures ratios side by side in one run, and prints them as a table; see README.md, "Performance".
import { writeFileSync } from 'node:fs';
import { bumped } from './bumped.mjs';
import { cached } from './cached.mjs';
import { delay } from './delay.mjs';
import { kernel } from './kernel.mjs';
import { describeRun } from './machine.mjs';
import { mirrors } from './mirrors.mjs';
import { readOptions } from './options.mjs';
import { hypercore } from './peers/hypercore.mjs';
import { libtorrent } from './peers/libtorrent.mjs';
import { nginx } from './peers/nginx.mjs';
import { random } from './random.mjs';
import { seal } from './seal.mjs';
import { sequential } from './sequential.mjs';
import { table } from './table.mjs';
import { Workbench } from './workbench.mjs';

const PARTS = {
  kernel,
  seal,
  sequential,
  mirrors,
  cached,
  bumped,
  random,
  delay,
  nginx,
  hypercore,
  libtorrent,
};

const options = readOptions(Object.keys(PARTS));
const bench = new Workbench(options);
const rows = [];
for (const [name, measure] of Object.entries(PARTS)) {
  if (!options.only.includes(name)) continue;
  console.error(`pageseal bench: ${name}`);
  rows.push(...(await measure(bench)));
}
const report = `${describeRun(bench)}\n\n${table(rows)}`;
process.stdout.write(report);
if (options.output !== undefined) writeFileSync(options.output, report);
