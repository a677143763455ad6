import { HASH_LENGTH } from './limits.ts';
import { Slab } from './slab.ts';

/** A frame, taken apart. */
export interface Frame<Message> {
  readonly requestId: number;
  readonly message: Message;
}

/** Pages that a client asks for; nothing is checked but the types. */
export interface ReadPages {
  readonly type: 'readPages';
  readonly object: Uint8Array;
  readonly first: number;
  readonly count: number;
  readonly anchorLevel: number;
}

/** A server's answer to `ReadPages`; bytes are views of the frame, and nothing is verified. */
export interface Pages {
  readonly type: 'pages';
  /** 32 bytes each. */
  readonly siblings: Uint8Array;
  readonly data: Uint8Array;
}

/*
 * The frames of reads: as protobufjs writes them, in a fourth of its time, which is felt where a frame holds
 * one page. What is read here has its fields once each, in the order of their numbers, as our own frames
 * have; any other frame is left to protobufjs, see `wire.ts`.
 */

/** Tags: field number and wire type. */
const REQUEST_ID_TAG = 0x08;
const READ_PAGES_TAG = 0x1a;
const OBJECT_TAG = 0x0a;
const FIRST_TAG = 0x10;
const COUNT_TAG = 0x18;
const ANCHOR_LEVEL_TAG = 0x20;
const BODY_TAGS: Readonly<Record<'pages' | 'nodes', number>> = { pages: 0x1a, nodes: 0x22 };
const SIBLINGS_TAG = 0x0a;
const PAYLOAD_TAG = 0x12;

/** Bytes of a varint of 32 bits. */
const MAX_VARINT_LENGTH = 5;
const MAX_UINT32 = 0xffff_ffff;

const NO_BYTES = new Uint8Array();

/** What requests are written into. */
const slab = new Slab(8192);

/** Encodes a request for pages; bytes that nothing else uses. */
export function encodeReadPages(
  requestId: number,
  { object, first, count, anchorLevel }: ReadPages,
): Uint8Array {
  const objectLength = object.length === 0 ? 0 : fieldLength(object.length);
  const body = objectLength + numberLength(first) + numberLength(count) + numberLength(anchorLevel);
  const out = slab.take(numberLength(requestId) + fieldLength(body));
  let at = putNumber(out, 0, REQUEST_ID_TAG, requestId);
  at = putLength(out, at, READ_PAGES_TAG, body);
  if (object.length > 0) {
    at = putLength(out, at, OBJECT_TAG, object.length);
    out.set(object, at);
    at += object.length;
  }
  at = putNumber(out, at, FIRST_TAG, first);
  at = putNumber(out, at, COUNT_TAG, count);
  putNumber(out, at, ANCHOR_LEVEL_TAG, anchorLevel);
  return out;
}

/**
 * Decodes a request for pages.
 *
 * @param bytes - Attacker-controlled.
 * @returns A view of `bytes`; `undefined` if they are no such request, or one in another form than ours.
 */
export function decodeReadPages(bytes: Uint8Array): Frame<ReadPages> | undefined {
  const fields = new FieldReader(bytes);
  const requestId = fields.number(REQUEST_ID_TAG);
  if (!fields.isLast(READ_PAGES_TAG)) return undefined;
  const object = fields.bytes(OBJECT_TAG);
  const first = fields.number(FIRST_TAG);
  const count = fields.number(COUNT_TAG);
  const anchorLevel = fields.number(ANCHOR_LEVEL_TAG);
  if (!fields.isAtEnd) return undefined;
  return { requestId, message: { type: 'readPages', object, first, count, anchorLevel } };
}

/**
 * Decodes an answer of pages.
 *
 * @param bytes - Attacker-controlled.
 * @returns Views of `bytes`; `undefined` if they are no such answer, or one in another form than ours.
 */
export function decodePages(bytes: Uint8Array): Frame<Pages> | undefined {
  const fields = new FieldReader(bytes);
  const requestId = fields.number(REQUEST_ID_TAG);
  if (!fields.isLast(BODY_TAGS.pages)) return undefined;
  const siblings = fields.bytes(SIBLINGS_TAG);
  const data = fields.bytes(PAYLOAD_TAG);
  if (!fields.isAtEnd || siblings.length % HASH_LENGTH !== 0) return undefined;
  return { requestId, message: { type: 'pages', siblings, data } };
}

