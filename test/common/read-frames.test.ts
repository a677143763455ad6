import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it, test } from 'vitest';
import { FRAME_OVERHEAD, MAX_FRAME_LENGTH } from '../../common/limits.ts';
import {
  decodePages,
  decodeReadPages,
  encodeReadPages,
  type Frame,
  layOutAnswer,
  type ReadPages,
} from '../../common/read-frames.ts';
import { encodeServerFrame, type ServerMessage } from '../../common/wire.ts';
import { flipBit, hex, join, noise } from '../helpers/bytes.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const schema = protobuf.loadSync(
  fileURLToPath(new URL('../../proto/pageseal.proto', import.meta.url)),
);
const ClientFrame = schema.lookupType('pageseal.v1.ClientFrame');
const ServerFrame = schema.lookupType('pageseal.v1.ServerFrame');

// Varints grow at 2^7, 2^14, 2^21 and 2^28.
const number = fc.oneof(
  fc.nat(0xffff_ffff),
  fc.constantFrom(...[7, 14, 21, 28].flatMap((bits) => [2 ** bits - 1, 2 ** bits]), 0, 0xffff_ffff),
);
const id = number.filter((value) => value > 0);
const request: fc.Arbitrary<ReadPages> = fc.record({
  type: fc.constant('readPages'),
  object: fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.uint8Array()),
  first: number,
  count: number,
  anchorLevel: number,
});

/** Frames with a few bytes put in, taken out or changed. */
function spoilt(frames: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const byte = fc.constantFrom(0, 1, 0x08, 0x0a, 0x10, 0x12, 0x18, 0x1a, 0x20, 0x7f, 0x80, 0xff);
  const change = fc.tuple(fc.constantFrom('put', 'take', 'flip'), fc.nat(), byte);
  return fc.tuple(frames, fc.array(change, { maxLength: 3 })).map(([frame, changes]) =>
    changes.reduce((bytes, [how, where, value]) => {
      const at = where % (bytes.length + 1);
      if (how === 'flip')
        return bytes.length > 0 ? flipBit(bytes, where % (bytes.length * 8)) : bytes;
      const rest = bytes.subarray(how === 'take' ? at + 1 : at);
      return join(bytes.subarray(0, at), how === 'put' ? Uint8Array.of(value) : hex(''), rest);
    }, frame),
  );
}

/** Expects that spoilt frames are read as protobufjs reads them, or not at all. */
function expectAgreement(
  frames: fc.Arbitrary<Uint8Array>,
  read: (frame: Uint8Array) => Frame<object> | undefined,
  type: protobuf.Type,
  body: string,
): void {
  fc.assert(
    fc.property(spoilt(frames), (frame) => {
      const found = read(frame);
      if (found === undefined) return;
      const want = type.toObject(type.decode(frame), { defaults: true, oneofs: true });
      const fields = Object.entries(want[body] as object).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? Uint8Array.from(value) : value,
      ]);
      expect(want['body']).toBe(body);
      const message = { type: body, ...Object.fromEntries(fields) };
      expect(found).toEqual({ requestId: want['requestId'], message });
    }),
    { numRuns: NUM_RUNS * 10 },
  );
}

describe('encodeReadPages()', () => {
  test('property: writes what protobufjs writes, in bytes that nothing else uses', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(id, request), { maxLength: 5 }), (requests) => {
        const frames = requests.map(([requestId, ask]) => encodeReadPages(requestId, ask));
        for (const [i, [requestId, readPages]] of requests.entries()) {
          const want = ClientFrame.encode({ requestId, readPages }).finish();
          expect(Buffer.compare(frames[i] ?? hex(''), want)).toBe(0);
        }
      }),
      { numRuns: NUM_RUNS },
    );
  });
});

