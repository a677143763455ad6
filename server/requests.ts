import { nodesCost, pagesCost } from '../common/cost.ts';
import { FRAME_OVERHEAD, HASH_LENGTH } from '../common/limits.ts';
import { layOutAnswer, type ReadPages } from '../common/read-frames.ts';
import { parseVersion } from '../common/statement.ts';
import { type NodeRange, rangeProofLength } from '../common/tree/range-proof.ts';
import { pagesLength, widthOf } from '../common/tree/shape.ts';
import {
  type ClientMessage,
  encodeServerFrame,
  type ReadNodes,
  type ServerMessage,
  type Walk,
} from '../common/wire.ts';
import type { BufferPool } from './buffer-pool.ts';
import { type MaybePromise, type ServedObject, type ServedVolume, ServeError } from './volume.ts';

/** What checking a request needs to know. */
export interface AnswerContext {
  readonly volume: ServedVolume;
  readonly maxFrameBytes: number;
}

/** A read that has been checked against its object. */
export interface CheckedRead {
  readonly type: 'pages' | 'nodes';
  readonly object: ServedObject;
  readonly range: NodeRange;
  readonly siblingsLength: number;
  readonly payloadLength: number;
}

/** A frame to send. */
export interface Answer {
  readonly frame: Uint8Array;
  /** To be called once the frame has left, if it stands in a pooled buffer. */
  readonly release?: () => void;
}

/**
 * Checks a read before anything is allocated for it.
 *
 * @throws {ServeError} `BAD_REQUEST`, `UNKNOWN_OBJECT`, `GONE` or `TOO_LARGE`.
 * @see SPEC.md, S5 to S7
 */
export function checkRead(message: ReadPages | ReadNodes, context: AnswerContext): CheckedRead {
  const object = findObject(message.object, context.volume);
  const { shape } = object;
  const pages = message.type === 'readPages';
  const level = pages ? 0 : message.level;
  const { first, count, anchorLevel } = message;
  const range = { level, start: first, end: first + count, anchorLevel };
  const levelFits = pages || level < anchorLevel;
  if (
    !levelFits ||
    anchorLevel > shape.height ||
    count === 0 ||
    range.end > widthOf(shape, level)
  ) {
    throw new ServeError('BAD_REQUEST', 'range or level lies outside the object');
  }
  const cost = pages ? pagesCost(shape, range) : nodesCost(shape, range);
  if (cost > context.maxFrameBytes - FRAME_OVERHEAD) {
    throw new ServeError('TOO_LARGE', 'answer would exceed max_frame_bytes');
  }
  const siblingsLength = rangeProofLength(shape, range) * HASH_LENGTH;
  const payloadLength = pages ? pagesLength(shape, first, range.end) : count * HASH_LENGTH;
  return { type: pages ? 'pages' : 'nodes', object, range, siblingsLength, payloadLength };
}

/**
 * Finds an object by its id.
 *
 * @param id - Attacker-controlled.
 * @throws {ServeError} `BAD_REQUEST`, `UNKNOWN_OBJECT` or `GONE`.
 * @see SPEC.md, S5 and S7
 */
export function findObject(id: Uint8Array, volume: ServedVolume): ServedObject {
  if (id.length !== HASH_LENGTH) throw new ServeError('BAD_REQUEST', 'object id is not 32 bytes');
  return volume.find(id) ?? unknown(volume);
}

/** @see SPEC.md, S7 */
function unknown({ incomplete }: ServedVolume): never {
  if (incomplete) throw new ServeError('GONE', 'object of no version that is retained');
  throw new ServeError('UNKNOWN_OBJECT', 'no such object');
}

/** Reads pages or nodes straight into the frame that carries them. */
export function answerRead(
  requestId: number,
  read: CheckedRead,
  pool: BufferPool,
): MaybePromise<Answer> {
  const { siblingsLength, payloadLength } = read;
  const buffer = pool.take(siblingsLength + payloadLength + FRAME_OVERHEAD);
  const layout = layOutAnswer(buffer, read.type, requestId, siblingsLength, payloadLength);
  const { siblingsAt, payloadAt, length } = layout;
  const siblings = buffer.subarray(siblingsAt, siblingsAt + siblingsLength);
  const payload = buffer.subarray(payloadAt, payloadAt + payloadLength);
  const answer = { frame: buffer.subarray(0, length), release: () => pool.give(buffer) };
  const done =
    read.type === 'pages'
      ? read.object.readPages(read.range, siblings, payload)
      : read.object.readNodes(read.range, siblings, payload);
  return done === undefined ? answer : done.then(() => answer);
}

type OtherMessage = Exclude<ClientMessage, ReadPages | ReadNodes | Walk>;

/**
 * Answers a request that has no state, costs what any costs, and needs nothing from a disk.
 *
 * @throws {ServeError} `BAD_REQUEST`, `UNKNOWN_OBJECT` or `GONE`.
 * @see SPEC.md, S5 and S7
 */
export function answerOther(
  requestId: number,
  message: OtherMessage,
  volume: ServedVolume,
): Answer {
  const answer = (reply: ServerMessage) => ({ frame: encodeServerFrame(requestId, reply) });
  switch (message.type) {
    case 'describe':
      return answer({ type: 'descriptor', descriptor: describe(message, volume).descriptor });
    case 'getStatement':
      return answer({ type: 'statement', statement: statement(message.version, volume) });
    case 'ping':
      return answer({ type: 'pong' });
    case 'hello':
    case 'watch':
    case 'cancel':
      throw new TypeError(`${message.type} is the session's to answer`);
  }
}

function describe(
  message: Extract<OtherMessage, { type: 'describe' }>,
  volume: ServedVolume,
): ServedObject {
  if ('object' in message) return findObject(message.object, volume);
  const { fsverityDigest } = message;
  if (fsverityDigest.length !== HASH_LENGTH) {
    throw new ServeError('BAD_REQUEST', 'fs-verity digest is not 32 bytes');
  }
  return volume.findByDigest(fsverityDigest) ?? unknown(volume);
}

function statement(version: string, volume: ServedVolume): Uint8Array {
  const number = version === '' ? undefined : parseVersion(version);
  if (version !== '' && number === undefined) {
    throw new ServeError('BAD_REQUEST', 'version is not spelled as in a statement');
  }
  const note = number === undefined ? volume.newest() : volume.statement(number);
  if (note === undefined || note.length === 0) throw new ServeError('GONE', 'no such statement');
  return note;
}