/** Where the parts of a bulk answer stand in its frame. */
export interface AnswerLayout {
  readonly siblingsAt: number;
  readonly payloadAt: number;
  /** Length of the frame. */
  readonly length: number;
}

/**
 * Writes a bulk answer's frame but for its siblings and payload, which the caller puts in place.
 *
 * The bytes are those of `encodeServerFrame`; protobufjs would copy the payload twice.
 *
 * @param out - At least `FRAME_OVERHEAD` bytes longer than siblings and payload together.
 * @param siblingsLength - Bytes.
 * @param payloadLength - Bytes, at least 1; `data` of `Pages` or `nodes` of `Nodes`.
 */
export function layOutAnswer(
  out: Uint8Array,
  type: 'pages' | 'nodes',
  requestId: number,
  siblingsLength: number,
  payloadLength: number,
): AnswerLayout {
  const siblings = siblingsLength === 0 ? 0 : fieldLength(siblingsLength);
  const idEnd = putNumber(out, 0, REQUEST_ID_TAG, requestId);
  const at = putLength(out, idEnd, BODY_TAGS[type], siblings + fieldLength(payloadLength));
  const siblingsAt = putNumber(out, at, SIBLINGS_TAG, siblingsLength);
  const payloadAt = putLength(out, siblingsAt + siblingsLength, PAYLOAD_TAG, payloadLength);
  return { siblingsAt, payloadAt, length: payloadAt + payloadLength };
}

/** Length of a field of bytes with its tag and its length. */
function fieldLength(length: number): number {
  return 1 + varintLength(length) + length;
}

/** Length of a number with its tag; 0 is left out. */
function numberLength(value: number): number {
  return value === 0 ? 0 : 1 + varintLength(value);
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length += 1;
  return length;
}

/** Writes a number, unless it is 0; returns the byte after it. */
function putNumber(out: Uint8Array, at: number, tag: number, value: number): number {
  return value === 0 ? at : putLength(out, at, tag, value);
}

/** Writes a tag and a varint; returns the byte after them. */
function putLength(out: Uint8Array, at: number, tag: number, value: number): number {
  out[at] = tag;
  let to = at + 1;
  let rest = value;
  while (rest >= 0x80) {
    out[to] = (rest % 0x80) + 0x80;
    rest = Math.floor(rest / 0x80);
    to += 1;
  }
  out[to] = rest;
  return to + 1;
}

/** Reads fields in the order of their numbers, each once; what is anything else is never at its end. */
class FieldReader {
  readonly #bytes: Uint8Array;
  /** NaN, which every sum and comparison passes on, once something can not be read. */
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Reads a number; 0 if another field is next. */
  number(tag: number): number {
    return this.#skip(tag) ? this.#varint() : 0;
  }

  /** Views a field of bytes; no bytes if another field is next. */
  bytes(tag: number): Uint8Array {
    if (!this.#skip(tag)) return NO_BYTES;
    const length = this.#varint();
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** Steps into a message, if it is the next field and the last one. */
  isLast(tag: number): boolean {
    return this.#skip(tag) && this.#varint() === this.#bytes.length - this.#at;
  }

  #skip(tag: number): boolean {
    if (this.#bytes[this.#at] !== tag) return false;
    this.#at += 1;
    return true;
  }

  /** Reads at most 32 bits in their shortest form. */
  #varint(): number {
    const start = this.#at;
    let value = 0;
    let unit = 1;
    for (let i = start; i < start + MAX_VARINT_LENGTH; i += 1) {
      const byte = this.#bytes[i];
      if (byte === undefined) break;
      value += (byte % 0x80) * unit;
      unit *= 0x80;
      if (byte >= 0x80) continue;
      const isShortest = byte > 0 || i === start;
      if (!isShortest || value > MAX_UINT32) break;
      this.#at = i + 1;
      return value;
    }
    this.#at = Number.NaN;
    return 0;
  }
}
