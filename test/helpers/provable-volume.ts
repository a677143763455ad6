import { MIN_FRAME_LENGTH } from '../../common/limits.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { noise } from './bytes.ts';
import { connectTo, hostileServer } from './hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  ISSUED,
  type MemoryObject,
  type MemoryVolume,
  symlink,
  volumeOf,
} from './memory-volume.ts';

/** When proofs are made. */
export const NOW: number = ISSUED + 1000;
export const DAY = 86_400_000;

export const small: MemoryObject = file(noise(7 * 1024 + 100));
export const large: MemoryObject = file(noise(300 * 4096 + 1), {
  profile: FSVERITY,
  pageSize: 4096,
});
export const binary: MemoryObject = file(noise(300 * 1024 + 5), { profile: RFC9162 });
export const empty: MemoryObject = file(new Uint8Array());
/** Entries for three pages, every second number missing. */
const many = Array.from({ length: 150 }, (_, i) =>
  symlink(`n${1000 + 2 * i}`, `../small${'/.'.repeat(40)}`),
);
export const wide: MemoryObject = directory(many);
export const deep: MemoryObject = directory([
  entryOf('large', large),
  symlink('up', '../link'),
  symlink('out', '/etc'),
]);
const root = directory([
  entryOf('binary', binary),
  entryOf('deep', deep),
  entryOf('empty', empty),
  entryOf('nothing', directory([])),
  entryOf('small', small),
  entryOf('wide', wide),
  symlink('link', 'deep/large'),
  symlink('lost', 'deep/lost'),
  symlink('loop', 'loop'),
]);
const objects = [small, large, binary, empty, wide, deep];
export const volume: MemoryVolume = volumeOf(root, objects, { expires: ISSUED + DAY });

/** Proves bytes, or without a range an absence, over a connection whose frames hold few pages. */
export async function prove(
  path: string,
  range?: { readonly start?: number; readonly end?: number },
  served: MemoryVolume = volume,
): Promise<Uint8Array> {
  const limits = {
    maxFrameBytes: MIN_FRAME_LENGTH,
    maxOutstandingBytes: MIN_FRAME_LENGTH,
    maxOutstandingRequests: 8,
  };
  await using server = await hostileServer(served, undefined, limits);
  await using opened = await connectTo(server, { now: () => NOW });
  const bundle = range ? await opened.prove(path, range) : await opened.proveAbsence(path);
  if (bundle === undefined) throw new Error(`${path} is there`);
  return bundle;
}

/** Names that stand between the last entry of a page and the first of the next. */
export function pageGaps(): string[] {
  const names: string[] = [];
  for (let at = 8192; at < wide.data.length; at += 8192) {
    const nameAt = at + 18;
    const first = new TextDecoder().decode(wide.data.subarray(nameAt, nameAt + 5));
    names.push(`n${Number(first.slice(1)) - 1}`);
  }
  return names;
}