describe('decodeReadPages()', () => {
  test('property: reads what encodeReadPages() writes', () => {
    fc.assert(
      fc.property(id, request, (requestId, message) => {
        const frame = encodeReadPages(requestId, message);
        expect(decodeReadPages(frame)).toEqual({ requestId, message });
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test('S3 property: reads a frame as protobufjs does, or not at all', () => {
    const frames = fc.tuple(id, request).map(([n, ask]) => encodeReadPages(n, ask));
    expectAgreement(frames, decodeReadPages, ClientFrame, 'readPages');
  });

  it.each([
    { what: 'no bytes', frame: '' },
    { what: 'no body', frame: '0801' },
    { what: 'the tag of a body alone', frame: '0801 1a' },
    { what: 'the tag of a field alone', frame: '0801 1a01 10' },
    { what: 'another body', frame: '0801 2209 0a0101 1001 1801 2001' },
    { what: 'fields in another order', frame: '0801 1a09 1001 0a0101 1801 2001' },
    { what: 'a field twice', frame: '0801 1a0b 0a0101 1001 1801 2001 2002' },
    { what: 'an unknown field', frame: '0801 1a0b 0a0101 1001 1801 2001 2800' },
    { what: 'a second body', frame: '0801 1a09 0a0101 1001 1801 2001 5200' },
    { what: 'a body that is too short', frame: '0801 1a08 0a0101 1001 1801 2001' },
    { what: 'a body that is too long', frame: '0801 1a0a 0a0101 1001 1801 2001' },
    { what: 'an object that is too long', frame: '0801 1a09 0a7f01 1001 1801 2001' },
    { what: 'a number that is longer than it need be', frame: '088100 1a09 0a0101 1001 1801 2001' },
    { what: 'a number of 33 bits', frame: '08ffffffff1f 1a09 0a0101 1001 1801 2001' },
    { what: 'a number without end', frame: '0801 1a0d 0a0101 1001 1801 20ffffffffff' },
  ])('leaves a frame with $what to protobufjs', ({ frame }) => {
    expect(decodeReadPages(hex(frame))).toBeUndefined();
  });
});

describe('decodePages()', () => {
  const hashes = fc.nat(20).map((count) => noise(count * 32));
  const data = fc.oneof(
    fc.uint8Array({ minLength: 1 }),
    fc.nat(20_000).map((n) => noise(n + 1)),
  );
  const frames = fc
    .tuple(id, hashes, data)
    .map(([n, siblings, pages]) => encodeServerFrame(n, { type: 'pages', siblings, data: pages }));

  test('property: reads what protobufjs writes, without a copy', () => {
    fc.assert(
      fc.property(id, hashes, data, (requestId, siblings, pages) => {
        const message = { type: 'pages', siblings, data: pages } as const;
        const frame = encodeServerFrame(requestId, message);
        const read = decodePages(frame);
        expect(read).toEqual({ requestId, message });
        expect(read?.message.data.buffer).toBe(frame.buffer);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  test('V13 property: reads a frame as protobufjs does, or not at all', () => {
    expectAgreement(frames, decodePages, ServerFrame, 'pages');
  });

  it.each([
    { what: 'no bytes', frame: '' },
    { what: 'no body', frame: '0801' },
    { what: 'the tag of a body alone', frame: '0801 1a' },
    { what: 'the tag of a field alone', frame: '0801 1a01 12' },
    { what: 'another body', frame: '0801 2203 120101' },
    { what: 'siblings behind the data', frame: `0801 1a25 120101 0a20 ${'00'.repeat(32)}` },
    { what: 'a fraction of a sibling', frame: `0801 1a24 0a1f ${'00'.repeat(31)} 120101` },
    { what: 'data twice', frame: '0801 1a06 120101 120102' },
    { what: 'a second body', frame: '0801 1a03 120101 4200' },
    { what: 'data that is too long', frame: '0801 1a03 120201' },
    { what: 'a body that is too short', frame: '0801 1a02 120101' },
    { what: 'a length that is longer than it need be', frame: '0801 1a04 12810001' },
  ])('leaves a frame with $what to protobufjs', ({ frame }) => {
    expect(decodePages(hex(frame))).toBeUndefined();
  });
});

describe('layOutAnswer()', () => {
  // Varints grow at 2^7 and 2^14; a page has at most 2^20 bytes.
  const borders = [2 ** 7, 2 ** 14, 2 ** 20];
  const around = borders.flatMap((border) =>
    [-70, -36, -8, -4, -3, -2, -1, 0, 1].map((d) => border + d),
  );
  const memory = noise(2 ** 20 + 64);
  const payloads = [1, 2, 32, 64, ...around];

  function expectSame(
    type: 'pages' | 'nodes',
    id: number,
    siblings: Uint8Array,
    payload: Uint8Array,
  ) {
    const out = new Uint8Array(siblings.length + payload.length + FRAME_OVERHEAD).fill(0xee);
    const layout = layOutAnswer(out, type, id, siblings.length, payload.length);
    out.set(siblings, layout.siblingsAt);
    out.set(payload, layout.payloadAt);
    const message: ServerMessage =
      type === 'pages' ? { type, siblings, data: payload } : { type, siblings, nodes: payload };
    const want = encodeServerFrame(id, message);
    expect(layout.length).toBe(want.length);
    expect(Buffer.compare(out.subarray(0, layout.length), want)).toBe(0);
    expect(out.subarray(layout.length).every((byte) => byte === 0xee)).toBe(true);
  }

  it.each([0, 32, 64, 96, 128, 160, 16_320, 16_352, 16_384, 393_024])(
    'writes what encodeServerFrame() writes, with %d bytes of siblings',
    (siblings) => {
      for (const payload of payloads) {
        expectSame('pages', 1, memory.subarray(0, siblings), memory.subarray(0, payload));
      }
    },
  );

  test('property: writes what encodeServerFrame() writes', () => {
    const requestId = fc.oneof(id, fc.constantFrom(1, 127, 128, 16_383, 16_384, 0xffff_ffff));
    const length = fc.oneof(
      fc.constantFrom(...payloads.slice(0, 30)),
      fc.integer({ min: 1, max: 999 }),
    );
    fc.assert(
      fc.property(requestId, fc.boolean(), fc.nat(600), length, (n, isPages, siblings, payload) => {
        expectSame(
          isPages ? 'pages' : 'nodes',
          n,
          memory.subarray(0, siblings * 32),
          memory.subarray(0, payload),
        );
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('fits the longest proof of the widest tree and a page of 1 MiB into MAX_FRAME_LENGTH', () => {
    const out = new Uint8Array(MAX_FRAME_LENGTH);
    const { length } = layOutAnswer(out, 'pages', 0xffff_ffff, 393_024, 1_048_576);
    expect(length).toBeLessThanOrEqual(MAX_FRAME_LENGTH);
  });
});
