import { HASH_LENGTH } from '../../common/limits.ts';
import type { TreeShape } from '../../common/tree/shape.ts';
import {
  type ClientMessage,
  decodeClientFrame,
  decodeServerFrame,
  type ServerMessage,
} from '../../common/wire.ts';
import { nodeHashes } from './hash-count.ts';

/** What reads have cost. */
export interface Cost {
  /** Bytes of frames, without what WebSocket, TLS and TCP add. */
  readonly receivedBytes: number;
  readonly sentBytes: number;
  /** Bytes of pages. */
  readonly payloadBytes: number;
  /** Bytes of nodes and siblings. */
  readonly proofBytes: number;
  /** SHA-256 of a page or of a group of nodes. */
  readonly hashes: number;
  /** Reads of pages or nodes. */
  readonly requests: number;
  /** Length of the longest chain of requests of which each was sent after the answer to the one before. */
  readonly roundTrips: number;
}

interface Asked {
  readonly message: ClientMessage;
  /** Its place in a chain of requests, from 1 on. */
  readonly turn: number;
}

const NOTHING: Cost = {
  receivedBytes: 0,
  sentBytes: 0,
  payloadBytes: 0,
  proofBytes: 0,
  hashes: 0,
  requests: 0,
  roundTrips: 0,
};

/** Counts what passes between a client and a server; it looks at frames, and the client knows nothing of it. */
export class Meter {
  readonly #asked = new Map<number, Asked>();
  #cost = NOTHING;
  #shape: TreeShape | undefined;

  get cost(): Cost {
    return this.#cost;
  }

  /** Counts from now on, with nothing in flight; all that is read is of one file. */
  start(shape: TreeShape): void {
    this.#shape = shape;
    this.#cost = NOTHING;
    this.#asked.clear();
  }

  sent(frame: Uint8Array): void {
    const { requestId, message } = decodeClientFrame(frame);
    const isRead = message?.type === 'readPages' || message?.type === 'readNodes';
    if (isRead) this.#asked.set(requestId, { message, turn: this.#cost.roundTrips + 1 });
    this.#add({ sentBytes: frame.length, requests: isRead ? 1 : 0 });
  }

  received(frame: Uint8Array): void {
    this.#add({ receivedBytes: frame.length });
    const answer = decoded(frame);
    const asked = this.#asked.get(answer?.requestId ?? 0);
    if (answer === undefined || asked === undefined) return;
    this.#asked.delete(answer.requestId);
    const roundTrips = Math.max(this.#cost.roundTrips, asked.turn);
    this.#cost = { ...this.#cost, roundTrips };
    this.#count(asked.message, answer.message);
  }

  #count(asked: ClientMessage, answer: ServerMessage): void {
    const shape = this.#shape;
    if (shape === undefined) return;
    if (asked.type === 'readPages' && answer.type === 'pages') {
      const { first: start, count, anchorLevel } = asked;
      const range = { level: 0, start, end: start + count, anchorLevel };
      const hashes = count + nodeHashes(shape, range);
      const { data, siblings } = answer;
      this.#add({ payloadBytes: data.length, proofBytes: siblings.length, hashes });
    } else if (asked.type === 'readNodes' && answer.type === 'nodes') {
      const { level, first: start, count, anchorLevel } = asked;
      const hashes = nodeHashes(shape, { level, start, end: start + count, anchorLevel });
      this.#add({ proofBytes: count * HASH_LENGTH + answer.siblings.length, hashes });
    }
  }

  #add(more: Partial<Cost>): void {
    const sum = (key: keyof Cost) => this.#cost[key] + (more[key] ?? 0);
    this.#cost = {
      receivedBytes: sum('receivedBytes'),
      sentBytes: sum('sentBytes'),
      payloadBytes: sum('payloadBytes'),
      proofBytes: sum('proofBytes'),
      hashes: sum('hashes'),
      requests: sum('requests'),
      roundTrips: sum('roundTrips'),
    };
  }
}

/** Decodes a frame; what is wrong with one is the client's to say. */
function decoded(frame: Uint8Array): ReturnType<typeof decodeServerFrame> | undefined {
  try {
    return decodeServerFrame(frame);
  } catch {
    return undefined;
  }
}
