import { utf8 } from '../../common/bytes.ts';
import { digest } from '../../common/hash.ts';
import { readBounded } from '../../publisher/read-bounded.ts';
import { UsageError } from '../usage-error.ts';

/** One read of a workload, in bytes. */
export interface Read {
  readonly position: number;
  readonly length: number;
}

/** Which reads to make of a file. */
export interface WorkloadOptions {
  /** `sequential`, `random`, `zipf`, or the name of a trace. */
  readonly workload: string;
  /** How many; of a trace, at most so many. Default 1,000, or the whole trace. */
  readonly reads?: number;
  /** Bytes of each, but of a trace. */
  readonly readSize: number;
  /** The same reads for the same seed. */
  readonly seed: number;
}

/** Most reads of one run, and lines of a trace. */
export const MAX_READS = 1_000_000;
/** Most bytes of one read. */
export const MAX_READ_SIZE = 16_777_216;

const DEFAULT_READS = 1000;
const MAX_TRACE_BYTES = 67_108_864;
/** Of the place of a read among the places by their popularity; 1 is Zipf's own. */
const ZIPF_EXPONENT = 0.99;
const GOLDEN_RATIO = 0.618_033_988_75;

/**
 * Lists the reads of a workload, in their order.
 *
 * Reads start at multiples of their length. `sequential` ones start over at the end of the file; of
 * `zipf`, a few places, scattered over the file, are read most of the time.
 *
 * @param size - Bytes of the file, at least 1.
 * @throws {UsageError} If a trace can not be read, or is none, or has a read outside the file.
 */
export function readsOf(options: WorkloadOptions, size: number): readonly Read[] {
  const { workload, readSize, reads = DEFAULT_READS, seed } = options;
  const slots = Math.ceil(size / readSize);
  const random = (i: number) => fraction(seed, i);
  const at = (slot: number) => ({ position: slot * readSize, length: readSize });
  const each = (slot: (i: number) => number) =>
    Array.from({ length: reads }, (_, i) => at(slot(i)));
  switch (workload) {
    case 'sequential':
      return each((i) => i % slots);
    case 'random':
      return each((i) => Math.floor(random(i) * slots));
    case 'zipf': {
      const step = coprimeOf(slots);
      return each((i) => scattered(zipfRank(random(i), slots), step, slots));
    }
    default:
      return readTrace(workload, size).slice(0, options.reads);
  }
}

/** A number in `[0, 1)` that follows from the seed and its own number. */
function fraction(seed: number, i: number): number {
  const bytes = digest(utf8(`${seed} ${i}`));
  return new DataView(bytes.buffer).getUint32(0) / 2 ** 32;
}

/** Draws a rank from 0 on; the inverse of the integral in the place of the sum of the weights. */
function zipfRank(random: number, ranks: number): number {
  const power = 1 - ZIPF_EXPONENT;
  const rank = Math.floor(((ranks + 1) ** power * random + 1 - random) ** (1 / power)) - 1;
  return Math.min(rank, ranks - 1);
}

/** Spreads ranks over the places, each rank to a place of its own. */
function scattered(rank: number, step: number, slots: number): number {
  return Number((BigInt(rank) * BigInt(step)) % BigInt(slots));
}

function coprimeOf(slots: number): number {
  let step = Math.max(1, Math.floor(slots * GOLDEN_RATIO));
  while (greatestCommonDivisor(step, slots) > 1) step += 1;
  return step;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Reads a trace: lines of `offset,length`, both decimal. */
function readTrace(path: string, size: number): readonly Read[] {
  const lines = traceText(path).split('\n');
  if (lines.at(-1) === '') lines.pop();
  if (lines.length === 0 || lines.length > MAX_READS) {
    throw new UsageError(`${path} has ${lines.length} lines, want 1 to ${MAX_READS}`);
  }
  return lines.map((line, i) => {
    const [, offset, bytes] = /^([0-9]{1,16}),([0-9]{1,8})\r?$/.exec(line) ?? [];
    const [position, length] = [Number(offset), Number(bytes)];
    const where = `${path}, line ${i + 1}`;
    if (!(length >= 1 && length <= MAX_READ_SIZE)) {
      throw new UsageError(`${where}: want OFFSET,LENGTH, up to ${MAX_READ_SIZE} bytes`);
    }
    if (position >= size) throw new UsageError(`${where}: the file has ${size} bytes`);
    return { position, length };
  });
}

function traceText(path: string): string {
  try {
    const bytes = readBounded(path, MAX_TRACE_BYTES + 1);
    if (bytes.length <= MAX_TRACE_BYTES) return Buffer.from(bytes).toString('utf8');
  } catch (cause) {
    const hint = 'a workload is sequential, random, zipf or a file of OFFSET,LENGTH lines';
    throw new UsageError(`can not read ${path}: ${(cause as Error).message}`, { cause, hint });
  }
  throw new UsageError(`${path} is longer than ${MAX_TRACE_BYTES} bytes`);
}
