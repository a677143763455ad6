import { hash } from 'node:crypto';
import { timed } from '../answering.mjs';
import { openVolume } from './sealed.mjs';

/**
 * Reads a file from its start to its end, from one server or several.
 *
 * What came is hashed when the clock has stopped.
 *
 * @returns Also how long the reader waited for a run at most, and how many servers were caught.
 */
export async function mirroredSequential({ size, ...where }) {
  let caught = 0;
  const { volume } = await openVolume({ ...where, onQuarantine: () => (caught += 1) });
  const file = await volume.open();
  const data = new Uint8Array(size).fill(1); // the system hands out the memory now
  let longestMs = 0;
  const found = await timed(async () => {
    let bytes = 0;
    let askedAt = performance.now();
    for await (const run of file.pages({ reuse: true })) {
      longestMs = Math.max(longestMs, performance.now() - askedAt);
      data.set(run, bytes);
      bytes += run.length;
      askedAt = performance.now();
    }
    return bytes;
  });
  volume.close();
  return { ...found, longestMs, caught, digest: hash('sha256', data) };
}
