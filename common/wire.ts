import { pageseal } from '../proto/gen/pageseal.js';
import { cutUtf8 } from './bytes.ts';
import { ProtocolError, REMOTE_CODES, type RemoteCode } from './errors.ts';
import {
  HASH_LENGTH,
  MAX_ERROR_MESSAGE_LENGTH,
  MAX_FRAME_LENGTH,
  PAGE_INDEX_LENGTH,
} from './limits.ts';
import {
  decodePages,
  decodeReadPages,
  encodeReadPages,
  type Frame,
  type Pages,
  type ReadPages,
} from './read-frames.ts';

const { v1 } = pageseal;

const NO_BYTES = new Uint8Array();

/** Nodes that a client asks for; nothing is checked but the types. */
export interface ReadNodes {
  readonly type: 'readNodes';
  readonly object: Uint8Array;
  readonly level: number;
  readonly first: number;
  readonly count: number;
  readonly anchorLevel: number;
}

/** A path that a client asks to be led down; nothing is checked but the types. */
export interface Walk {
  readonly type: 'walk';
  readonly object: Uint8Array;
  readonly path: Uint8Array;
  /** Bytes. */
  readonly room: number;
}

/** What a client may say; bytes are views of the frame, and nothing is checked but the types. */
export type ClientMessage =
  | { readonly type: 'hello' | 'watch' | 'cancel' | 'ping' }
  | ReadPages
  | ReadNodes
  | Walk
  | { readonly type: 'describe'; readonly object: Uint8Array }
  | { readonly type: 'describe'; readonly fsverityDigest: Uint8Array }
  | { readonly type: 'getStatement'; readonly version: string };

/** A server's answer to `Hello`; its limits are unchecked. @see SPEC.md, S8 and V12 */
export interface Welcome {
  readonly type: 'welcome';
  readonly maxFrameBytes: number;
  readonly maxOutstandingBytes: number;
  readonly maxOutstandingRequests: number;
  /** A signed note; empty if the server has none. */
  readonly statement: Uint8Array;
}

/** What a server may say; bytes are views of the frame, and nothing is verified. */
export type ServerMessage =
  | Welcome
  | Pages
  | { readonly type: 'nodes'; readonly siblings: Uint8Array; readonly nodes: Uint8Array }
  | { readonly type: 'descriptor'; readonly descriptor: Uint8Array }
  | {
      readonly type: 'steps';
      /** Page index of each step, a big-endian `u32`. */
      readonly pages: Uint8Array;
      readonly siblings: Uint8Array;
      readonly data: Uint8Array;
    }
  | { readonly type: 'statement'; readonly statement: Uint8Array }
  | { readonly type: 'pong' | 'goAway' }
  | {
      readonly type: 'error';
      readonly code: RemoteCode;
      readonly message: string;
      readonly retryAfterMs: number;
    };

/** Encodes a client's frame; bytes that nothing else uses. */
export function encodeClientFrame(requestId: number, message: ClientMessage): Uint8Array {
  if (message.type === 'readPages') return encodeReadPages(requestId, message);
  return plain(v1.ClientFrame.encode({ requestId, [message.type]: message }).finish());
}

/** Encodes a server's frame; new bytes. Bulk answers are written faster by `layOutAnswer`. */
export function encodeServerFrame(requestId: number, message: ServerMessage): Uint8Array {
  const { type } = message;
  const body =
    type === 'error' ? { ...message, code: REMOTE_CODES.indexOf(message.code) } : message;
  return plain(v1.ServerFrame.encode({ requestId, [type]: body }).finish());
}

/**
 * Decodes a client's frame.
 *
 * @param bytes - Attacker-controlled, at most `MAX_CLIENT_FRAME_LENGTH`.
 * @returns Views of `bytes`; `message` is `undefined` if its body is unknown or missing.
 * @throws {ProtocolError} `ERR_FRAME` if the bytes do not decode.
 * @see SPEC.md, S3 and S4
 */
export function decodeClientFrame(bytes: Uint8Array): Frame<ClientMessage | undefined> {
  const raw = plain(bytes);
  const pages = decodeReadPages(raw);
  if (pages) return pages;
  const frame = decode(() => v1.ClientFrame.decode(raw));
  return { requestId: frame.requestId, message: clientMessage(frame) };
}

function clientMessage(frame: InstanceType<typeof v1.ClientFrame>): ClientMessage | undefined {
  const { readPages, readNodes, describe, walk, getStatement } = frame;
  if (readPages) return readPagesMessage(readPages);
  if (readNodes) return readNodesMessage(readNodes);
  if (describe) {
    const { object, fsverityDigest } = describe;
    if (fsverityDigest) return { type: 'describe', fsverityDigest };
    return { type: 'describe', object: bytes(object) };
  }
  if (walk) {
    const { object, path, room } = walk;
    return { type: 'walk', object: bytes(object), path: bytes(path), room: room ?? 0 };
  }
  if (getStatement) return { type: 'getStatement', version: getStatement.version ?? '' };
  const type = EMPTY_MESSAGES.find((name) => frame[name]);
  return type && { type };
}

