import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PagesealError } from '../../common/errors.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { decodeServerFrame, encodeServerFrame } from '../../common/wire.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { connectTo, drain, type HostileServer, hostileServer } from '../helpers/hostile-server.ts';
import { directory, entryOf, file, symlink, volumeOf } from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const files = [
  file(noise(13 * 1024 + 700, 1)),
  file(noise(40 * 1024 + 3, 2), { profile: FSVERITY }),
  file(noise(300 * 1024, 3), { profile: RFC9162, pageSize: 4096 }),
];
const d = directory([
  ...files.map((object, i) => entryOf(`f${i}`, object)),
  ...Array.from({ length: 70 }, (_, i) => symlink(`s${10 + i}`, 'x'.repeat(400))),
]);
const volume = volumeOf(directory([entryOf('d', d)]), [d, ...files]);

/** What an exchange gave; each part is compared with what the publisher sealed. */
async function exchange(
  server: HostileServer,
  which: number,
  from: number,
  length: number,
  deadlineMs = 150,
) {
  await using opened = await connectTo(server, { deadlineMs });
  const f = await opened.open(`d/f${which}`);
  const read = await f.read(from, length);
  const streamed = Buffer.concat(await drain(f.pages()));
  const names = (await drain(opened.walk())).map(({ path }) => path);
  return { read, streamed: new Uint8Array(streamed), names };
}

describe('connect()', () => {
  let server: HostileServer;
  let names: readonly string[] = [];
  beforeAll(async () => {
    server = await hostileServer(volume);
    ({ names } = await exchange(server, 0, 0, 1, 10_000));
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('V13 V18 property: one flipped bit of any frame is refused, or changes nothing', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(files.length - 1),
        fc.nat(12 * 1024),
        fc.integer({ min: 1, max: 5000 }),
        fc.nat(8),
        // half of the flips hit the envelope and the proof ahead of the data
        fc.oneof(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 0.02, noNaN: true }),
        ),
        async (which, from, length, victim, where) => {
          let frames = 0;
          server.tamper = ({ requestId, message }) => {
            const bytes = encodeServerFrame(requestId, message);
            frames += 1;
            if (frames - 1 !== victim) return bytes;
            return flipBit(
              bytes,
              Math.min(bytes.length * 8 - 1, Math.floor(where * bytes.length * 8)),
            );
          };
          const data = files[which]?.data ?? new Uint8Array();
          try {
            const found = await exchange(server, which, from, length);
            expect(found.read).toEqual(data.slice(from, from + length));
            expect(Buffer.compare(found.streamed, data)).toBe(0);
            expect(found.names).toEqual(names);
          } catch (error) {
            if (!(error instanceof PagesealError)) throw error;
            refused += 1;
          }
        },
      ),
      { numRuns: NUM_RUNS },
    );
    expect(refused).toBeGreaterThan(0);
  }, 600_000);

  test('V13 property: noise in the place of any frame is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(5), fc.uint8Array({ maxLength: 200 }), async (victim, bytes) => {
        let frames = 0;
        server.tamper = (frame) => {
          frames += 1;
          return frames - 1 === victim ? bytes : frame;
        };
        const failing = exchange(server, 0, 0, 5000);
        await expect(failing).rejects.toBeInstanceOf(PagesealError);
      }),
      { numRuns: NUM_RUNS / 2 },
    );
  }, 600_000);
});

describe('decodeServerFrame()', () => {
  test('V13 property: gives a frame or ERR_FRAME, whatever the bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(
          fc.constantFrom(0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a, 0x42, 0x4a, 0x52),
          fc.uint8Array({ maxLength: 60 }),
        )
        .map(([tag, body]) => Uint8Array.of(0x08, 1, tag, body.length, ...body)),
    );
    fc.assert(
      fc.property(bytes, (frame) => {
        try {
          const { requestId } = decodeServerFrame(frame);
          expect(Number.isSafeInteger(requestId) && requestId >= 0 && requestId < 2 ** 32).toBe(
            true,
          );
        } catch (error) {
          expect(error).toMatchObject({ name: 'ProtocolError', code: 'ERR_FRAME' });
        }
      }),
      { numRuns: 20 * NUM_RUNS },
    );
  });
});
