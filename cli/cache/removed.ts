import type { KeptEntry } from '../../client/node/index.ts';
import { formatFields } from '../fields.ts';
import { type Io, printJson } from '../io.ts';
import { formatSize } from '../progress.ts';

/** Prints what was removed from the cache, and what is left; bytes. */
export function printRemoved(
  removed: readonly KeptEntry[],
  left: number,
  { json }: { readonly json?: true },
  io: Io,
): void {
  const freed = removed.reduce((sum, { bytes }) => sum + bytes, 0);
  if (json === true) {
    printJson(io, { filesRemoved: removed.length, bytesFreed: freed, bytesLeft: left });
    return;
  }
  io.stdout.write(
    formatFields([
      ['removed', `${removed.length} files`],
      ['freed', formatSize(freed)],
      ['left', formatSize(left)],
    ]),
  );
}
