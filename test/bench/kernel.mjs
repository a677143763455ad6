import { hash } from 'node:crypto';
import { RFC9162, treeShape, verifyPages } from '../../dist/common/index.js';
import { hashLeaves, hashParents } from '../../dist/common/tree/hash-nodes.js';
import { interleave } from './samples.mjs';
import { cpuUs } from './usage.mjs';

const RUN_BYTES = 262_144;
const MAX_RUNS = 1000;

/** Verifies runs of pages of a stream, against one flat hash of the same bytes, in one process. */
export async function kernel({ size, samples }) {
  const runs = Math.min(size / RUN_BYTES, MAX_RUNS);
  const rows = [];
  for (const pageSize of [4096, 16_384, 65_536]) {
    const data = new Uint8Array(RUN_BYTES).map((_, i) => (i * 31) % 251);
    const shape = treeShape(RFC9162, pageSize, RUN_BYTES);
    const count = RUN_BYTES / pageSize;
    const nodes = new Uint8Array(count * 32);
    hashLeaves(shape, data, nodes, 0);
    for (let width = count; width > 1; ) width = hashParents(shape, nodes, 0, width, nodes, 0);
    const root = nodes.slice(0, 32);
    const range = { level: 0, start: 0, end: count, anchorLevel: shape.height };
    const none = new Uint8Array();
    const took = await interleave(
      {
        flat: () => cpuOf(runs, () => hash('sha256', data, 'buffer')),
        verified: () => cpuOf(runs, () => verifyPages(shape, range, data, none, root)),
      },
      samples,
    );
    rows.push({
      name: `verify kernel, ${pageSize}-byte pages, to a flat hash`,
      ratio: took.flat.cpuUs / took.verified.cpuUs,
      least: pageSize === 4096 ? 0.78 : undefined,
    });
  }
  return rows;
}

/** CPU time of many passes, which a busy machine stretches less than the clock. */
function cpuOf(runs, pass) {
  const before = cpuUs();
  for (let i = 0; i < runs; i += 1) pass();
  return { cpuUs: cpuUs() - before };
}
