/** Bytes of one random read. */
export const READ_BYTES = 4096;
/** Random reads of one pass, unless the file has fewer pages: enough to be in full swing. */
export const MAX_READS = 20_000;

/**
 * Calls `read` for random pages, so many at once.
 *
 * @param read - Takes a position and a buffer to fill, which nothing else uses meanwhile; returns a promise
 *   of the bytes, in that buffer or elsewhere.
 * @returns How many bytes came.
 */
export async function readRandomly(read, { size, inFlight, count }) {
  let left = count;
  let bytes = 0;
  const readInTurn = async () => {
    const into = new Uint8Array(READ_BYTES);
    for (left -= 1; left >= 0; left -= 1) {
      bytes += (await read(randomPosition(size), into)).length;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, readInTurn));
  return bytes;
}

function randomPosition(size) {
  return Math.floor(Math.random() * (size / READ_BYTES)) * READ_BYTES;
}
