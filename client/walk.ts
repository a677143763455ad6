import { stepCost } from '../common/cost.ts';
import type { Descriptor } from '../common/descriptor.ts';
import { FreshnessError } from '../common/errors.ts';
import { HASH_LENGTH, PAGE_INDEX_LENGTH } from '../common/limits.ts';
import { encodeWalkPath, walkNames } from '../common/walk-path.ts';
import type { Answer } from './channel.ts';
import type { ObjectOpener } from './object-opener.ts';
import type { RemoteObject } from './remote-object.ts';
import { type VerifiedStep, verifySteps } from './verify-steps.ts';

/** Siblings for which each step has room, unless it is the first; those of 2^32 pages. */
const PROOF_ROOM = 32 * HASH_LENGTH;

/** Where a walk starts. */
export interface WalkStart {
  /** A directory that is not empty. */
  readonly object: RemoteObject;
  /** Where it stands, if that is known. */
  readonly path: string | undefined;
}

/**
 * Fetches the pages on which names stand, each name in the directory of the one before, in one round
 * trip, and keeps them, verified; they need not be the right ones, nor all.
 *
 * @param names - The first in the directory where the walk starts.
 * @returns Index of the page of that directory; `undefined` if the walk can not be asked for.
 * @throws {RequestError} If the server refuses.
 * @throws As `verifySteps`, and as `Channel.request`.
 */
export async function walk(
  start: WalkStart,
  names: readonly string[],
  opener: ObjectOpener,
  signal?: AbortSignal,
): Promise<number | undefined> {
  const { id, shape, descriptor } = start.object;
  const path = encodeWalkPath(names);
  const asked = walkNames(path);
  const first = stepCost(shape, 0);
  const others = (asked.length - 1) * (shape.pageSize + PROOF_ROOM + PAGE_INDEX_LENGTH);
  const room = Math.min(first + others, opener.connection.maxReadCost);
  if (asked.length === 0 || room < first) return undefined;
  const accept = (answer: Answer<'steps'>) => {
    const steps = verifySteps(descriptor, asked, answer);
    keep(steps, start, opener);
    return steps[0]?.index;
  };
  const message = { type: 'walk', object: id, path, room } as const;
  const basis = { descriptor, anchors: descriptor.root };
  return opener.connection.request({ message, answer: 'steps', cost: room, basis, accept }, signal);
}

/** Keeps steps where pages that were read would be kept. */
function keep(
  steps: readonly VerifiedStep[],
  { object: first, path }: WalkStart,
  opener: ObjectOpener,
): void {
  let object: RemoteObject | undefined = first;
  let place = path;
  for (const { name, descriptor, index, data, runs, page } of steps) {
    if (descriptor !== first.descriptor) object = openUnlessRevoked(opener, descriptor, place);
    if (object === undefined || page === undefined) return;
    object.keepPage(index, data, runs);
    opener.cache.directories.set(object.firstNumber, index, page);
    if (place !== undefined) place = place === '' ? name : `${place}/${name}`;
  }
}

/** Opens an object; if the reader has revoked it, whoever looks into it is told. */
function openUnlessRevoked(
  opener: ObjectOpener,
  descriptor: Descriptor,
  path: string | undefined,
): RemoteObject | undefined {
  try {
    return opener.open(descriptor, path);
  } catch (error) {
    if (error instanceof FreshnessError) return undefined;
    throw error;
  }
}
