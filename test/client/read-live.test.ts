import { describe, expect, it } from 'vitest';
import { readLive } from '../../client/read-live.ts';
import type { Volume } from '../../client/volume.ts';
import { utf8 } from '../../common/bytes.ts';
import type { RemoteCode } from '../../common/errors.ts';
import { noise } from '../helpers/bytes.ts';
import {
  connectTo,
  drain,
  type HostileServer,
  hostileServer,
  on,
} from '../helpers/hostile-server.ts';
import { file, type MemoryObject } from '../helpers/memory-volume.ts';
import { Versions } from '../helpers/versions.ts';

const PAGE = 1024;
const old = file(noise(2_000_000, 1));
const next = file(noise(2_000_000, 2));

/** Has the server refuse pages of an object from one page on. */
function refusing(object: MemoryObject, code: RemoteCode, from = 0) {
  return on('pages', (message, request) => {
    const isIt = request?.type === 'readPages' && Buffer.compare(request.object, object.id) === 0;
    if (!isIt || request.first < from) return message;
    return { type: 'error', code, message: 'not any more', retryAfterMs: 0 };
  });
}

async function scene(
  use: (volume: Volume, server: HostileServer, versions: Versions) => Promise<void>,
) {
  const versions = new Versions();
  versions.publish({ f: old });
  await using server = await hostileServer(versions.volume);
  await using volume = await connectTo(server);
  await use(volume, server, versions);
}

const start = async (volume: Volume) => {
  const opened = await volume.open('f');
  return { version: volume.statement.version, bytes: await opened.read(0, 10) };
};

describe('readLive()', () => {
  it.each(['CHANGED', 'GONE', 'UNKNOWN_OBJECT'] as const)(
    'waits for the next version after %s, and resolves the path again',
    async (code) => {
      await scene(async (volume, server, versions) => {
        server.tamper = refusing(old, code);
        const reading = readLive(volume, start);
        while (server.asked('watch').length === 0) await new Promise(setImmediate);
        versions.publish({ f: next });
        expect(await reading).toEqual({ version: 2, bytes: next.data.slice(0, 10) });
        expect((await volume.stat('f')).entry).toMatchObject({ descriptor: old.parsed });
      });
    },
  );

  it('goes on until a version can be read', async () => {
    await scene(async (volume, server, versions) => {
      server.tamper = refusing(old, 'CHANGED');
      const reading = readLive(volume, start);
      while (server.asked('watch').length === 0) await new Promise(setImmediate);
      versions.publish({ f: old, g: file(utf8('more')) });
      while (server.asked('readPages').length < 4) await new Promise(setImmediate);
      versions.publish({ f: next });
      expect((await reading).version).toBe(3);
    });
  });

  it('V25 reports the refusal if no version comes in time', async () => {
    await scene(async (volume, server) => {
      server.tamper = refusing(old, 'CHANGED');
      for (const waitMs of [0, 30]) {
        await expect(readLive(volume, start, { waitMs })).rejects.toMatchObject({
          name: 'RequestError',
          code: 'ERR_REMOTE_CHANGED',
        });
      }
    });
  });

  it('does not wait after any other refusal', async () => {
    await scene(async (volume, server) => {
      server.tamper = refusing(old, 'BUSY');
      await expect(readLive(volume, start)).rejects.toMatchObject({ code: 'ERR_REMOTE_BUSY' });
      expect(server.asked('watch')).toEqual([]);
    });
  });

  it('stops with the reason of its signal', async () => {
    await scene(async (volume, server) => {
      server.tamper = refusing(old, 'CHANGED');
      const stop = new AbortController();
      const reading = readLive(volume, start, { signal: stop.signal });
      while (server.asked('watch').length === 0) await new Promise(setImmediate);
      const reason = new Error('enough');
      stop.abort(reason);
      await expect(reading).rejects.toBe(reason);
    });
  });
});

describe('a file that has released bytes', () => {
  const stale = { name: 'StaleError', code: 'ERR_STALE' };

  it.each(['CHANGED', 'GONE', 'UNKNOWN_OBJECT'] as const)(
    'V33 fails with ERR_STALE after %s, however it is read',
    async (code) => {
      await scene(async (volume, server, versions) => {
        const opened = await volume.open('f');
        await opened.read(0, 10);
        server.tamper = refusing(old, code, 1);
        versions.publish({ f: next });
        const cause = { name: 'RequestError', code: `ERR_REMOTE_${code}` };
        const failures = [
          () => opened.read(500 * PAGE, 10),
          () => drain(opened.pages({ start: 500 })),
          () => readLive(volume, () => opened.read(700 * PAGE, 10)),
        ];
        for (const failure of failures) {
          await expect(failure()).rejects.toMatchObject({ ...stale, cause });
        }
        expect(await opened.read(0, 10)).toEqual(old.data.slice(0, 10)); // what is cached stays good
      });
    },
  );

  it('V33 fails in the middle of a stream, and never gives pages of another version', async () => {
    await scene(async (volume, server, versions) => {
      server.tamper = refusing(old, 'CHANGED', 512);
      versions.publish({ f: next });
      const given: Uint8Array[] = [];
      const opened = await volume.open('f');
      await expect(drain(opened.pages(), given)).rejects.toMatchObject(stale);
      const bytes = Buffer.concat(given);
      expect(bytes.length).toBe(512 * PAGE);
      expect(Buffer.compare(bytes, old.data.slice(0, bytes.length))).toBe(0);
    });
  });

  it('V33 fails while it is compared with a copy', async () => {
    await scene(async (volume, server) => {
      server.tamper = refusing(old, 'GONE', 3);
      const opened = await volume.open('f');
      const copy = {
        size: 8 * PAGE,
        read: (position: number, into: Uint8Array) => {
          into.set(old.data.subarray(position, position + into.length));
          return true;
        },
      };
      const reading = async () => {
        for await (const segment of opened.compare(copy)) await drain(segment.runs());
      };
      await expect(reading()).rejects.toMatchObject(stale);
    });
  });

  it('V25 reports the refusal itself if it has released nothing', async () => {
    await scene(async (volume, server) => {
      server.tamper = refusing(old, 'CHANGED');
      const opened = await volume.open('f');
      const refused = { name: 'RequestError', code: 'ERR_REMOTE_CHANGED' };
      await expect(opened.read(0, 10)).rejects.toMatchObject(refused);
      await expect(drain(opened.pages())).rejects.toMatchObject(refused);
    });
  });
});
