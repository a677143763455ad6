import { describe, expect, it, test } from 'vitest';
import { FIXED_COST } from '../../common/limits.ts';
import type { Frame, ReadPages } from '../../common/read-frames.ts';
import {
  type ClientMessage,
  decodeServerFrame,
  encodeClientFrame,
  type ServerMessage,
} from '../../common/wire.ts';
import { BufferPool } from '../../server/buffer-pool.ts';
import { type Peer, Session, type SessionLimits } from '../../server/session.ts';
import type { ServedObject, ServedVolume, ServeError } from '../../server/volume.ts';
import { noise } from '../helpers/bytes.ts';
import { file, MemoryVolume, signer, volumeOf } from '../helpers/memory-volume.ts';

const object = file(noise(2 ** 21, 3), { pageSize: 65_536 });
const volume = volumeOf(object);
const page: ReadPages = {
  type: 'readPages',
  object: object.id,
  first: 0,
  count: 1,
  anchorLevel: 5,
};
const LIMITS = {
  maxFrameBytes: 1_572_864,
  maxOutstandingBytes: 16_777_216,
  maxOutstandingRequests: 64,
};

/** A client in memory that takes its answers when it likes. */
class SlowPeer implements Peer {
  readonly frames: Frame<ServerMessage>[] = [];
  readonly #sent: (() => void)[] = [];
  code: number | undefined;
  paused = false;
  /** Bytes that were handed out and not taken. */
  held = 0;

  send(bytes: Uint8Array, sent: () => void): void {
    this.frames.push(decodeServerFrame(bytes.slice()));
    this.held += bytes.length;
    this.#sent.push(() => {
      this.held -= bytes.length;
      sent();
    });
  }

  close(code: number): void {
    this.code = code;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  /** Takes answers: so many, or all, and those that follow from taking them. */
  take(count: number = Number.POSITIVE_INFINITY): void {
    for (let taken = 0; taken < count; taken += 1) {
      const sent = this.#sent.shift();
      if (sent === undefined) return;
      sent();
    }
  }

  codes(): string[] {
    return this.frames.map(({ message }) =>
      message.type === 'error' ? message.code : message.type,
    );
  }
}

function greeted(served: ServedVolume = volume, limits: SessionLimits = LIMITS) {
  const peer = new SlowPeer();
  const faults: ServeError[] = [];
  const session = new Session(peer, {
    volume: served,
    pool: new BufferPool(2 ** 24),
    limits,
    onFault: (error) => faults.push(error),
  });
  const say = (id: number, message: ClientMessage) =>
    session.receive(encodeClientFrame(id, message));
  say(1, { type: 'hello' });
  peer.take();
  peer.frames.length = 0;
  return { peer, session, say, faults };
}

/** A volume whose pages come when they are let go. */
function slowVolume() {
  const waiting: (() => void)[] = [];
  const slow: ServedVolume = Object.assign(Object.create(volume) as ServedVolume, {
    newest: () => volume.newest(),
    find: () => ({
      shape: object.shape,
      descriptor: object.descriptor,
      isDirectory: false,
      pageOf: () => 0,
      readNodes: () => undefined,
      readPages: () => new Promise<void>((resolve) => waiting.push(resolve)),
    }),
  });
  return { slow, waiting };
}

function brokenObject(fail: () => Promise<void>): ServedObject {
  const { shape, descriptor, isDirectory } = object;
  return {
    shape,
    descriptor,
    isDirectory,
    pageOf: () => 0,
    readNodes: () => undefined,
    readPages: fail,
  };
}

