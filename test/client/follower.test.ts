import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConnectOptions } from '../../client/connect.ts';
import { TransientVersions } from '../../client/version-memory.ts';
import type { Volume } from '../../client/volume.ts';
import { utf8 } from '../../common/bytes.ts';
import { flipBit } from '../helpers/bytes.ts';
import { connectTo, hostileServer, on, type Tamper } from '../helpers/hostile-server.ts';
import { file, ISSUED, Signer, statementText } from '../helpers/memory-volume.ts';
import { Versions } from '../helpers/versions.ts';

const text = (content: string) => file(utf8(content));

/** A server of these versions and its first reader, which end with the test. */
async function following(
  versions: Versions,
  tamper?: Tamper,
  options: Partial<ConnectOptions> = {},
) {
  const server = await hostileServer(versions.volume, tamper);
  onTestFinished(() => server[Symbol.asyncDispose]());
  const volume = await connectTo(server, options);
  onTestFinished(() => volume.close());
  return { server, volume };
}

async function read(volume: Volume, path: string): Promise<string> {
  const opened = await volume.open(path);
  return new TextDecoder().decode(await opened.read(0, 100));
}

/** Lets messages pass both ways: no server has version 0. */
async function settle(volume: Volume): Promise<void> {
  await volume.at(0).catch(() => undefined);
}

function firstVersion(): Versions {
  const versions = new Versions();
  versions.publish({ f: text('one') });
  return versions;
}

