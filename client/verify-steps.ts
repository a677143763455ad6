import type { Descriptor } from '../common/descriptor.ts';
import { type DirectoryPage, decodeDirectoryPage, findEntry } from '../common/directory.ts';
import { IntegrityError, ProtocolError } from '../common/errors.ts';
import { HASH_LENGTH, PAGE_INDEX_LENGTH } from '../common/limits.ts';
import { type NodeRun, rangeProofLength } from '../common/tree/range-proof.ts';
import { pageCount, pagesLength, shapeOf } from '../common/tree/shape.ts';
import { verifyPages } from '../common/tree/verify-range.ts';
import type { Answer } from './channel.ts';
import { checkLength } from './remote-object.ts';

/** A page of a directory that an answer to a `Walk` holds, proven. */
export interface VerifiedStep {
  /** The name that it was asked for. */
  readonly name: string;
  /** Of the directory. */
  readonly descriptor: Descriptor;
  readonly index: number;
  /** A view of the answer. */
  readonly data: Uint8Array;
  /** Every node that is verified with it. */
  readonly runs: readonly NodeRun[];
  /** `undefined` if what was signed is malformed; then it is the last step. */
  readonly page: DirectoryPage | undefined;
}

/**
 * Verifies the answer to a `Walk`, each step under the descriptor that the one before has.
 *
 * @param descriptor - Of the directory that was asked about; verified, and not empty.
 * @param names - As they were sent.
 * @param answer - Attacker-controlled.
 * @returns At least one step, the first of the directory that was asked about.
 * @throws {ProtocolError} `ERR_STEPS`, `ERR_DATA_LENGTH`, `ERR_PROOF_LENGTH`.
 * @throws {IntegrityError} `ERR_PROOF_MISMATCH`.
 * @see SPEC.md, V16 to V18 and V39
 */
export function verifySteps(
  descriptor: Descriptor,
  names: readonly string[],
  answer: Answer<'steps'>,
): readonly VerifiedStep[] {
  const count = answer.pages.length / PAGE_INDEX_LENGTH;
  if (count < 1 || count > names.length) {
    throw new ProtocolError('ERR_STEPS', `${count} steps, want 1 to ${names.length}`);
  }
  const taken = new TakenSteps(answer);
  let directory = descriptor;
  for (const name of names.slice(0, count)) {
    const { page } = taken.take(directory, name);
    if (page === undefined) return taken.steps; // what follows can not be judged
    if (taken.steps.length < count) directory = childOf(page, name);
  }
  taken.end();
  return taken.steps;
}

/** @throws {ProtocolError} `ERR_STEPS` if no walk leads on from here. */
function childOf(page: DirectoryPage, name: string): Descriptor {
  const entry = findEntry(page, name);
  if (entry?.type === 'directory' && entry.descriptor.size > 0) return entry.descriptor;
  throw new ProtocolError('ERR_STEPS', 'a step follows what is no directory with entries');
}

/** The steps of an answer as far as they are taken from it. */
class TakenSteps {
  readonly steps: VerifiedStep[] = [];
  readonly #answer: Answer<'steps'>;
  /** Bytes of the answer's fields that are taken. */
  #siblings = 0;
  #data = 0;

  constructor(answer: Answer<'steps'>) {
    this.#answer = answer;
  }

  take(descriptor: Descriptor, name: string): VerifiedStep {
    const { root } = descriptor;
    const shape = shapeOf(descriptor);
    const index = this.#nextIndex();
    const count = pageCount(shape);
    if (index >= count) throw new ProtocolError('ERR_STEPS', `page ${index} of ${count}`);
    const range = { level: 0, start: index, end: index + 1, anchorLevel: shape.height };
    const data = this.#takeData(pagesLength(shape, index, index + 1));
    const siblings = this.#takeSiblings(rangeProofLength(shape, range) * HASH_LENGTH);
    const runs = verifyPages(shape, range, data, siblings, root);
    const page = decoded(data, index === count - 1);
    const taken = { name, descriptor, index, data, runs, page };
    this.steps.push(taken);
    return taken;
  }

  /** Checks that nothing is left. */
  end(): void {
    const { data, siblings } = this.#answer;
    checkLength(data, this.#data);
    if (siblings.length > this.#siblings) throw proofLength(siblings, this.#siblings);
  }

  #nextIndex(): number {
    const { buffer, byteOffset, byteLength } = this.#answer.pages;
    const at = this.steps.length * PAGE_INDEX_LENGTH;
    return new DataView(buffer, byteOffset, byteLength).getUint32(at);
  }

  #takeData(length: number): Uint8Array {
    const { data } = this.#answer;
    this.#data += length;
    if (data.length < this.#data) checkLength(data, this.#data);
    return data.subarray(this.#data - length, this.#data);
  }

  #takeSiblings(length: number): Uint8Array {
    const { siblings } = this.#answer;
    this.#siblings += length;
    if (siblings.length < this.#siblings) throw proofLength(siblings, this.#siblings);
    return siblings.subarray(this.#siblings - length, this.#siblings);
  }
}

function proofLength({ length }: Uint8Array, want: number): ProtocolError {
  const found = `range proofs have ${length / HASH_LENGTH} siblings`;
  return new ProtocolError('ERR_PROOF_LENGTH', `${found}, want ${want / HASH_LENGTH}`);
}

/** Decodes a proven page; whoever looks a name up in it reads it again, and reports the fault. */
function decoded(data: Uint8Array, isLast: boolean): DirectoryPage | undefined {
  try {
    return decodeDirectoryPage(data, isLast);
  } catch (error) {
    if (error instanceof IntegrityError) return undefined;
    throw error;
  }
}
