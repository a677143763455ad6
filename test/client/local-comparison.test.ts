import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { LocalCopy } from '../../client/local-copy.ts';
import type { RemoteFile } from '../../client/remote-file.ts';
import { FSVERITY, RFC9162 } from '../../common/tree/profile.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import { flipBit, join, noise } from '../helpers/bytes.ts';
import { connectTo, drain, hostileServer, on } from '../helpers/hostile-server.ts';
import { file, type MemoryObject, volumeOfFiles } from '../helpers/memory-volume.ts';
import { NUM_RUNS } from '../helpers/num-runs.ts';

const PAGE = 4096;

function copyOf(bytes: Uint8Array): LocalCopy {
  return {
    size: bytes.length,
    read: (position, into) => {
      into.set(bytes.subarray(position, position + into.length));
      return position + into.length <= bytes.length;
    },
  };
}

interface Outcome {
  readonly data: Uint8Array;
  readonly fetchedBytes: number;
  /** Of answers, with everything that is in their frames. */
  readonly receivedBytes: number;
  /** Answers other than those of opening. */
  readonly answers: number;
}

async function readOver(object: MemoryObject, copy: LocalCopy): Promise<Outcome> {
  let receivedBytes = 0;
  let answers = 0;
  await using server = await hostileServer(volumeOfFiles({ f: object }), (frame) => {
    receivedBytes += encodeServerFrame(frame.requestId, frame.message).length;
    answers += 1;
    return frame;
  });
  await using volume = await connectTo(server);
  const opened = await volume.open('f');
  const [bytesBefore, answersBefore] = [receivedBytes, answers];
  const { data, fetchedBytes } = await drainSegments(opened, copy);
  return {
    data,
    fetchedBytes,
    receivedBytes: receivedBytes - bytesBefore,
    answers: answers - answersBefore,
  };
}

async function drainSegments(opened: RemoteFile, copy: LocalCopy) {
  const parts: Uint8Array[] = [];
  let fetchedBytes = 0;
  let page = 0;
  for await (const segment of opened.compare(copy)) {
    expect(segment.start).toBe(page);
    page = segment.end;
    for await (const { data, fetched } of segment.runs()) {
      parts.push(data.slice());
      if (fetched) fetchedBytes += data.length;
    }
  }
  return { data: join(...parts), fetchedBytes };
}

const f = file(noise(1_000_000), { pageSize: PAGE });
const v = file(noise(1_000_000, 1), { profile: FSVERITY, pageSize: PAGE });

