import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toHex, utf8 } from '../../common/bytes.ts';
import { REMOTE_CODES } from '../../common/errors.ts';
import { FRAME_OVERHEAD, MAX_FRAME_LENGTH } from '../../common/limits.ts';
import { layOutAnswer } from '../../common/read-frames.ts';
import {
  type ClientMessage,
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  encodeServerFrame,
  type ServerMessage,
} from '../../common/wire.ts';
import { flipBit, hex, join, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const badFrame = failure('ProtocolError', 'ERR_FRAME');

const id = fc.integer({ min: 1, max: 0xffff_ffff });
const uint32 = fc.nat(0xffff_ffff);
const bytes = fc.uint8Array({ maxLength: 200 });
const hashes = fc.nat(5).map((count) => noise(count * 32));
const indices = fc.nat(5).map((count) => noise(count * 4));

const clientMessages: fc.Arbitrary<ClientMessage> = fc.oneof(
  fc.record({ type: fc.constantFrom('hello', 'watch', 'cancel', 'ping') }),
  fc.record({
    type: fc.constant('readPages'),
    object: bytes,
    first: uint32,
    count: uint32,
    anchorLevel: uint32,
  }),
  fc.record({
    type: fc.constant('readNodes'),
    object: bytes,
    level: uint32,
    first: uint32,
    count: uint32,
    anchorLevel: uint32,
  }),
  fc.record({ type: fc.constant('describe'), object: bytes }),
  fc.record({ type: fc.constant('describe'), fsverityDigest: bytes }),
  fc.record({ type: fc.constant('walk'), object: bytes, path: bytes, room: uint32 }),
  fc.record({ type: fc.constant('getStatement'), version: fc.string({ unit: 'binary' }) }),
);

const serverMessages: fc.Arbitrary<ServerMessage> = fc.oneof(
  fc.record({
    type: fc.constant('welcome'),
    maxFrameBytes: uint32,
    maxOutstandingBytes: uint32,
    maxOutstandingRequests: uint32,
    statement: bytes,
  }),
  fc.record({ type: fc.constant('pages'), siblings: hashes, data: bytes }),
  fc.record({ type: fc.constant('nodes'), siblings: hashes, nodes: hashes }),
  fc.record({ type: fc.constant('descriptor'), descriptor: bytes }),
  fc.record({ type: fc.constant('steps'), pages: indices, siblings: hashes, data: bytes }),
  fc.record({ type: fc.constant('statement'), statement: bytes }),
  fc.record({ type: fc.constantFrom('pong', 'goAway') }),
  fc.record({
    type: fc.constant('error'),
    code: fc.constantFrom(...REMOTE_CODES),
    message: fc.string({ unit: 'binary', maxLength: 100 }),
    retryAfterMs: uint32,
  }),
);

describe('encodeClientFrame()', () => {
  test('property: is what decodeClientFrame() reads, from a Buffer too', () => {
    fc.assert(
      fc.property(id, clientMessages, (requestId, message) => {
        const frame = encodeClientFrame(requestId, message);
        expect(frame.constructor).toBe(Uint8Array);
        expect(decodeClientFrame(frame)).toEqual({ requestId, message });
        expect(decodeClientFrame(Buffer.from(frame))).toEqual({ requestId, message });
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('encodeServerFrame()', () => {
  test('property: is what decodeServerFrame() reads, from a Buffer too', () => {
    fc.assert(
      fc.property(id, serverMessages, (requestId, message) => {
        const frame = encodeServerFrame(requestId, message);
        expect(frame.constructor).toBe(Uint8Array);
        expect(decodeServerFrame(frame)).toEqual({ requestId, message });
        expect(decodeServerFrame(Buffer.from(frame))).toEqual({ requestId, message });
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

/** Fields of plausible numbers with plausible contents, frames of them, and frames with faults. */
const hostile: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .array(fc.tuple(fc.nat(0x5f), fc.uint8Array({ maxLength: 12 })), { maxLength: 6 })
    .map((fields) =>
      join(...fields.map(([tag, body]) => join(Uint8Array.of(tag, body.length), body))),
    ),
  fc
    .tuple(
      fc.oneof(
        fc.tuple(id, serverMessages).map(([n, message]) => encodeServerFrame(n, message)),
        fc.tuple(id, clientMessages).map(([n, message]) => encodeClientFrame(n, message)),
      ),
      fc.array(fc.nat(), { maxLength: 3 }),
      fc.nat(),
    )
    .map(([frame, bits, cut]) => {
      const flipped = bits.reduce((f, bit) => flipBit(f, bit % (f.length * 8)), frame);
      return flipped.subarray(0, cut % (2 * frame.length));
    }),
);

describe('decodeServerFrame()', () => {
  test('V13 property: decodes any bytes or throws ERR_FRAME, and nothing else', () => {
    fc.assert(
      fc.property(hostile, (frame) => {
        try {
          const { requestId, message } = decodeServerFrame(frame);
          expect(requestId).toBeGreaterThanOrEqual(0);
          expect(requestId).toBeLessThan(2 ** 32);
          // What was read can be said again: nothing in it is of another type than promised.
          expect(decodeServerFrame(encodeServerFrame(requestId, message)).message).toEqual(message);
        } catch (error) {
          expect(error).toEqual(badFrame);
        }
      }),
      { numRuns: NUM_RUNS * 10 },
    );
  });

  test('V13 property: throws ERR_FRAME for every frame that is cut short within its body', () => {
    fc.assert(
      fc.property(id, fc.nat(300), fc.nat(), (requestId, length, cut) => {
        const whole = encodeServerFrame(requestId, {
          type: 'pages',
          siblings: noise(64),
          data: noise(length + 1),
        });
        const frame = whole.subarray(0, cut % whole.length);
        expect(() => decodeServerFrame(frame)).toThrow(badFrame);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it.each([
    { what: 'no bytes', frame: '' },
    { what: 'no body', frame: '0801' },
    { what: 'an unknown body', frame: '0801 5a00' },
    { what: 'a body of another wire type', frame: '0801 1801' },
    { what: 'a length beyond the frame', frame: '0801 1a7f' },
    { what: 'a length beyond 2^31', frame: '0801 1affffffff0f' },
    { what: 'a varint without end', frame: '08ffffffffffffffffffffff' },
    { what: 'field number 0', frame: '0001' },
    { what: 'a group without end', frame: '0801 0b' },
    { what: 'the end of no group', frame: '0c' },
    { what: 'wire type 7', frame: '0801 0f' },
    { what: 'groups within groups', frame: '63'.repeat(5000) },
    { what: 'a field beyond its message', frame: '0801 1a02 1205 4200' },
    { what: 'a message that is not UTF-8', frame: '0801 4a04 1202 fffe' },
    { what: '31 bytes of siblings', frame: `0801 1a21 0a1f ${'00'.repeat(31)}` },
    { what: '33 bytes of siblings of nodes', frame: `0801 2223 0a21 ${'00'.repeat(33)}` },
    { what: '33 bytes of nodes', frame: `0801 2223 1221 ${'00'.repeat(33)}` },
  ])('V13 rejects a frame with $what', ({ frame }) => {
    expect(() => decodeServerFrame(hex(frame))).toThrow(badFrame);
  });

  it('V13 rejects a frame longer than MAX_FRAME_LENGTH', () => {
    const fill = (length: number) => {
      const frame = new Uint8Array(length + FRAME_OVERHEAD);
      const answer = layOutAnswer(frame, 'pages', 1, 0, length);
      return frame.subarray(0, answer.length);
    };
    const envelope = fill(MAX_FRAME_LENGTH - 20).length - (MAX_FRAME_LENGTH - 20);
    const longest = fill(MAX_FRAME_LENGTH - envelope);
    expect(longest).toHaveLength(MAX_FRAME_LENGTH);
    expect(decodeServerFrame(longest).message.type).toBe('pages');
    expect(() => decodeServerFrame(fill(MAX_FRAME_LENGTH - envelope + 1))).toThrow(badFrame);
  });

  it('ignores unknown fields and lets the last body count', () => {
    const frame = hex(`5801 0801 6203 616263 1a04 1202 aabb 4200 f201 00`);
    expect(decodeServerFrame(frame)).toEqual({ requestId: 1, message: { type: 'pong' } });
  });

  it('gives absent fields their defaults', () => {
    const empty = new Uint8Array();
    const rows: [string, ServerMessage][] = [
      [
        '1200',
        {
          type: 'welcome',
          maxFrameBytes: 0,
          maxOutstandingBytes: 0,
          maxOutstandingRequests: 0,
          statement: empty,
        },
      ],
      ['1a00', { type: 'pages', siblings: empty, data: empty }],
      ['2200', { type: 'nodes', siblings: empty, nodes: empty }],
      ['2a00', { type: 'descriptor', descriptor: empty }],
      ['3200', { type: 'steps', pages: empty, siblings: empty, data: empty }],
      ['3a00', { type: 'statement', statement: empty }],
      ['4a00', { type: 'error', code: 'INTERNAL', message: '', retryAfterMs: 0 }],
    ];
    for (const [frame, message] of rows) {
      expect(decodeServerFrame(hex(frame))).toEqual({ requestId: 0, message });
    }
  });

  it.each([
    { number: 'the highest', varint: '08', code: 'CANCELLED' },
    { number: 'an unlisted', varint: '09', code: 'INTERNAL' },
    { number: 'a large', varint: 'ffffffff0f', code: 'INTERNAL' },
    { number: 'a negative', varint: 'ffffffffffffffffff01', code: 'INTERNAL' },
  ])('reads $number error number as $code', ({ varint, code }) => {
    const error = join(hex('08'), hex(varint));
    const frame = join(hex('08014a'), Uint8Array.of(error.length), error);
    expect(decodeServerFrame(frame).message).toMatchObject({ type: 'error', code });
  });

  it.each([
    { what: 'ASCII', message: 'x'.repeat(2000), length: 512 },
    { what: 'two bytes each', message: `x${'é'.repeat(2000)}`, length: 511 },
    { what: 'four bytes each', message: `xx${'😀'.repeat(2000)}`, length: 510 },
  ])('cuts a message of characters of $what to $length bytes', ({ message, length }) => {
    const frame = encodeServerFrame(1, { type: 'error', code: 'BUSY', message, retryAfterMs: 0 });
    const decoded = decodeServerFrame(frame).message;
    const cut = decoded.type === 'error' ? decoded.message : '';
    expect(utf8(cut)).toHaveLength(length);
    expect(message.startsWith(cut)).toBe(true);
  });

  it('views the frame, as Uint8Array, and copies nothing', () => {
    const frame = Buffer.from(
      encodeServerFrame(1, { type: 'pages', siblings: noise(32), data: noise(100) }),
    );
    const { message } = decodeServerFrame(frame);
    if (message.type !== 'pages') throw new Error('no pages');
    expect(message.data.constructor).toBe(Uint8Array);
    expect(message.data.buffer).toBe(frame.buffer);
    expect(message.siblings.buffer).toBe(frame.buffer);
  });

  it.each([
    { what: 'bodies', pair: '4200' },
    { what: 'bodies that displace each other', pair: '42004a00' },
    { what: 'unknown fields', pair: '7801' },
    { what: 'request ids', pair: '0801' },
  ])('takes time that grows with the length of the frame alone, full of $what', ({ pair }) => {
    const frame = join(hex(pair.repeat(MAX_FRAME_LENGTH / 8)), hex('4200'));
    const before = performance.now();
    expect(decodeServerFrame(frame).message.type).toBe('pong');
    expect(performance.now() - before).toBeLessThan(3000);
  });
});

describe('decodeClientFrame()', () => {
  test('S3 property: decodes any bytes or throws ERR_FRAME, and nothing else', () => {
    fc.assert(
      fc.property(hostile, (frame) => {
        try {
          const { requestId, message } = decodeClientFrame(frame);
          expect(requestId).toBeLessThan(2 ** 32);
          if (message === undefined) return;
          expect(decodeClientFrame(encodeClientFrame(requestId, message)).message).toEqual(message);
        } catch (error) {
          expect(error).toEqual(badFrame);
        }
      }),
      { numRuns: NUM_RUNS * 10 },
    );
  });

  it.each([
    { what: 'no bytes', frame: '' },
    { what: 'no body', frame: '0801' },
    { what: 'an unknown body', frame: '0801 5a00' },
    { what: 'a body of another wire type', frame: '0801 1001' },
  ])('S4 returns no message for a frame with $what', ({ frame }) => {
    expect(decodeClientFrame(hex(frame)).message).toBeUndefined();
  });

  it.each([
    { what: 'neither object nor digest', frame: '2a00', message: { object: new Uint8Array() } },
    { what: 'an empty digest', frame: '2a02 1200', message: { fsverityDigest: new Uint8Array() } },
    {
      what: 'a digest, then an object',
      frame: '2a06 120101 0a0102',
      message: { object: hex('02') },
    },
  ])('reads a Describe of $what', ({ frame, message }) => {
    expect(decodeClientFrame(hex(frame)).message).toEqual({ type: 'describe', ...message });
  });

  it('cuts a number beyond 32 bits, which no check may rely on', () => {
    expect(decodeClientFrame(hex('08ffffffff7f 5200')).requestId).toBe(0xffff_ffff);
  });
});

it('frames have one spelling on both sides: the tags of proto/pageseal.proto', () => {
  expect(toHex(encodeClientFrame(1, { type: 'hello' }))).toBe('08011200');
  expect(toHex(encodeClientFrame(2, { type: 'ping' }))).toBe('08025200');
  expect(toHex(encodeServerFrame(2, { type: 'pong' }))).toBe('08024200');
  expect(toHex(encodeServerFrame(0, { type: 'goAway' }))).toBe('5200');
});