describe('Session', () => {
  test('S5 refuses more requests than max_outstanding_requests', () => {
    const { peer, say } = greeted();
    for (let id = 1; id <= 64; id += 1) say(id, { type: 'ping' });
    say(65, { type: 'ping' });
    expect(peer.codes()).toEqual([...Array.from({ length: 64 }, () => 'pong'), 'BAD_REQUEST']);
    expect(peer.frames.at(-1)?.requestId).toBe(65);
    peer.take();
    say(65, { type: 'ping' });
    expect(peer.codes().at(-1)).toBe('pong');
  });

  test('S5 refuses more bytes than max_outstanding_bytes', () => {
    const limits = { ...LIMITS, maxOutstandingBytes: 1_572_864 };
    const { peer, say } = greeted(volume, limits);
    const cost = 65_536 + 5 * 32;
    const fit = Math.floor(limits.maxOutstandingBytes / cost);
    for (let id = 1; id <= fit; id += 1) say(id, page);
    expect(peer.codes()).not.toContain('BAD_REQUEST');
    say(fit + 1, page);
    expect(peer.codes().at(-1)).toBe('BAD_REQUEST');
    const left = Math.floor((limits.maxOutstandingBytes - fit * cost) / FIXED_COST);
    for (let i = 0; i < left; i += 1) say(100 + i, { type: 'ping' });
    expect(peer.codes().at(-1)).toBe('pong');
    say(200, { type: 'ping' });
    expect(peer.codes().at(-1)).toBe('BAD_REQUEST');
  });

  test('S12 makes few answers ahead for a client that does not take them', () => {
    const { peer, say } = greeted();
    for (let id = 1; id <= 64; id += 1) say(id, { ...page, first: id % 32 });
    expect(peer.held).toBeGreaterThan(2 ** 20);
    expect(peer.held).toBeLessThan(4 * 2 ** 20);
    const before = peer.frames.length;
    peer.take(1);
    expect(peer.frames.length).toBe(before + 1);
    peer.take();
    expect(peer.frames).toHaveLength(64);
    expect(peer.frames.map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: 64 }, (_, i) => i + 1),
    );
  });

  test('S12 reads no more from a client that does not take refusals', () => {
    const { peer, say } = greeted();
    let sent = 0;
    for (let id = 1; !peer.paused && id < 10_000; id += 1) {
      say(id, { ...page, count: 0 });
      sent += 1;
    }
    expect(sent).toBeLessThanOrEqual(2 * 64 + 1);
    expect(peer.paused).toBe(true);
    peer.take();
    expect(peer.paused).toBe(false);
  });

  test('S12 gives all memory back when a connection ends', async () => {
    const { slow, waiting } = slowVolume();
    const { peer, session, say } = greeted(slow);
    for (let id = 1; id <= 8; id += 1) say(id, page);
    session.end();
    for (const release of waiting) release();
    await new Promise(setImmediate);
    expect(peer.frames).toEqual([]);
    say(9, { type: 'ping' });
    expect(peer.frames).toEqual([]);
  });

  test('S10 answers each cancelled request that waits with CANCELLED, and never reads for it', () => {
    const { peer, say } = greeted();
    for (let id = 1; id <= 60; id += 1) say(id, page);
    const made = peer.frames.length;
    for (let id = 60; id > made; id -= 1) say(id, { type: 'cancel' });
    peer.take();
    expect(peer.codes().filter((code) => code === 'pages')).toHaveLength(made);
    expect(peer.codes().filter((code) => code === 'CANCELLED')).toHaveLength(60 - made);
    expect(new Set(peer.frames.map(({ requestId }) => requestId)).size).toBe(60);
    say(1, page);
    expect(peer.codes().at(-1)).toBe('pages');
  });

  test('S10 answers a request that is cancelled while it is read, once', async () => {
    const { slow, waiting } = slowVolume();
    const { peer, say } = greeted(slow);
    say(1, page);
    say(1, { type: 'cancel' });
    say(1, { type: 'cancel' });
    expect(peer.frames).toEqual([]);
    waiting[0]?.();
    await new Promise(setImmediate);
    expect(peer.codes()).toEqual(['CANCELLED']);
    peer.take();
    say(1, { type: 'ping' });
    expect(peer.codes()).toEqual(['CANCELLED', 'pong']);
  });

  test('S10 leaves an answer alone that has been made', () => {
    const { peer, say } = greeted();
    say(1, page);
    say(1, { type: 'cancel' });
    expect(peer.codes()).toEqual(['pages']);
  });

  test('S2 does not let an id be used again before its answer has left', () => {
    const { peer, say } = greeted();
    say(1, page);
    say(1, page);
    expect(peer.code).toBe(1008);
  });

  it.each([
    {
      what: 'throws',
      fail: () => {
        throw new Error('secret path /srv/x');
      },
    },
    { what: 'rejects', fail: () => Promise.reject(new Error('secret path /srv/x')) },
  ])('S9 answers INTERNAL without a detail if a volume $what', async ({ fail }) => {
    const broken = Object.assign(Object.create(volume) as ServedVolume, {
      newest: () => volume.newest(),
      find: () => brokenObject(fail),
    });
    const { peer, say, faults } = greeted(broken);
    say(1, page);
    await new Promise(setImmediate);
    expect(peer.codes()).toEqual(['INTERNAL']);
    expect(JSON.stringify(peer.frames)).not.toContain('secret');
    expect(faults).toHaveLength(1);
    peer.take();
    say(1, { type: 'ping' });
    expect(peer.codes().at(-1)).toBe('pong');
  });

  test('S11 sends GoAway, finishes what is in flight, and refuses the rest with BUSY', async () => {
    const { slow, waiting } = slowVolume();
    const { peer, session, say } = greeted(slow);
    say(1, page);
    say(2, page);
    let left = false;
    const leaving = session.leave().then(() => {
      left = true;
    });
    expect(peer.frames).toEqual([{ requestId: 0, message: { type: 'goAway' } }]);
    say(3, { type: 'ping' });
    expect(peer.frames.at(-1)?.message).toMatchObject({ type: 'error', code: 'BUSY' });
    for (const release of waiting) release();
    await new Promise(setImmediate);
    expect(left).toBe(false); // made, but not taken
    peer.take();
    await leaving;
    expect(peer.codes()).toEqual(['goAway', 'BUSY', 'pages', 'pages']);
  });

  test('S11 has nothing to finish for a client that has not greeted', async () => {
    const peer = new SlowPeer();
    await new Session(peer, { volume, pool: new BufferPool(0) }).leave();
    expect(peer.frames).toEqual([]);
  });

  test('S11 leaves at once if a Watch is all there is', async () => {
    const { peer, session, say } = greeted();
    say(1, { type: 'watch' });
    peer.take();
    await session.leave();
    expect(peer.codes()).toEqual(['statement', 'goAway']);
  });
});

