import type { RemoteObject } from '../../client/node/index.ts';
import { concat } from '../../common/bytes.ts';
import { type Descriptor, decodeDescriptor } from '../../common/descriptor.ts';
import { HASH_LENGTH } from '../../common/limits.ts';
import { type NodeRun, rangeProofLength } from '../../common/tree/range-proof.ts';
import { pageCount, shapeOf, type TreeShape } from '../../common/tree/shape.ts';
import { ServeError, type StoredObject } from '../../server/index.ts';
import { counted } from '../counted.ts';
import { descriptorFields, descriptorJson } from '../descriptor-fields.ts';
import { EXIT_FAILURE } from '../exit-status.ts';
import { Failure } from '../failure.ts';
import type { Field } from '../fields.ts';
import { UsageError } from '../usage-error.ts';
import { followProof, type PageProof, proofFields, rootRange } from './page-proof.ts';

/** An object, wherever it is, and how to prove a page of it. */
export interface InspectedObject {
  readonly descriptor: Descriptor;
  /** @param page - Less than the page count. */
  prove(page: number): Promise<PageProof>;
}

/** Inspects an object of a store; nothing about it is verified. */
export function storedObject(object: StoredObject): InspectedObject {
  const descriptor = decodeDescriptor(object.descriptor);
  const { shape } = object;
  const prove = async (page: number) => {
    const range = rootRange(shape, page);
    const siblings = new Uint8Array(rangeProofLength(shape, range) * HASH_LENGTH);
    const start = page * shape.pageSize;
    const data = new Uint8Array(Math.min(shape.pageSize, shape.size - start));
    await readable(() => object.readPages(range, siblings, data));
    return followProof(shape, page, descriptor.root, data, siblings);
  };
  return { descriptor, prove };
}

/** Turns a store's own refusal into a failure of the command. */
async function readable(read: () => void | Promise<void>): Promise<void> {
  try {
    await read();
  } catch (cause) {
    if (!(cause instanceof ServeError)) throw cause;
    throw new Failure(EXIT_FAILURE, `page can not be read: ${cause.message}`, { cause });
  }
}

/**
 * Inspects an object of a server; what is shown of it was verified.
 *
 * @param object - Known by its id, or by a verified statement.
 */
export function remoteObject(object: RemoteObject, signal: AbortSignal): InspectedObject {
  const { descriptor, shape } = object;
  const prove = async (page: number) => {
    let runs: readonly NodeRun[] = [];
    const keep = (proven: readonly NodeRun[]) => {
      runs = proven;
    };
    const root = { anchorLevel: shape.height, hashes: descriptor.root };
    const data = await object.readPagesUnder(page, page + 1, root, { signal }, keep);
    return followProof(shape, page, descriptor.root, data, siblingsIn(shape, page, runs));
  };
  return { descriptor, prove };
}

/** Takes the siblings out of the nodes that a proof of one page implies. */
function siblingsIn(shape: TreeShape, page: number, runs: readonly NodeRun[]): Uint8Array {
  const parts = runs.slice(0, -1).flatMap(({ level, start, hashes }) => {
    const own = (Math.floor(page / shape.arity ** level) - start) * HASH_LENGTH;
    return [hashes.subarray(0, own), hashes.subarray(own + HASH_LENGTH)];
  });
  return concat(...parts);
}

/** An object as data, with the proof of a page if that was asked for. */
export interface ObjectReport {
  readonly descriptor: Descriptor;
  readonly proof: PageProof | undefined;
}

/** @throws {UsageError} If the object has no such page. */
export async function reportObject(
  object: InspectedObject,
  page: number | undefined,
): Promise<ObjectReport> {
  const { descriptor } = object;
  if (page === undefined) return { descriptor, proof: undefined };
  const count = pageCount(shapeOf(descriptor));
  if (page >= count) {
    throw new UsageError(`--page ${page}: the object has ${counted(count, 'page')}, from 0`);
  }
  return { descriptor, proof: await object.prove(page) };
}

/** Turns a report into a JSON object. */
export function objectJson({ descriptor, proof }: ObjectReport): Readonly<Record<string, unknown>> {
  const { height, widths } = shapeOf(descriptor);
  const base = { size: descriptor.size, ...descriptorJson(descriptor), height, widths };
  return proof === undefined ? base : { ...base, proof };
}

/** Writes a report for people. */
export function objectFields({ descriptor, proof }: ObjectReport): readonly Field[] {
  const { height, widths } = shapeOf(descriptor);
  const own = proof === undefined ? [] : proofFields(proof);
  return [
    ['size', String(descriptor.size)],
    ...descriptorFields(descriptor),
    ['height', String(height)],
    ['widths', widths.join(' ')],
    ...own,
  ];
}
