import { concat } from '../common/bytes.ts';
import { stepCost } from '../common/cost.ts';
import { objectId } from '../common/descriptor.ts';
import { childDirectory } from '../common/directory.ts';
import { FRAME_OVERHEAD, HASH_LENGTH, PAGE_INDEX_LENGTH } from '../common/limits.ts';
import { rangeProofLength } from '../common/tree/range-proof.ts';
import { pageCount, pagesLength } from '../common/tree/shape.ts';
import { decodeWalkPath } from '../common/walk-path.ts';
import { encodeServerFrame, type Walk } from '../common/wire.ts';
import { type Answer, type AnswerContext, findObject } from './requests.ts';
import { type ServedObject, type ServedVolume, ServeError } from './volume.ts';

/** A walk that has been checked against the directory where it starts. */
export interface CheckedWalk {
  readonly object: ServedObject;
  readonly names: readonly Uint8Array[];
  /** The most that its steps may cost; bytes. */
  readonly room: number;
}

/** The page of one directory on which a name stands or would stand. */
interface Step {
  readonly page: number;
  readonly siblings: Uint8Array;
  readonly data: Uint8Array;
}

/**
 * Checks a walk before anything is read for it.
 *
 * @throws {ServeError} `BAD_REQUEST`, `UNKNOWN_OBJECT`, `GONE` or `TOO_LARGE`.
 * @see SPEC.md, S5 to S7
 */
export function checkWalk({ object: id, path, room }: Walk, context: AnswerContext): CheckedWalk {
  const object = findObject(id, context.volume);
  const names = decodeWalkPath(path);
  if (names === undefined || !object.isDirectory || pageCount(object.shape) === 0) {
    throw new ServeError('BAD_REQUEST', 'no directory with entries, or no path of names');
  }
  if (room < stepCost(object.shape, 0)) {
    throw new ServeError('BAD_REQUEST', 'room is too small for one step');
  }
  if (room > context.maxFrameBytes - FRAME_OVERHEAD) {
    throw new ServeError('TOO_LARGE', 'answer could exceed max_frame_bytes');
  }
  return { object, names, room };
}

/**
 * Leads down a path for as long as there are directories that the volume has, and room.
 *
 * @throws {ServeError} As `ServedObject.readPages`, of the first step; a fault of a later one ends the walk.
 * @see SPEC.md, S13
 */
export async function answerWalk(
  requestId: number,
  walk: CheckedWalk,
  volume: ServedVolume,
): Promise<Answer> {
  const steps: Step[] = [];
  let directory: ServedObject | undefined = walk.object;
  let room = walk.room;
  for (const name of walk.names) {
    const step: Step | undefined = await tryStep(directory, name, room, steps.length > 0);
    if (step === undefined) break;
    steps.push(step);
    room -= stepCost(directory.shape, step.page);
    directory = childOf(step, name, volume);
    if (directory === undefined) break;
  }
  return { frame: encodeServerFrame(requestId, { type: 'steps', ...joined(steps) }) };
}

/**
 * Makes a step, if it fits.
 *
 * @param mayFail - Whether a fault is no more than the end of the walk.
 */
async function tryStep(
  directory: ServedObject,
  name: Uint8Array,
  room: number,
  mayFail: boolean,
): Promise<Step | undefined> {
  try {
    return await makeStep(directory, name, room);
  } catch (error) {
    if (mayFail && error instanceof ServeError) return undefined;
    throw error;
  }
}

async function makeStep(
  directory: ServedObject,
  name: Uint8Array,
  room: number,
): Promise<Step | undefined> {
  const { shape } = directory;
  const page = await directory.pageOf(name);
  if (stepCost(shape, page) > room) return undefined;
  const range = { level: 0, start: page, end: page + 1, anchorLevel: shape.height };
  const siblings = new Uint8Array(rangeProofLength(shape, range) * HASH_LENGTH);
  const data = new Uint8Array(pagesLength(shape, page, page + 1));
  await directory.readPages(range, siblings, data);
  return { page, siblings, data };
}

/** Returns the directory to which a name leads, if it is one that the volume has, and not empty. */
function childOf({ data }: Step, name: Uint8Array, volume: ServedVolume): ServedObject | undefined {
  const descriptor = childDirectory(data, name);
  const child = descriptor && volume.find(objectId(descriptor));
  return child?.isDirectory && pageCount(child.shape) > 0 ? child : undefined;
}

function joined(steps: readonly Step[]) {
  const pages = new Uint8Array(steps.length * PAGE_INDEX_LENGTH);
  const view = new DataView(pages.buffer);
  for (const [i, { page }] of steps.entries()) view.setUint32(i * PAGE_INDEX_LENGTH, page);
  return {
    pages,
    siblings: concat(...steps.map(({ siblings }) => siblings)),
    data: concat(...steps.map(({ data }) => data)),
  };
}
