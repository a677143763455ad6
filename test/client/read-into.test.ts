import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { READ_MODES } from '../../client/read-mode.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import { join, noise } from '../helpers/bytes.ts';
import { cachedScene } from '../helpers/cached-scene.ts';
import { connectTo, hostileServer, type Tamper } from '../helpers/hostile-server.ts';
import { file, volumeOfFiles } from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const PAGE = 4096;
const f = file(noise(700_001, 3), { pageSize: PAGE });
const volume = volumeOfFiles({ f });
/** What stands in a buffer before anything is read. */
const BLANK = 0x5a;

const blank = (length: number) => new Uint8Array(length).fill(BLANK);
const isBlank = (bytes: Uint8Array) => bytes.every((byte) => byte === BLANK);

/** Changes the last byte of the pages from one page on. */
function spoiling(first: number): Tamper {
  return (frame, request) => {
    if (request?.type !== 'readPages' || request.first < first) return frame;
    const { message } = frame;
    if (message.type !== 'pages') return frame;
    const data = message.data.slice();
    data[data.length - 1] = (data.at(-1) ?? 0) ^ 1;
    return { ...frame, message: { ...message, data } };
  };
}

describe('RemoteFile.read() into a buffer', () => {
  test('V18 property: puts there what it would return, and nothing beside it', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const remote = await opened.open('f');
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.nat(f.data.length + 10),
          fc.nat(170).map((page) => page * PAGE),
        ),
        fc.oneof(
          fc.nat(3 * PAGE),
          fc.nat(70).map((pages) => pages * PAGE),
        ),
        fc.nat(3),
        async (position, length, more) => {
          const into = blank(1 + length + more).subarray(1);
          const want = f.data.subarray(position, position + length);
          const found = await remote.read(position, length, { into });
          expect(found.buffer).toBe(into.buffer);
          expect(found.byteOffset).toBe(into.byteOffset);
          expect(Buffer.compare(found, want)).toBe(0);
          const around = join(new Uint8Array(into.buffer, 0, 1), into.subarray(want.length));
          expect(isBlank(around)).toBe(true);
        },
      ),
      { numRuns: 2 * NUM_RUNS },
    );
  });

  it('refuses a buffer that is too short', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const remote = await opened.open('f');
    const reading = remote.read(700_000, 2, { into: new Uint8Array(1) });
    await expect(reading).rejects.toThrow(new RangeError('into has 1 bytes, read wants 2'));
  });

  const attempts = READ_MODES.flatMap((mode) =>
    [100, PAGE, 3 * PAGE].map((length) => ({ mode, length })),
  );
  it('refuses what is no Uint8Array, and goes on', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const remote = await opened.open('f');
    for (const wrong of [new ArrayBuffer(PAGE), new Uint16Array(PAGE), [0]]) {
      const reading = remote.read(0, PAGE, { into: wrong as unknown as Uint8Array });
      await expect(reading).rejects.toThrow(new TypeError('into is no Uint8Array'));
    }
    expect(await remote.read(0, 1)).toEqual(f.data.slice(0, 1));
  });

  it.each([
    { what: 'one request', position: 3 * PAGE, length: PAGE },
    { what: 'a part of a page', position: 5 * PAGE + 1, length: 100 },
    { what: 'several requests', position: 7 * PAGE, length: 100 * PAGE },
  ])('rejects if the buffer is transferred meanwhile, $what', async ({ position, length }) => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const remote = await opened.open('f');
    const into = blank(length);
    const reading = remote.read(position, length, { into });
    structuredClone(into.buffer, { transfer: [into.buffer] });
    const want = new RangeError(`into has 0 bytes, read wants ${length}`);
    await expect(reading).rejects.toThrow(want);
    const again = await remote.read(position, length);
    const right = f.data.subarray(position, position + length);
    expect(Buffer.compare(again, right)).toBe(0);
  });

  it('caches what was proven, whatever becomes of the buffer', async () => {
    await using server = await hostileServer(volume);
    await using opened = await connectTo(server);
    const remote = await opened.open('f');
    const pages = [11, 12, 13, 14];
    for (const page of pages) await remote.read(page * PAGE, PAGE); // a page is kept when it is read again
    const into = blank(PAGE);
    await Promise.all(pages.map((page) => remote.read(page * PAGE, PAGE, { into })));
    for (const page of pages) {
      const found = await remote.read(page * PAGE + 1, PAGE - 1);
      const right = f.data.subarray(page * PAGE + 1, (page + 1) * PAGE);
      expect(Buffer.compare(found, right)).toBe(0);
    }
  });

  it.each(attempts)(
    'V18 puts nothing there that is not proven, mode $mode, $length bytes',
    async ({ mode, length }) => {
      await using server = await hostileServer(volume, spoiling(1));
      await using opened = await connectTo(server);
      const remote = await opened.open('f', { mode });
      const into = blank(length);
      const reading = remote.read(PAGE, length, { into });
      await expect(reading).rejects.toMatchObject({ code: 'ERR_PROOF_MISMATCH' });
      expect(isBlank(into)).toBe(true);
    },
  );

  it('V18 puts nothing there that comes before its leaf hashes, and is wrong', async () => {
    const spoil = spoiling(1);
    await using server = await hostileServer(volume, (frame, request) => {
      if (request?.type !== 'readNodes') return spoil(frame, request);
      return (webSocket) => {
        const answer = encodeServerFrame(frame.requestId, frame.message);
        setTimeout(() => webSocket.send(answer), 50);
      };
    });
    await using opened = await connectTo(server);
    const remote = await opened.open('f', { mode: 'on-demand' });
    const into = blank(PAGE);
    const reading = remote.read(PAGE, PAGE, { into });
    await expect(reading).rejects.toMatchObject({ code: 'ERR_PROOF_MISMATCH' });
    expect(isBlank(into)).toBe(true);
  });

  it('puts nothing there once it was aborted', async () => {
    let answer = (): void => undefined;
    await using server = await hostileServer(volume, (frame, request) => {
      if (request?.type !== 'readPages' || request.first !== 7) return frame;
      return (webSocket) => {
        answer = () => webSocket.send(encodeServerFrame(frame.requestId, frame.message));
      };
    });
    await using opened = await connectTo(server);
    const remote = await opened.open('f');
    const into = blank(PAGE);
    const stop = new AbortController();
    const reading = remote.read(7 * PAGE, PAGE, { into, signal: stop.signal });
    while (!server.asked('readPages').some(({ first }) => first === 7)) await remote.read(0, 1);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    answer();
    // an answer that comes after it
    await remote.read(90 * PAGE, PAGE);
    expect(isBlank(into)).toBe(true);
    await remote.read(90 * PAGE, PAGE, { into });
    expect(Buffer.compare(into, f.data.subarray(90 * PAGE, 91 * PAGE))).toBe(0);
  });

  it('puts nothing there once a part of it has failed', async () => {
    const answers: (() => void)[] = [];
    await using server = await hostileServer(volume, (frame, request) => {
      if (request?.type !== 'readPages' || request.first === 0) return frame;
      if (request.first >= 64) {
        const message = { type: 'error', code: 'STORAGE', message: 'no', retryAfterMs: 0 } as const;
        return { ...frame, message };
      }
      return (webSocket) => {
        answers.push(() => webSocket.send(encodeServerFrame(frame.requestId, frame.message)));
      };
    });
    await using opened = await connectTo(server);
    const remote = await opened.open('f');
    const into = blank(100 * PAGE);
    await expect(remote.read(1 * PAGE, 100 * PAGE, { into })).rejects.toMatchObject({
      code: 'ERR_REMOTE_STORAGE',
    });
    expect(isBlank(into)).toBe(true);
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) answer();
    await remote.read(0, 1);
    await remote.read(0, PAGE);
    expect(isBlank(into)).toBe(true);
  });

  it('puts there what a durable cache holds', async () => {
    const scene = await cachedScene({ f });
    await scene.read(async (first) => (await first.open('f')).read(0, 20 * PAGE));
    scene.takeSent();
    await scene.read(async (second) => {
      const remote = await second.open('f');
      const into = blank(20 * PAGE + 5);
      const found = await remote.read(0, 20 * PAGE, { into });
      expect(found.buffer).toBe(into.buffer);
      expect(Buffer.compare(found, f.data.subarray(0, 20 * PAGE))).toBe(0);
      expect(isBlank(into.subarray(20 * PAGE))).toBe(true);
    });
    expect(scene.takeSent()).toBeLessThan(20 * PAGE);
  });
});