describe('Volume.watch()', () => {
  it('V34 yields each newer version, and stays at its own', async () => {
    const versions = firstVersion();
    const { server, volume } = await following(versions);
    const watch = volume.watch();
    const second = watch.next();
    await settle(volume);
    versions.publish({ f: text('two') });
    const two = (await second).value as Volume;
    expect(two.statement.version).toBe(2);
    expect(await read(two, 'f')).toBe('two');
    expect(await read(volume, 'f')).toBe('one');
    versions.publish({ f: text('three') });
    const three = (await watch.next()).value as Volume;
    expect(await read(three, 'f')).toBe('three');
    expect(await read(two, 'f')).toBe('two');
    expect(server.asked('watch')).toHaveLength(1);
    await watch.return();
    await settle(volume);
    expect(server.asked('cancel')).toHaveLength(1);
    expect(versions.volume.listeners).toBe(0);
    two.close(); // it does not own the connection
    expect(await read(volume, 'f')).toBe('one');
  });

  it('yields what was published before it was asked for', async () => {
    const versions = firstVersion();
    const { server, volume } = await following(versions);
    versions.publish({ f: text('two') });
    expect((await volume.next()).statement.version).toBe(2);
    expect((await volume.next()).statement.version).toBe(2);
    expect(server.asked('watch')).toHaveLength(1);
  });

  it('gives the newest to who takes long', async () => {
    const versions = firstVersion();
    const { volume } = await following(versions);
    const watch = volume.watch();
    const second = watch.next();
    await settle(volume);
    versions.publish({ f: text('two') });
    await second;
    for (const content of ['three', 'four', 'five']) {
      versions.publish({ f: text(content) });
      await settle(volume);
    }
    while ((await volume.next()).statement.version < 5) await settle(volume);
    const last = (await watch.next()).value as Volume;
    expect(last.statement.version).toBe(5);
  });

  it('serves all who wait with one watch', async () => {
    const versions = firstVersion();
    const { server, volume } = await following(versions);
    const waiting = [volume.next(), volume.next(), volume.watch().next()];
    await settle(volume);
    versions.publish({ f: text('two') });
    const [a, b, c] = await Promise.all(waiting);
    expect(a).toBe(b);
    expect((c as IteratorResult<Volume>).value).toBe(a);
    expect(server.asked('watch')).toHaveLength(1);
  });

  it('can be left and taken up again', async () => {
    const versions = firstVersion();
    const { volume } = await following(versions);
    for (const version of [2, 3, 4]) {
      const reason = new Error('enough');
      const stop = new AbortController();
      const waiting = volume.at(version - 1).catch(() => volume);
      const next = (await waiting).next({ signal: stop.signal });
      stop.abort(reason);
      await expect(next.then((found) => found.statement.version >= version)).rejects.toBe(reason);
      versions.publish({ f: text(`${version}`) });
    }
    expect((await volume.next()).statement.version).toBe(4);
  });

  it('V34 ignores an older statement and its own again', async () => {
    const versions = firstVersion();
    const one = versions.volume.newest();
    versions.publish({ f: text('two') });
    const { volume } = await following(versions);
    const next = volume.next();
    await settle(volume);
    versions.volume.publish(one, 1);
    await settle(volume);
    versions.publish({ f: text('three') });
    expect((await next).statement.version).toBe(3);
  });

  const pushed = (change: (versions: Versions) => Uint8Array) => async () => {
    const versions = firstVersion();
    const { volume } = await following(versions);
    const next = volume.next();
    await settle(volume);
    versions.volume.publish(change(versions), 2);
    const error = await next.then(
      () => undefined,
      (caught: unknown) => caught,
    );
    const { name, code } = error as { name: string; code: string };
    const isAlive = await read(volume, 'f').then(
      () => true,
      () => false,
    );
    return { name, code, isAlive };
  };
  const root = (versions: Versions, more = {}) => versions.note(text('x'), more).note;

  it.each([
    { what: 'V1 V34 no note', code: 'ERR_NOTE', note: () => utf8('nothing\n') },
    {
      what: 'V2 V34 a forged note',
      code: 'ERR_SIGNATURE',
      note: (v: Versions) => flipBit(root(v), 8 * (root(v).length - 20)),
    },
    {
      what: 'V3 V34 a note of somebody else',
      code: 'ERR_THRESHOLD',
      note: () => new Signer(9).note(statementText(text('x'), { version: 2 })),
    },
    {
      what: 'V5 V34 a note of another volume',
      code: 'ERR_ORIGIN',
      note: (v: Versions) => root(v, { origin: 'lab.example/other' }),
    },
  ])('$what ends the watch and the connection', async ({ code, note }) => {
    expect(await pushed(note)()).toEqual({ name: 'IntegrityError', code, isAlive: false });
  });

  it.each([
    { what: 'V6 V34 an expired statement', code: 'ERR_EXPIRED', more: { expires: ISSUED + 1000 } },
    {
      what: 'V8 V34 another text of the same version',
      code: 'ERR_EQUIVOCATION',
      more: { version: 1 },
    },
    {
      what: 'V9 V34 a statement that follows another one',
      code: 'ERR_PREVIOUS',
      more: { previous: new Uint8Array(32) },
    },
    {
      what: 'V26 V34 a statement of tomorrow',
      code: 'ERR_NOT_YET_VALID',
      more: { issued: ISSUED + 10 * 86_400_000 },
    },
  ])('$what ends the watch', async ({ code, more }) => {
    const result = await pushed((versions) => {
      const { previous, ...rest } = more as { previous?: Uint8Array };
      const isFirst = 'version' in rest;
      return isFirst
        ? root(new Versions())
        : root(versions, { ...rest, ...(previous && { previous }) });
    })();
    expect(result).toEqual({ name: 'FreshnessError', code, isAlive: true });
  });

  it('V8 V34 keeps both texts before it tells of them', async () => {
    const versions = firstVersion();
    const kept: (readonly Uint8Array[])[] = [];
    class Keeper extends TransientVersions {
      keepEvidence(_origin: string, _version: number, notes: readonly Uint8Array[]) {
        kept.push(notes);
        return Promise.resolve('a drawer');
      }
    }
    await using server = await hostileServer(versions.volume);
    await using volume = await connectTo(server, { memory: new Keeper() });
    const next = volume.next();
    await settle(volume);
    const other = root(new Versions());
    versions.volume.publish(other, 2);
    await expect(next).rejects.toThrow(/two statements of version 1 .*kept in a drawer/);
    expect(kept).toEqual([[volume.note, other]]);
  });

  it('V26 V34 says what is only audited of a pushed statement', async () => {
    const versions = firstVersion();
    const audit = new Set(['not-yet-valid'] as const);
    const { volume } = await following(versions, undefined, { audit });
    const next = volume.next();
    await settle(volume);
    versions.publish({ f: text('two') }, [], { issued: ISSUED + 10 * 86_400_000 });
    const { relaxed } = (await next).verdict;
    expect(relaxed).toEqual([expect.objectContaining({ code: 'ERR_NOT_YET_VALID' })]);
    expect(volume.verdict.relaxed).toEqual([]);
  });

  it('V7 V34 refuses what another reader has gone beyond', async () => {
    const versions = firstVersion();
    const memory = new TransientVersions();
    const { volume } = await following(versions, undefined, { memory });
    const next = volume.next();
    await settle(volume);
    const root = text('x');
    const two = versions.note(root);
    const three = { version: 3, textHash: new Uint8Array(32), note: new Uint8Array() };
    await memory.remember(volume.statement.origin, 0, three);
    versions.volume.add([root]);
    versions.volume.publish(two.note, two.version);
    await expect(next).rejects.toMatchObject({ name: 'FreshnessError', code: 'ERR_ROLLBACK' });
  });

  it('V34 does not accept a version whose root the server can not show, and goes on', async () => {
    const versions = firstVersion();
    const { volume } = await following(versions);
    const next = volume.next();
    await settle(volume);
    const { note, version } = versions.note(text('nobody has this'));
    versions.volume.publish(note, version);
    await settle(volume);
    versions.publish({ f: text('three') });
    expect((await next).statement.version).toBe(3);
  });

  it('V18 V34 ends the connection if the root of a pushed version is not as signed', async () => {
    const versions = firstVersion();
    const { server, volume } = await following(versions);
    const next = volume.next();
    await settle(volume);
    server.tamper = on('pages', (message) => ({ ...message, data: flipBit(message.data, 3) }));
    versions.publish({ f: text('two') });
    await expect(next).rejects.toMatchObject({
      name: 'IntegrityError',
      code: 'ERR_PROOF_MISMATCH',
    });
    await server.disconnected();
  });

  it('V15 ends when the server stays away', async () => {
    const versions = firstVersion();
    const { server, volume } = await following(versions, undefined, { deadlineMs: 300 });
    const next = volume.next();
    await settle(volume);
    await server[Symbol.asyncDispose]();
    await expect(next).rejects.toMatchObject({ name: 'TransportError', code: 'ERR_CONNECTION' });
  });

  it.each([
    { what: 'a refusal at once', tamper: 'first' },
    { what: 'a refusal later', tamper: 'second' },
  ])('V25 ends with $what', async ({ tamper }) => {
    const versions = firstVersion();
    let answers = 0;
    const refuse = on('statement', (message) => {
      answers += 1;
      const isLast = tamper === 'first' || answers === 2;
      return isLast ? { type: 'error', code: 'STORAGE', message: 'no', retryAfterMs: 0 } : message;
    });
    const { volume } = await following(versions, refuse);
    const next = volume.next();
    next.catch(() => undefined);
    await settle(volume);
    if (tamper === 'second') versions.publish({ f: text('two') });
    await expect(next).rejects.toMatchObject({ name: 'RequestError', code: 'ERR_REMOTE_STORAGE' });
    expect(await read(volume, 'f')).toBe('one');
  });

  it('V14 takes nothing but statements for answers to a watch', async () => {
    const versions = firstVersion();
    let answers = 0;
    const confuse = on('statement', (message) => {
      answers += 1;
      return answers === 1 ? message : { type: 'pong' };
    });
    const { server, volume } = await following(versions, confuse);
    const next = volume.next();
    next.catch(() => undefined);
    await settle(volume);
    versions.publish({ f: text('two') });
    await expect(next).rejects.toMatchObject({
      name: 'ProtocolError',
      code: 'ERR_UNEXPECTED_ANSWER',
    });
    await server.disconnected();
  });

  it('S6 counts a watch until its first answer only', async () => {
    const limits = {
      maxFrameBytes: 65_536,
      maxOutstandingBytes: 65_536,
      maxOutstandingRequests: 8,
    };
    const versions = firstVersion();
    await using server = await hostileServer(versions.volume, undefined, limits);
    await using volume = await connectTo(server);
    const next = volume.next();
    await settle(volume);
    // four reads of the whole window's cost would be refused beside a watch that counts
    const reads = await Promise.all(Array.from({ length: 20 }, () => read(volume, 'f')));
    expect(new Set(reads)).toEqual(new Set(['one']));
    versions.publish({ f: text('two') });
    expect((await next).statement.version).toBe(2);
  });
});