describe('Session, watching', () => {
  const notes = [2, 3, 4, 5].map((version) => signer.seal(object, { version }));
  const fresh = () => new MemoryVolume([object]).publish(signer.seal(object));

  test('S12 sends the newest statement now and later ones, coalesced for a slow client', () => {
    const own = fresh();
    const { peer, say } = greeted(own);
    say(1, { type: 'watch' });
    for (const [i, note] of notes.entries()) own.publish(note, i + 2);
    expect(peer.frames).toHaveLength(1);
    peer.take();
    expect(peer.frames.map(({ message }) => message)).toEqual([
      { type: 'statement', statement: own.statement(1) },
      { type: 'statement', statement: notes.at(-1) },
    ]);
  });

  test('S10 ends a Watch that is cancelled', () => {
    const own = fresh();
    const { peer, say } = greeted(own);
    say(7, { type: 'watch' });
    peer.take();
    say(7, { type: 'cancel' });
    expect(peer.codes()).toEqual(['statement', 'CANCELLED']);
    expect(own.listeners).toBe(0);
    own.publish(notes[0] ?? new Uint8Array(), 2);
    peer.take();
    expect(peer.codes()).toEqual(['statement', 'CANCELLED']);
    say(7, { type: 'watch' });
    expect(peer.codes()).toEqual(['statement', 'CANCELLED', 'statement']);
  });

  test('S2 refuses a second Watch, even while the first one waits', () => {
    const own = fresh();
    own.add([object]);
    const { peer, say } = greeted(own);
    for (let id = 1; id <= 60; id += 1) say(id, page);
    say(100, { type: 'watch' });
    expect(peer.code).toBeUndefined();
    say(101, { type: 'watch' });
    expect(peer.code).toBe(1008);
    peer.take();
    expect(own.listeners).toBe(0);
  });

  test('S10 cancels a Watch that waits, and lets another follow', () => {
    const own = fresh();
    const { peer, say } = greeted(own);
    for (let id = 1; id <= 60; id += 1) say(id, page);
    say(100, { type: 'watch' });
    say(100, { type: 'cancel' });
    say(101, { type: 'watch' });
    peer.take();
    expect(peer.code).toBeUndefined();
    expect(peer.codes().filter((code) => code !== 'pages')).toEqual(['CANCELLED', 'statement']);
    expect(own.listeners).toBe(1);
  });

  test('S12 stops following when the connection ends', () => {
    const own = fresh();
    const { session, say } = greeted(own);
    say(1, { type: 'watch' });
    expect(own.listeners).toBe(1);
    session.end();
    expect(own.listeners).toBe(0);
  });

  test('S12 lets a Watch wait for the first statement there is', () => {
    const own = new MemoryVolume([object]);
    const { peer, say } = greeted(own);
    say(1, { type: 'watch' });
    expect(peer.frames).toEqual([]);
    own.publish(notes[0] ?? new Uint8Array(), 2);
    expect(peer.codes()).toEqual(['statement']);
  });
});