const EMPTY_MESSAGES = ['hello', 'watch', 'cancel', 'ping'] as const;

function readPagesMessage(fields: pageseal.v1.ReadPages.$Properties): ReadPages {
  return {
    type: 'readPages',
    object: bytes(fields.object),
    first: fields.first ?? 0,
    count: fields.count ?? 0,
    anchorLevel: fields.anchorLevel ?? 0,
  };
}

function readNodesMessage(fields: pageseal.v1.ReadNodes.$Properties): ReadNodes {
  return {
    type: 'readNodes',
    object: bytes(fields.object),
    level: fields.level ?? 0,
    first: fields.first ?? 0,
    count: fields.count ?? 0,
    anchorLevel: fields.anchorLevel ?? 0,
  };
}

/**
 * Decodes a server's frame.
 *
 * @param bytes - Attacker-controlled.
 * @returns Views of `bytes`; nothing is verified.
 * @throws {ProtocolError} `ERR_FRAME` if the bytes are more than `MAX_FRAME_LENGTH`, do not decode,
 *   have no known body, or hold a fraction of a hash or of a page index.
 * @see SPEC.md, V13
 */
export function decodeServerFrame(bytes: Uint8Array): Frame<ServerMessage> {
  if (bytes.length > MAX_FRAME_LENGTH) {
    throw new ProtocolError('ERR_FRAME', `frame is ${bytes.length} bytes long`);
  }
  const raw = plain(bytes);
  const pages = decodePages(raw);
  if (pages) return pages;
  const frame = decode(() => v1.ServerFrame.decode(raw));
  const message = bulkMessage(frame) ?? smallMessage(frame);
  if (message === undefined) throw new ProtocolError('ERR_FRAME', 'frame has no known body');
  return { requestId: frame.requestId, message };
}

type ServerFrame = InstanceType<typeof v1.ServerFrame>;

function bulkMessage({ pages, nodes, steps }: ServerFrame): ServerMessage | undefined {
  if (pages) return { type: 'pages', siblings: hashes(pages.siblings), data: bytes(pages.data) };
  if (steps) {
    const { siblings, data } = steps;
    const indices = multiple(steps.pages, PAGE_INDEX_LENGTH, 'page index');
    return { type: 'steps', pages: indices, siblings: hashes(siblings), data: bytes(data) };
  }
  if (!nodes) return undefined;
  return { type: 'nodes', siblings: hashes(nodes.siblings), nodes: hashes(nodes.nodes) };
}

function smallMessage(frame: ServerFrame): ServerMessage | undefined {
  const { welcome, descriptor, statement, error } = frame;
  if (welcome) {
    return {
      type: 'welcome',
      maxFrameBytes: welcome.maxFrameBytes ?? 0,
      maxOutstandingBytes: welcome.maxOutstandingBytes ?? 0,
      maxOutstandingRequests: welcome.maxOutstandingRequests ?? 0,
      statement: bytes(welcome.statement),
    };
  }
  if (descriptor) return { type: 'descriptor', descriptor: bytes(descriptor.descriptor) };
  if (statement) return { type: 'statement', statement: bytes(statement.statement) };
  if (frame.pong) return { type: 'pong' };
  if (frame.goAway) return { type: 'goAway' };
  if (!error) return undefined;
  return {
    type: 'error',
    code: REMOTE_CODES[error.code ?? 0] ?? 'INTERNAL',
    message: cutUtf8(error.message ?? '', MAX_ERROR_MESSAGE_LENGTH),
    retryAfterMs: error.retryAfterMs ?? 0,
  };
}

/** Returns a field's bytes; protobufjs gives an absent field a `Buffer`. */
function bytes(field: Uint8Array | null | undefined): Uint8Array {
  return field && field.length > 0 ? field : NO_BYTES;
}

function hashes(field: Uint8Array | null | undefined): Uint8Array {
  return multiple(field, HASH_LENGTH, 'hash');
}

function multiple(field: Uint8Array | null | undefined, unit: number, what: string): Uint8Array {
  const whole = bytes(field);
  if (whole.length % unit !== 0) {
    throw new ProtocolError('ERR_FRAME', `frame holds a fraction of a ${what}`);
  }
  return whole;
}

/** Turns what protobufjs throws, `RangeError` and `Error`, into one error of ours. */
function decode<T>(decoder: () => T): T {
  try {
    return decoder();
  } catch (cause) {
    throw new ProtocolError('ERR_FRAME', 'frame does not decode', { cause });
  }
}

/** Views the bytes of a Node `Buffer` as what the types say they are. */
function plain(raw: Uint8Array): Uint8Array {
  if (raw.constructor === Uint8Array) return raw;
  return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
}