describe('RemoteFile.compare()', () => {
  it.each([
    { copy: 'all of it', local: f.data, fetched: 0 },
    { copy: 'nothing', local: new Uint8Array(), fetched: 1_000_000 },
    { copy: 'less than a page', local: f.data.slice(0, 100), fetched: 1_000_000 },
    { copy: 'one wrong bit', local: flipBit(f.data, 300_000 * 8), fetched: PAGE },
    { copy: 'a wrong last page', local: flipBit(f.data, 8_000_000 - 1), fetched: 1_000_000 % PAGE },
    { copy: 'the first half', local: f.data.slice(0, 600_000), fetched: 1_000_000 - 146 * PAGE },
    { copy: 'more than all of it', local: join(f.data, noise(70_000)), fetched: 0 },
    { copy: 'something else', local: noise(1_000_000, 7), fetched: 1_000_000 },
  ])('fetches only what $copy lacks', async ({ local, fetched }) => {
    const { data, fetchedBytes } = await readOver(f, copyOf(local));
    expect(Buffer.compare(data, f.data)).toBe(0);
    expect(fetchedBytes).toBe(fetched);
  });

  // the last page's zeros may be there or not: its hash is the same
  it.each([
    { what: 'shorter', local: v.data.slice(0, -50), fetched: 1_000_000 % PAGE },
    { what: 'longer', local: join(v.data, new Uint8Array(50)), fetched: 0 },
  ])('V16 takes no page from a copy that is $what by zeros than it has to be', async (row) => {
    const zeros = file(join(v.data.slice(0, -100), new Uint8Array(100)), {
      profile: FSVERITY,
      pageSize: PAGE,
    });
    const local = row.what === 'shorter' ? zeros.data.slice(0, -50) : row.local;
    const object = row.what === 'shorter' ? zeros : v;
    const { data, fetchedBytes } = await readOver(object, copyOf(local));
    expect(Buffer.compare(data, object.data)).toBe(0);
    expect(fetchedBytes).toBe(row.fetched);
  });

  it('moves nothing at all where the copy is equal', async () => {
    expect(await readOver(f, copyOf(f.data))).toMatchObject({ receivedBytes: 0, answers: 0 });
  });

  it('moves ten changed pages of 64 MiB and little more', async () => {
    const old = noise(64 * 1024 * 1024);
    const next = old.slice();
    const pages = [3, 1000, 1001, 4095, 4096, 7777, 10_000, 12_345, 16_000, 16_383];
    for (const page of pages) next[page * PAGE + 17] = (next[page * PAGE + 17] ?? 0) ^ 1;
    const outcome = await readOver(file(next, { pageSize: PAGE }), copyOf(old));
    expect(Buffer.compare(outcome.data, next)).toBe(0);
    expect(outcome.fetchedBytes).toBe(10 * PAGE);
    // 7 steps of at most 10 nodes, 4 hashes below each; frames of 20 bytes around them
    const hashes = (1 + 4 + 5 * 10) * 4 * 32;
    expect(outcome.receivedBytes).toBeLessThan(10 * PAGE + hashes + outcome.answers * 20);
    expect(outcome.answers).toBeLessThan(1 + 4 + 5 * 10 + 10);
  });

  test.each([RFC9162, FSVERITY])(
    'property: gives the right bytes over any copy, $name',
    async (profile) => {
      const object = file(noise(100_000), { profile, pageSize: 1024 });
      await using server = await hostileServer(volumeOfFiles({ f: object }));
      await using volume = await connectTo(server);
      const opened = await volume.open('f');
      const copies = fc.record({ size: fc.nat(110_000), flips: fc.array(fc.nat(109_999)) });
      await fc.assert(
        fc.asyncProperty(copies, async ({ size, flips }) => {
          const local = join(object.data, noise(10_000, 1));
          for (const at of flips) local[at] = (local[at] ?? 0) ^ 1;
          const { data } = await drainSegments(opened, copyOf(local.slice(0, size)));
          expect(Buffer.compare(data, object.data)).toBe(0);
        }),
        { numRuns: NUM_RUNS },
      );
    },
  );

  it('fetches what has changed in the copy since it was compared', async () => {
    const local = f.data.slice();
    const copy = copyOf(local);
    await using server = await hostileServer(volumeOfFiles({ f }));
    await using volume = await connectTo(server);
    const opened = await volume.open('f');
    for await (const segment of opened.compare(copy)) {
      expect(segment.isEqual).toBe(true);
      local.fill(0, 0, 10);
      const runs = await drain(segment.runs());
      expect(runs.map(({ fetched }) => fetched)).toEqual([true, false, false, false]);
      expect(Buffer.compare(runs[0]?.data ?? new Uint8Array(), f.data.slice(0, 262_144))).toBe(0);
    }
    expect(server.asked('readPages').at(-1)).toMatchObject({ anchorLevel: 0 });
  });

  it('fetches what the copy suddenly can not give', async () => {
    let reads = 0;
    const copy = {
      size: f.data.length,
      read: (position: number, into: Uint8Array) => {
        reads += 1;
        return reads !== 2 && copyOf(f.data).read(position, into);
      },
    };
    const { data, fetchedBytes } = await readOver(f, copy);
    expect(Buffer.compare(data, f.data)).toBe(0);
    expect(fetchedBytes).toBe(262_144);
  });

  it('V18 refuses wrong nodes on the way down', async () => {
    const change = on('nodes', (message) => ({ ...message, nodes: flipBit(message.nodes, 5) }));
    await using server = await hostileServer(volumeOfFiles({ f }), change);
    await using volume = await connectTo(server);
    const opened = await volume.open('f');
    await expect(drain(opened.compare(copyOf(flipBit(f.data, 99))))).rejects.toMatchObject({
      name: 'IntegrityError',
      code: 'ERR_PROOF_MISMATCH',
    });
  });

  it('V18 refuses a changed page that is not the one its leaf hash names', async () => {
    const change = on('pages', (message, request) => {
      const isFile = request?.type === 'readPages' && request.first === 40;
      return isFile ? { ...message, data: flipBit(message.data, 5) } : message;
    });
    await using server = await hostileServer(volumeOfFiles({ f }), change);
    await using volume = await connectTo(server);
    const opened = await volume.open('f');
    const copy = copyOf(flipBit(f.data, 40 * PAGE * 8));
    await expect(drainSegments(opened, copy)).rejects.toMatchObject({
      name: 'IntegrityError',
      code: 'ERR_PROOF_MISMATCH',
    });
  });

  it('ends when its signal aborts', async () => {
    await using server = await hostileServer(volumeOfFiles({ f }));
    await using volume = await connectTo(server);
    const opened = await volume.open('f');
    const reason = new Error('enough');
    const comparison = opened.compare(copyOf(f.data), { signal: AbortSignal.abort(reason) });
    await expect(drain(comparison)).rejects.toBe(reason);
  });
});
