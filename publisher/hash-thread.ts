// The entry of a hashing thread, see hash-threads.ts.
import { parentPort } from 'node:worker_threads';
import { PROFILES } from '../common/tree/profile.ts';
import { treeShape } from '../common/tree/shape.ts';
import { hashTiles } from '../common/tree/subtree.ts';
import { TileLayout } from '../common/tree/tiles.ts';
import type { HashAnswer, HashJob } from './hash-job.ts';
import { readAt } from './read-at.ts';
import { isSystemError } from './system-error.ts';

/** Small enough to stay in a core's cache between reading and hashing; whole pages of any size. */
const BUFFER_LENGTH = 1024 * 1024;

class EndedError extends Error {}

const buffer = new Uint8Array(BUFFER_LENGTH);

async function hash({ file, profile, pageSize, size, run }: HashJob): Promise<HashAnswer> {
  const found = PROFILES.find(({ number }) => number === profile);
  if (found === undefined) throw new RangeError(`no profile ${profile}`);
  const layout = new TileLayout(treeShape(found, pageSize, size));
  try {
    const hashed = await hashTiles(layout, run, buffer, (into, position) => {
      if (!readAt(file, into, position)) throw new EndedError();
    });
    return { hashed };
  } catch (error) {
    if (error instanceof EndedError) return { ended: true };
    if (!isSystemError(error)) throw error;
    const { message, code = '', errno = 0, syscall = '' } = error;
    return { failure: { message, code, errno, syscall } };
  }
}

let last: Promise<void> = Promise.resolve();

// One after the other, since they share the buffer.
parentPort?.on('message', (job: HashJob) => {
  last = last.then(async () => {
    const answer = await hash(job);
    const arrays = 'hashed' in answer ? Object.values(answer.hashed) : [];
    parentPort?.postMessage(
      answer,
      arrays.map(({ buffer: bytes }) => bytes),
    );
  });
});
