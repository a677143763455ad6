import { describe, expect, it, test } from 'vitest';
import { type RememberedVersion, TransientVersions } from '../../client/version-memory.ts';
import { parseNote } from '../../common/note.ts';
import { type Statement, textHash } from '../../common/statement.ts';
import { encodeServerFrame } from '../../common/wire.ts';
import { flipBit, noise } from '../helpers/bytes.ts';
import { failure } from '../helpers/failure.ts';
import { connectTo, hostileServer, on } from '../helpers/hostile-server.ts';
import {
  directory,
  entryOf,
  file,
  ISSUED,
  MemoryVolume,
  ORIGIN,
  signer,
} from '../helpers/memory-volume.ts';

const data = file(noise(3000));
const old = directory([entryOf('old', data)]);
const root = directory([entryOf('f', data)]);
const objects = [data, old, root];

/** A volume whose newest statement is this one. */
function at(version: number, more: Partial<Statement> = {}, named = root): MemoryVolume {
  return new MemoryVolume(objects).publish(signer.seal(named, { version, ...more }), version);
}

function hashOf(volume: MemoryVolume): Uint8Array {
  return textHash(parseNote(volume.newest()).text);
}

describe('connect()', () => {
  test('V7 refuses a version below the one that was accepted', async () => {
    const memory = new TransientVersions();
    await using server = await hostileServer(at(5));
    await using opened = await connectTo(server, { memory });
    expect(opened.statement.version).toBe(5);
    server.volume = at(4, {}, old);
    const again = connectTo(server, { memory });
    await expect(again).rejects.toThrow(failure('FreshnessError', 'ERR_ROLLBACK'));
    expect((await memory.recall(ORIGIN))?.version).toBe(5);
  });

  test('V7 V9 accepts a version that skips some, whatever it follows', async () => {
    const memory = new TransientVersions();
    await using server = await hostileServer(at(5));
    await using _first = await connectTo(server, { memory });
    server.volume = at(7);
    await using second = await connectTo(server, { memory });
    expect(second.statement.version).toBe(7);
  });

  test('V7 does not let a refused version raise what is remembered', async () => {
    const memory = new TransientVersions();
    await using server = await hostileServer(
      at(6),
      on('pages', (message) => ({ ...message, data: flipBit(message.data, 9) })),
    );
    const first = connectTo(server, { memory });
    await expect(first).rejects.toThrow(failure('IntegrityError', 'ERR_PROOF_MISMATCH'));
    expect(await memory.recall(ORIGIN)).toBeUndefined();
    server.tamper = (frame) => frame;
    server.volume = at(5);
    await using opened = await connectTo(server, { memory });
    expect(opened.statement.version).toBe(5);
  });

  test('V7 remembers a version before any byte of it is released', async () => {
    const remembered: number[] = [];
    const memory = {
      recall: () => Promise.resolve(undefined),
      remember: async (_origin: string, _series: number, found: RememberedVersion) => {
        await Promise.resolve();
        remembered.push(found.version);
        return found;
      },
    };
    await using server = await hostileServer(at(5));
    await using _opened = await connectTo(server, { memory });
    expect(remembered).toEqual([5]);
  });

  test('V7 opens nothing if a version can not be remembered', async () => {
    const full = new Error('disk is full');
    const memory = {
      recall: () => Promise.resolve(undefined),
      remember: () => Promise.reject(full),
    };
    await using server = await hostileServer(at(5));
    await expect(connectTo(server, { memory })).rejects.toBe(full);
    await server.disconnected();
  });

  test('V8 refuses another text of the same version, and keeps both as evidence', async () => {
    const memory = new TransientVersions();
    const [one, two] = [at(5), at(5, {}, old)];
    await using server = await hostileServer(one);
    await using _opened = await connectTo(server, { memory });
    server.volume = two;
    const again = connectTo(server, { memory });
    await expect(again).rejects.toThrow(failure('FreshnessError', 'ERR_EQUIVOCATION'));
    await expect(again).rejects.toHaveProperty('evidence', [one.newest(), two.newest()]);
    expect((await memory.recall(ORIGIN))?.note).toEqual(one.newest());
  });

  it.each([
    { name: 'V8 notices two texts', other: at(5, {}, old), code: 'ERR_EQUIVOCATION' },
    { name: 'V7 notices an older version', other: at(4), code: 'ERR_ROLLBACK' },
  ])('$name that arrive while both connections are opened', async ({ other, code }) => {
    const memory = new TransientVersions();
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using slow = await hostileServer(
      other,
      on('pages', (message, _request, requestId) => async (webSocket) => {
        await held;
        webSocket.send(encodeServerFrame(requestId, message));
      }),
    );
    await using fast = await hostileServer(at(5));
    const slowly = connectTo(slow, { memory });
    slowly.catch(() => undefined);
    while (slow.asked('readPages').length === 0) await new Promise(setImmediate);
    await using _first = await connectTo(fast, { memory });
    release();
    await expect(slowly).rejects.toThrow(failure('FreshnessError', code));
  });

  test('V8 accepts the same text again under other signatures', async () => {
    const memory = new TransientVersions();
    await using server = await hostileServer(at(5));
    await using _first = await connectTo(server, { memory });
    await using second = await connectTo(server, { memory });
    expect(second.statement.version).toBe(5);
  });

  test('V9 refuses a next version that follows another text', async () => {
    const memory = new TransientVersions();
    await using server = await hostileServer(at(5));
    await using _opened = await connectTo(server, { memory });
    server.volume = at(6, {}, old);
    const again = connectTo(server, { memory });
    await expect(again).rejects.toThrow(failure('FreshnessError', 'ERR_PREVIOUS'));
    expect((await memory.recall(ORIGIN))?.version).toBe(5);
  });

  test('V9 accepts a next version that follows the remembered text', async () => {
    const memory = new TransientVersions();
    const first = at(5);
    await using server = await hostileServer(first);
    await using _opened = await connectTo(server, { memory });
    server.volume = at(6, { previous: hashOf(first) });
    await using second = await connectTo(server, { memory });
    expect(second.statement.version).toBe(6);
    expect((await memory.recall(ORIGIN))?.version).toBe(6);
  });
});

describe('Volume', () => {
  const expires = ISSUED + 60_000;

  it.each([
    { when: 'at the very second', now: expires },
    { when: 'later', now: expires + 1 },
  ])('V6 refuses to open a statement that expires, $when', async ({ now }) => {
    await using server = await hostileServer(at(5, { expires }));
    const connecting = connectTo(server, { now: () => now });
    await expect(connecting).rejects.toThrow(failure('FreshnessError', 'ERR_EXPIRED'));
    await server.disconnected();
    expect(server.requests).toEqual([{ type: 'hello' }]);
  });

  test('V6 opens no further path once the statement has expired', async () => {
    let now = expires - 1;
    await using server = await hostileServer(at(5, { expires }));
    await using opened = await connectTo(server, { now: () => now });
    await opened.open('f');
    now = expires;
    const late = opened.open('f');
    await expect(late).rejects.toThrow(failure('FreshnessError', 'ERR_EXPIRED'));
    await expect(opened.stat('')).rejects.toThrow(failure('FreshnessError', 'ERR_EXPIRED'));
  });

  test('V6 asks for the time once for each acceptance', async () => {
    let times = 0;
    const now = () => {
      times += 1;
      return expires - 2 + times;
    };
    await using server = await hostileServer(at(5, { expires }));
    await using _opened = await connectTo(server, { now });
    expect(times).toBe(1);
  });
});
